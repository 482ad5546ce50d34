#include "service/places/extend_locks.h"

#include <catch2/catch.hpp>
#include <map>

#include "base/error.h"
#include "catalog/locks.h"
#include "model/calendar_months.h"
#include "service/backup/run_pass.h"
#include "service/places/lock_for.h"
#include "support/paris_zone.h"
#include "support/print_instant.h"
#include "unit/service/catalog_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

// The fixture's directory, which locks as a bucket does: a lock only ever grows, and may be refused.
class LockingPlace final : public Replica {
 public:
  explicit LockingPlace(std::unique_ptr<Replica> real) : real_(std::move(real)), properties_(real_->properties()) {
    properties_.locks = true;
  }
  [[nodiscard]] const ReplicaProperties& properties() const override { return properties_; }
  using Replica::put_if_absent;
  PutResult put_if_absent(std::string_view path, const RandomReader& content, const Digest& digest,
                          const PutOptions& options) override {
    ++puts;
    if (refusal && options.locked_until) throw Error(*refusal);
    const PutResult result = real_->put_if_absent(path, content, digest, {});
    Instant& lock = locks[std::string(path)];
    if (options.locked_until && *options.locked_until > lock) lock = *options.locked_until;
    return result;
  }
  std::string repair(std::string_view path, const RandomReader& content, const Digest& digest,
                     const PutOptions& options) override {
    Instant& lock = locks[std::string(path)];
    if (options.locked_until && *options.locked_until > lock) lock = *options.locked_until;
    return real_->repair(path, content, digest, {});
  }
  std::unique_ptr<RandomReader> open(std::string_view path) override { return real_->open(path); }
  std::optional<ObjectInfo> head(std::string_view path) override { return real_->head(path); }
  void list(std::string_view prefix, const Visitor& visit) override { real_->list(prefix, visit); }
  Removal remove(std::string_view path, FloorPermit permit) override { return real_->remove(path, std::move(permit)); }

  std::map<std::string, Instant> locks;
  std::size_t puts = 0;
  std::optional<Error> refusal;

 private:
  std::unique_ptr<Replica> real_;
  ReplicaProperties properties_;
};

// One proven backup, its month's first, locked for 12 months.
struct Locked {
  Locked() {
    auto locking = std::make_unique<LockingPlace>(std::move(fixture.at().cloud));
    place = locking.get();
    fixture.at().cloud = std::move(locking);
    row = backup_row(fixture, fixture.proven_backup(kHall));
    place->puts = 0;
  }
  [[nodiscard]] Instant lock() const {
    for (const auto& [path, until] : place->locks) {
      if (path.ends_with(row.name)) return until;
    }
    return {};
  }
  std::optional<Instant> noted() {
    std::optional<Instant> until;
    fixture.at().catalog.read([&](Session& session) {
      for (const LockRow& one : locks_in(session, kCloudReplica)) until = one.until;
    });
    return until;
  }
  [[nodiscard]] Instant months(unsigned count) const { return plus_months(row.created_at, count, paris_zone()); }
  RunReport run() {
    const std::atomic<bool> stop = false;
    return run_pass(fixture.at(), {}, {}, stop);
  }
  void raise_policy() { fixture.at().policy.retention = RetentionPolicy({.hebdo = 13, .pre_post = 13, .mensuel = 13}); }

  InstallationFixture fixture;
  LockingPlace* place = nullptr;
  BackupRow row;
};

}  // namespace

TEST_CASE("the lock that was asked for is remembered, and nothing is asked while it is long enough") {
  Locked locked;
  CHECK(locked.lock() == locked.months(12));
  CHECK(locked.noted() == locked.months(12));
  CHECK(extend_locks(locked.fixture.at()).extended == 0);
  CHECK(locked.place->puts == 0);
}

TEST_CASE("a policy that was raised extends the lock at the next run, once; one that is lowered shortens nothing") {
  Locked locked;
  const Instant before = locked.lock();
  locked.raise_policy();
  const RunReport report = locked.run();
  CHECK(report.locks_too_short == 0);
  const Instant after = locked.lock();
  CHECK(after > before + std::chrono::days{27});
  CHECK(locked.noted() == after);

  locked.place->puts = 0;
  CHECK(extend_locks(locked.fixture.at()).extended == 0);
  locked.fixture.at().policy.retention = RetentionPolicy{};
  CHECK(extend_locks(locked.fixture.at()).extended == 0);
  CHECK(locked.place->puts == 0);
  CHECK(locked.lock() == after);
}

TEST_CASE("a lock that is not known is read back, and noted") {
  Locked locked;
  locked.fixture.at().catalog.write(
      [&](Session& session) { put_lock(session, locked.row.digest, kCloudReplica, Instant{}); });
  CHECK(extend_locks(locked.fixture.at()).extended == 1);
  CHECK(locked.noted() == locked.months(12));
  CHECK(locked.lock() == locked.months(12));
}

TEST_CASE("a store that refuses to extend is no silence: an anomaly, and the run is not complete") {
  Locked locked;
  locked.raise_policy();
  const auto code = GENERATE(ErrorCode::unsupported, ErrorCode::refused, ErrorCode::unreachable);
  locked.place->refusal = Error(code, "locking", "the store does not lock", "ask");
  const RunReport report = locked.run();
  CHECK(report.locks_too_short == 1);
  CHECK(exit_code_of(report) == 3);
  CHECK(locked.noted() == locked.months(12));
  const auto is_open = [&] {
    bool found = false;
    locked.fixture.at().catalog.read([&](Session& session) {
      for (const Anomaly& one : open_anomalies(session)) {
        found = found || (one.code == AnomalyCode::replica_unavailable && one.subject == kCloudReplica);
      }
    });
    return found;
  };
  CHECK(is_open());
  locked.place->refusal.reset();
  CHECK(exit_code_of(locked.run()) == 0);
  CHECK_FALSE(is_open());
}

TEST_CASE("when a lock is due to be extended") {
  Locked locked;
  Installation& at = locked.fixture.at();
  const auto due = [&](Instant held) { return extension_due(at, locked.row, held); };
  CHECK(due(locked.months(12)) == std::nullopt);
  CHECK(due(locked.months(13)) == std::nullopt);
  CHECK(due(locked.months(12) - std::chrono::days{1}) == std::nullopt);  // little to gain, and far away
  // Only what is left of its first month's tier: decided in the last 30 days of the lock.
  CHECK(due(locked.months(3)) == std::nullopt);
  locked.fixture.clock().set(locked.months(3) - std::chrono::days{29});
  CHECK(due(locked.months(3)) == locked.months(12));
  locked.fixture.clock().set(locked.months(12) + Seconds(1));
  CHECK(due(locked.months(3)) == std::nullopt);  // its tier has ended
}
