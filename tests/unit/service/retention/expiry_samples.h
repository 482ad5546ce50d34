// An installation in which time has passed: of its one device the month's first backup of June (kept 12 months), a
// weekly one of the day after (its 3 months are over), and one of September that takes its place.
#pragma once

#include <string>

#include "service/retention/expiry_plan.h"
#include "support/installation_fixture.h"
#include "unit/service/catalog_samples.h"

namespace coffre::test {

struct AgedInstallation {
  InstallationFixture fixture{{.start = "2026-06-06T01:00:00Z"}};
  std::string first = fixture.proven_backup(kHall);
  std::string old = weekly_one();
  std::string newest = one_of_september();

  [[nodiscard]] Installation& at() { return fixture.at(); }

  // Days pass, and a person tries the keys meanwhile: proofs by the run count only while that was lately done.
  void pass_days(int days) {
    fixture.clock().advance(std::chrono::days{days});
    const BackupRow row = backup_row(fixture, first);
    fixture.at().catalog.write([&](Session& session) {
      for (const std::string& recipient : row.full_recipients) {
        add_key_proof(session, {recipient, row.build, row.epoch, fixture.clock().now()});
      }
    });
  }

  // Announces, and lets the delay pass.
  void announce_and_wait() {
    announce_expiry(at());
    pass_days(15);
  }

  [[nodiscard]] bool is_there(const std::string& name) const {
    return std::filesystem::exists(fixture.local_file(name)) && std::filesystem::exists(fixture.cloud_file(name));
  }
  [[nodiscard]] bool is_gone(const std::string& name) const {
    return !std::filesystem::exists(fixture.local_file(name)) && !std::filesystem::exists(fixture.cloud_file(name));
  }

 private:
  std::string weekly_one() {
    fixture.clock().advance(std::chrono::days{1});
    return fixture.proven_backup(kHall);
  }
  std::string one_of_september() {
    pass_days(93);
    return fixture.proven_backup(kHall);
  }
};

// As whoever looks next would find it.
inline void set_copy_state(InstallationFixture& fixture, const std::string& name, std::string_view replica,
                           std::string_view state) {
  const Digest digest = backup_row(fixture, name).digest;
  fixture.at().catalog.write([&](Session& session) {
    put_copy(
        session, digest,
        {.replica = std::string(replica), .path = "", .seen_at = fixture.clock().now(), .state = std::string(state)});
  });
}

inline std::vector<std::string> names_of(const std::vector<ExpiryItem>& items) {
  std::vector<std::string> names;
  for (const ExpiryItem& item : items) names.push_back(item.backup.name);
  return names;
}

}  // namespace coffre::test
