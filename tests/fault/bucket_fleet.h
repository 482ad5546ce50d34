// A Fleet whose second place is a bucket of a store that a test spoils (simulators/lying_store.h), reached as a real
// one is: over HTTPS, by its certificate, with a writer's and a deleter's key.
//
//   BucketFleet at({.devices = 2});
//   at.store().stop_listening();
//   const Run run = at.fleet().run({"--all"});
//
// Threads: the test's own. Failures of the fixture itself throw std::runtime_error.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "fleet.h"
#include "simulators/lying_store.h"

namespace coffre::test {

inline constexpr std::string_view kWriterKey = "WRITERACCESSKEY";
inline constexpr std::string_view kWriterSecret = "Writer-Secret-3141592653";
inline constexpr std::string_view kDeleterSecret = "Deleter-Secret-5772156649";

class BucketFleet {
 public:
  // The bucket is claimed for the installation. `lies` hold from the start on.
  explicit BucketFleet(FleetOptions options = {}, const simulator::StoreLies& lies = {});

  [[nodiscard]] Fleet& fleet() { return fleet_; }
  [[nodiscard]] simulator::LyingStore& store() { return store_; }

  // One line of the configuration's `s3:`, by its key: "endpoint", "ca_file", "lock".
  void configure(const std::string& key, const std::string& value);
  // Of the programs and of the store: they agree.
  void set_clock_ahead(int days);
  void lie(simulator::StoreLies lies);
  // The store keeps what it has, and tells the truth from now on.
  void heal();

  // Fleet::damage(), with what the bucket holds as the second place.
  std::vector<std::string> damage();
  // "PATH VERSION" of the backups in the bucket.
  [[nodiscard]] std::vector<std::string> backups_in_bucket() const;
  // The same that have more than one version.
  [[nodiscard]] std::vector<std::string> twins_in_bucket() const;
  // How often a backup was sent, from the `since`-th request on.
  [[nodiscard]] std::size_t puts_of_backups(std::size_t since = 0) const;

  // The certificate that the configuration trusts.
  [[nodiscard]] std::filesystem::path authority() const { return fleet_.server() / "store.pem"; }

 private:
  void use_bucket();
  void must(const ChildResult& result) const;

  Fleet fleet_;
  simulator::LyingStore store_;
  int days_ahead_ = 0;
};

}  // namespace coffre::test
