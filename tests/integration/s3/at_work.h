// An installation with one simulated recorder, whose second place is a bucket of the real store: what a person has,
// used through the programs alone.
//
//   AtWork coffre(gateway());
//   coffre.use_the_bucket();
//   const ChildResult run = coffre.ask({"backupd", "run", "--all"});
//
// Threads: the test's own. Failures of the fixture itself fail the test.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "integration/s3/gateway.h"
#include "support/child_process.h"
#include "support/simulator_process.h"
#include "support/temp_dir.h"

namespace coffre::test {

class AtWork {
 public:
  explicit AtWork(Gateway& peer, BucketKind kind = BucketKind::locked);

  // Waits for its end; `fault` is COFFRE_FAULT.
  ChildResult ask(std::vector<std::string> arguments, std::string_view input = {}, const std::string& fault = {});
  // The same, not waited for.
  ChildProcess start(std::vector<std::string> arguments, const std::string& fault = {});
  // Exit code 0.
  void must(std::vector<std::string> arguments, std::string_view input = {});
  // Stores the writer's key and claims the bucket.
  void use_the_bucket();
  // `deleter` may remove from the bucket, `writer` may not any more; its key is not stored yet.
  void let_the_deleter_in() { peer_.command("make-bucket " + bucket().bucket); }
  void store_key(const std::string& credential, const S3Credentials& key);

  // In coffre.yaml; `before` must be there.
  void configure(const std::string& before, const std::string& after);
  // From now on the programs' clock is that far ahead, or behind; the store's is not.
  void set_clock_ahead(Seconds time) { clock_.ahead = time; }
  [[nodiscard]] Instant now() const { return clock_.now(); }  // by that clock

  // How many backups are known, at all and at that level or higher.
  std::size_t backups(int at_least);
  // What a catalog that is made anew has to say of each backup.
  std::vector<std::string> known();
  // Names of the known ones, oldest first.
  std::vector<std::string> names();
  // "CODE SUBJECT" of what a person must deal with, sorted.
  std::vector<std::string> anomalies();
  // The journal's rows of an action, oldest first: "SUBJECT RESULT KEY=VALUE ...", keys in order.
  std::vector<std::string> journal(const std::string& action);
  // restore-cli verify --all with each offline identity, so that each is proven.
  void verify();
  // Whether a file of the installation holds the text; databases and backups too.
  [[nodiscard]] bool anywhere(std::string_view text) const;

  [[nodiscard]] const std::filesystem::path& folder() const { return dir_.path(); }
  [[nodiscard]] std::filesystem::path config() const { return dir_ / "server" / "coffre.yaml"; }
  [[nodiscard]] S3Client client() const { return client(writer_key()); }
  [[nodiscard]] S3Client client(S3Credentials key) const { return {bucket(), std::move(key), clock_}; }
  [[nodiscard]] S3Location bucket() const { return place_.options().at; }

 private:
  ChildOptions options_for(std::vector<std::string> arguments, std::string_view input, const std::string& fault) const;
  void name_the_bucket(const Gateway& peer);

  // The programs' one, for this process: requests are dated as theirs.
  class ProgramsClock final : public Clock {
   public:
    [[nodiscard]] Instant now() const override { return system_.now() + ahead; }
    [[nodiscard]] std::chrono::milliseconds since_boot() const override { return system_.since_boot(); }
    Seconds ahead{0};

   private:
    SystemClock system_;
  };

  TempDir dir_;
  Gateway& peer_;
  Place place_;
  SimulatorProcess recorders_;
  ProgramsClock clock_;
};

// All versions of all backups there.
std::vector<S3Entry> backups_in(const S3Client& client);

}  // namespace coffre::test
