// What the next run makes of a run that died between the naming of its file and the catalog's record of it.
#include "service/backup/recover.h"

#include <catch2/catch.hpp>

#include "catalog/backups.h"
#include "catalog/jobs.h"
#include "service/backup/collect_and_seal.h"
#include "service/backup/device_access.h"
#include "service/backup/intent.h"
#include "support/installation_fixture.h"

namespace coffre {
namespace {

using test::InstallationFixture;
using test::kHall;

constexpr const char* kName = "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261121_0300_HEBDO.bak";

// An installation with one running job whose process is gone.
struct DeadRun {
  InstallationFixture fixture;
  DeviceKey device = InstallationFixture::key(kHall);
  std::string device_id = fixture.device_id(kHall);
  std::int64_t job = 0;

  void start(const std::string& intent) {
    Installation& at = fixture.at();
    at.catalog.write([&](Session& session) {
      JobRow row;
      row.device_id = device_id;
      row.slot = at.clock.now();
      job = enqueue_job(session, row);
      const auto leased = lease_job(session, job, "pid 1", at.clock.now(), at.clock.now() + at.policy.lease);
      REQUIRE(leased);
      if (!intent.empty()) REQUIRE(set_intent(session, job, leased->fence, intent));
    });
  }

  // Seals a backup as a run does; its file gets its name only when `publish` is called.
  SealedCollection sealed() {
    Installation& at = fixture.at();
    const Device& inventory_row = at.inventory.devices.at(device);
    const Driver& driver = driver_for(at, inventory_row);
    const auto session = driver.open(access_for(at, inventory_row), at.random, [](const StepReport&) {});
    const CollectionOrder order{.device = inventory_row,
                                .device_id = device_id,
                                .name = *BackupName::parse(kName),
                                .position = {},
                                .started = at.clock.now(),
                                .ticket = {},
                                .operator_id = {},
                                .expectation = std::nullopt};
    return collect_and_seal(at, *session, driver, order);
  }

  [[nodiscard]] std::string intent_of(const SealedCollection& collection) const {
    Intent intent;
    intent.backup.digest = collection.sealed.digest;
    intent.backup.file_id = to_hex(ByteView(collection.sealed.file_id));
    intent.backup.name = kName;
    intent.backup.device_id = device_id;
    intent.backup.sequence = 1;
    intent.backup.file_size = collection.sealed.file_size;
    intent.path = BackupName::parse(kName)->path();
    intent.evidence = {{EvidenceType::sealed, {}, ""}, {EvidenceType::opened, {}, "run"}};
    return format_intent(intent);
  }

  static void publish(SealedCollection& collection) {
    collection.file->sync();
    REQUIRE(collection.file->publish(BackupName::parse(kName)->path()) == PublishResult::published);
  }

  std::optional<BackupRow> recorded() {
    std::optional<BackupRow> row;
    fixture.at().catalog.read([&](Session& session) { row = find_backup_by_name(session, kName); });
    return row;
  }
  JobState state() {
    JobState state = JobState::queued;
    fixture.at().catalog.read([&](Session& session) { state = find_job(session, job).value().state; });
    return state;
  }
};

TEST_CASE("a file that got its name is recorded with the evidence that only the dead run could give") {
  DeadRun run;
  SealedCollection collection = run.sealed();
  run.start(run.intent_of(collection));
  DeadRun::publish(collection);
  recover_device(run.fixture.at(), run.device, run.device_id);
  const auto row = run.recorded();
  REQUIRE(row);
  CHECK(row->digest == collection.sealed.digest);
  std::vector<Evidence> evidence;
  run.fixture.at().catalog.read([&](Session& session) { evidence = evidence_of(session, row->digest); });
  REQUIRE(evidence.size() == 2);
  CHECK(evidence[1].detail == "run");
  CHECK(run.state() == JobState::failed);
}

TEST_CASE("an attempt whose file never got its name is forgotten, with and without an intent") {
  DeadRun run;
  const SealedCollection collection = run.sealed();
  run.start(GENERATE(true, false) ? run.intent_of(collection) : "");
  recover_device(run.fixture.at(), run.device, run.device_id);
  CHECK_FALSE(run.recorded());
  CHECK(run.state() == JobState::failed);
}

TEST_CASE("a file that is damaged anywhere, its last bytes too, is not recorded as the dead run's") {
  DeadRun run;
  SealedCollection collection = run.sealed();
  run.start(run.intent_of(collection));
  DeadRun::publish(collection);
  const std::uint64_t size = collection.sealed.file_size;
  test::damage(run.fixture.local_file(kName), GENERATE_COPY(std::uint64_t{20}, size / 2, size - 1, size - 40));
  recover_device(run.fixture.at(), run.device, run.device_id);
  CHECK_FALSE(run.recorded());
  CHECK(run.state() == JobState::failed);
}

TEST_CASE("a device whose lock is held has a live run and is left alone") {
  DeadRun run;
  run.start("");
  {
    const auto held = run.fixture.at().local->try_lock(run.device.path(), run.fixture.at().clock);
    REQUIRE(held);
    recover_interrupted(run.fixture.at());
    CHECK(run.state() == JobState::running);
  }
  recover_interrupted(run.fixture.at());
  CHECK(run.state() == JobState::failed);
}

}  // namespace
}  // namespace coffre
