#include "service/retention/retention_facts.h"

#include <catch2/catch.hpp>

#include "expiry_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

DeviceRetention facts_of(InstallationFixture& fixture) {
  DeviceRetention facts;
  fixture.at().catalog.read([&](Session& session) {
    const auto device = find_device(session, InstallationFixture::key(kHall));
    facts = retention_facts(fixture.at(), session, *device, retention_surroundings(session));
  });
  return facts;
}

const BackupFacts& only(const DeviceRetention& facts) {
  REQUIRE(facts.history.backups.size() == 1);
  return facts.history.backups.front();
}

}  // namespace

TEST_CASE("a proven backup is held in both places at the level that it has, and its first proof is dated") {
  InstallationFixture fixture;
  const Instant made = fixture.clock().now();
  const std::string name = fixture.proven_backup(kHall);
  const DeviceRetention facts = facts_of(fixture);
  const BackupFacts& backup = only(facts);
  CHECK(backup.name == name);
  CHECK(backup.sequence == 1);
  CHECK(backup.created_at == made);
  CHECK(backup.first_proven == made);
  for (const ReplicaRole role : kReplicaRoles) {
    CHECK(backup.copies[role].held);
    CHECK(backup.copies[role].level == ProofLevel::understood);
    CHECK(backup.copies[role].highest == ProofLevel::understood);
  }
  CHECK(facts.rows.at(0).name == name);
  CHECK(facts.history.state == DeviceState::active);
}

TEST_CASE("proofs age, what was reached once stays") {
  InstallationFixture fixture;
  static_cast<void>(fixture.proven_backup(kHall));
  const auto first_proven = only(facts_of(fixture)).first_proven;
  fixture.clock().advance(std::chrono::days{101});
  const DeviceRetention facts = facts_of(fixture);
  CHECK(only(facts).copies[ReplicaRole::cloud].level == ProofLevel::sealed);
  CHECK(only(facts).copies[ReplicaRole::cloud].highest == ProofLevel::understood);
  CHECK(only(facts).first_proven == first_proven);
}

TEST_CASE("a copy that is lost, damaged or expired is not held, and the other one is none the worse") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const char* const state = GENERATE("missing", "damaged", "expired");
  set_copy_state(fixture, name, "cloud", state);
  const DeviceRetention facts = facts_of(fixture);
  CHECK_FALSE(only(facts).copies[ReplicaRole::cloud].held);
  CHECK_FALSE(only(facts).copies[ReplicaRole::cloud].level);
  CHECK(only(facts).copies[ReplicaRole::local].level == ProofLevel::understood);
}

TEST_CASE("a hold is the backup's, or the device's whose client, site or name it is on") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const auto held = [&](const std::string& subject, Hold kind) {
    fixture.at().catalog.write([&](Session& session) {
      put_hold(session, {.subject = subject, .kind = kind, .reason = "claim", .account = "tester"});
    });
  };
  SECTION("its own") {
    held(name, Hold::legal);
    CHECK(only(facts_of(fixture)).hold == Hold::legal);
    CHECK(facts_of(fixture).history.hold == Hold::none);
  }
  for (const char* const subject : {"CLIEXEMP", "CLIEXEMP/SIEGEPARIS", "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL"}) {
    DYNAMIC_SECTION(subject) {
      held(subject, Hold::contract);
      CHECK(facts_of(fixture).history.hold == Hold::contract);
      CHECK(only(facts_of(fixture)).hold == Hold::none);
    }
  }
  SECTION("another's") {
    held("CLIEXEMP/SIEGE", Hold::contract);
    CHECK(facts_of(fixture).history.hold == Hold::none);
  }
}

TEST_CASE("a retired device's history says so") {
  InstallationFixture fixture;
  static_cast<void>(fixture.proven_backup(kHall));
  fixture.at().catalog.write([&](Session& session) {
    auto device = find_device(session, InstallationFixture::key(kHall));
    device->retired = true;
    update_device(session, *device);
  });
  CHECK(facts_of(fixture).history.state == DeviceState::retired);
  CHECK_FALSE(only(facts_of(fixture)).release);
}

TEST_CASE("a release is that of the same bytes, and of a retired device alone") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const Instant now = fixture.clock().now();
  fixture.at().catalog.write([&](Session& session) {
    put_release(session, {.digest = find_backup_by_name(session, name)->digest,
                          .first_person = "A. Martin",
                          .second_person = "B. Durand",
                          .reason = "site demolished",
                          .account = "tester",
                          .at = now});
  });
  CHECK_FALSE(only(facts_of(fixture)).release);
  CHECK(facts_of(fixture).released_by == std::vector<std::string>{""});
  fixture.at().catalog.write([&](Session& session) {
    auto device = find_device(session, InstallationFixture::key(kHall));
    device->retired = true;
    update_device(session, *device);
  });
  REQUIRE(only(facts_of(fixture)).release);
  CHECK(only(facts_of(fixture)).release->from() == now);
  CHECK(facts_of(fixture).released_by == std::vector<std::string>{"A. Martin, B. Durand"});
}
