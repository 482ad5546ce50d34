#include "service/reading/proof_of.h"

#include "model/anomaly.h"
#include "service/places/replicate.h"
#include "support/print_instant.h"
#include "unit/service/catalog_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

using std::chrono::days;
using std::chrono::hours;

Proof settle(InstallationFixture& fixture, const std::string& name) {
  const BackupRow row = backup_row(fixture, name);
  Proof proof;
  fixture.at().catalog.write(
      [&](Session& session) { proof = settle_proof(fixture.at(), session, row, fixture.clock().now()); });
  return proof;
}

Proof proof_now(InstallationFixture& fixture, const std::string& name) {
  const BackupRow row = backup_row(fixture, name);
  Proof proof;
  fixture.at().catalog.read([&](Session& session) { proof = proof_of(fixture.at(), session, row); });
  return proof;
}

void add(InstallationFixture& fixture, const std::string& name, EvidenceType type, const std::string& detail) {
  const BackupRow row = backup_row(fixture, name);
  fixture.at().catalog.write([&](Session& session) {
    add_evidence(session, row.digest, {type, fixture.clock().now(), detail});
  });
}

// Every matter that there can be, with the device as its subject.
void open_all(InstallationFixture& fixture, Instant at) {
  fixture.at().catalog.write([&](Session& session) {
    for (const AnomalyRule& rule : anomaly_rules()) open_anomaly(session, rule.code, kHall, "found", at);
  });
}

// Of those, the ones that are closed again.
std::vector<std::string> closed_of_all(InstallationFixture& fixture) {
  const std::vector<std::string> open = open_matters(fixture);
  std::vector<std::string> closed;
  for (const AnomalyRule& rule : anomaly_rules()) {
    if (std::find(open.begin(), open.end(), matter(rule.code, kHall)) == open.end()) closed.emplace_back(rule.name);
  }
  return closed;
}

std::string unreplicated_backup(InstallationFixture& fixture) {
  fixture.faulty_cloud().fail_all(ErrorCode::unreachable);
  const BackupOutcome outcome = fixture.back_up(kHall);
  fixture.faulty_cloud().heal();
  REQUIRE(outcome.result == BackupResult::weaker);
  REQUIRE(outcome.proof.level == ProofLevel::sealed);
  return outcome.name;
}

// Opened by the run, but not understood: level 3.
std::string opened_backup(InstallationFixture& fixture) {
  fixture.driver().problems = {"restore/configuration.bin: strange"};
  const BackupOutcome outcome = fixture.back_up(kHall);
  fixture.driver().problems.clear();
  REQUIRE(outcome.result == BackupResult::weaker);
  REQUIRE(outcome.proof.level == ProofLevel::opened);
  return outcome.name;
}

const std::string kInsufficient = matter(AnomalyCode::proof_insufficient, kHall);
const std::string kMissingCopy = matter(AnomalyCode::replica_missing, kHall);

}  // namespace

TEST_CASE("a proven backup closes what a backup can close, and nothing that a person or another fact must end") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  open_all(fixture, backup_row(fixture, name).created_at);  // at the latest instant that still counts as before it
  CHECK(settle(fixture, name).level == ProofLevel::understood);
  CHECK(closed_of_all(fixture) == std::vector<std::string>{"backup_missing", "backup_suspect", "device_unreachable",
                                                           "replica_missing", "proof_insufficient"});
  CHECK(anomaly_of(fixture, AnomalyCode::backup_missing, kHall)->closed_by == name + ": proof 4");
}

TEST_CASE("what arose after the backup was collected is not closed by reading that backup again") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  open_all(fixture, backup_row(fixture, name).created_at + Seconds{1});
  fixture.clock().advance(hours{1});
  settle(fixture, name);
  // The two that are about this backup itself, which speaks for the device.
  CHECK(closed_of_all(fixture) == std::vector<std::string>{"replica_missing", "proof_insufficient"});
}

TEST_CASE("a backup that is not the newest good one neither closes nor opens anything") {
  InstallationFixture fixture;
  const std::string old = opened_backup(fixture);
  const std::string newest = fixture.proven_backup(kHall);
  REQUIRE(open_matters(fixture).empty());
  settle(fixture, old);
  CHECK(open_matters(fixture).empty());

  open_all(fixture, backup_row(fixture, old).created_at - Seconds{60});
  settle(fixture, old);
  add(fixture, old, EvidenceType::understood, "inspect");
  CHECK(settle(fixture, old).level == ProofLevel::understood);
  CHECK(closed_of_all(fixture).empty());
}

TEST_CASE("a backup in one place only proves that the device answers, and says which read-back is missing") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  open_all(fixture, fixture.clock().now());
  const std::string name = unreplicated_backup(fixture);
  const auto closed = closed_of_all(fixture);
  CHECK(std::find(closed.begin(), closed.end(), "device_unreachable") != closed.end());
  for (const char* const word : {"backup_missing", "backup_suspect", "replica_missing", "proof_insufficient"}) {
    CAPTURE(word);
    CHECK(std::find(closed.begin(), closed.end(), word) == closed.end());
  }
  CHECK(detail_of(fixture, AnomalyCode::replica_missing, kHall) ==
        name +
            ": no good copy was read back from cloud, no good copy was read back from local");  // neither was read back
}

TEST_CASE("both copies without the proof that is asked for: another matter, which the missing evidence closes") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  open_all(fixture, fixture.clock().now());
  const std::string name = opened_backup(fixture);
  auto closed = closed_of_all(fixture);
  for (const char* const word : {"backup_missing", "backup_suspect", "device_unreachable", "replica_missing"}) {
    CAPTURE(word);
    CHECK(std::find(closed.begin(), closed.end(), word) != closed.end());
  }
  CHECK(detail_of(fixture, AnomalyCode::proof_insufficient, kHall) == name + ": not understood");

  add(fixture, name, EvidenceType::understood, "artefact");
  CHECK(settle(fixture, name).understood_by == "artefact");
  closed = closed_of_all(fixture);
  CHECK(std::find(closed.begin(), closed.end(), "proof_insufficient") != closed.end());
}

TEST_CASE("how far is far enough, the policy says; never less than both copies") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  struct Row {
    const char* name;
    ProofLevel required;
    bool open;
  };
  SECTION("for a backup of level 3") {
    const Row row = GENERATE(values<Row>({{"collected", ProofLevel::collected, false},
                                          {"replicated", ProofLevel::replicated, false},
                                          {"opened", ProofLevel::opened, false},
                                          {"understood", ProofLevel::understood, true},
                                          {"restored", ProofLevel::restored, true}}));
    CAPTURE(row.name);
    const std::string name = opened_backup(fixture);
    fixture.at().policy.required_proof = row.required;
    settle(fixture, name);
    CHECK((open_matters(fixture) == std::vector<std::string>{kInsufficient}) == row.open);
    CHECK(open_matters(fixture).empty() != row.open);
  }
  SECTION("for a backup of level 1 nothing that can be asked for is enough") {
    const std::string name = unreplicated_backup(fixture);
    fixture.at().policy.required_proof = ProofLevel::collected;
    settle(fixture, name);
    CHECK(open_matters(fixture) ==
          std::vector<std::string>{kMissingCopy, matter(AnomalyCode::replica_unavailable, "cloud")});
  }
}

TEST_CASE("a proof that has aged opens its matter: first the read-backs, then the keys") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  fixture.clock().advance(days{101});
  CHECK(settle(fixture, name).missing == std::vector<std::string>{"replicated:cloud", "replicated:local"});
  CHECK(open_matters(fixture) == std::vector<std::string>{kMissingCopy});

  const Proof proof = replicate(fixture.at(), backup_row(fixture, name)).proof;
  CHECK(proof.level == ProofLevel::replicated);
  REQUIRE(proof.missing.size() == 3);  // op, drill, recovery
  for (const std::string& word : proof.missing) CHECK(word.starts_with("key_proof:"));
  const auto open = open_matters(fixture);
  REQUIRE(open.size() == 4);
  for (std::size_t i = 0; i < 3; ++i) CHECK(open[i].starts_with("key_proof_missing "));
  CHECK(open[3] == kInsufficient);
}

TEST_CASE("how long a read-back counts, the policy says") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const Instant read_at = backup_row(fixture, name).created_at;
  fixture.at().policy.read_back_max_age = days{10};
  fixture.clock().set(read_at + days{10});
  CHECK(proof_now(fixture, name).level == ProofLevel::understood);
  fixture.clock().set(read_at + days{10} + Seconds{1});
  CHECK(proof_now(fixture, name).level == ProofLevel::sealed);
}

TEST_CASE("the date of the last proven backup only moves forward") {
  InstallationFixture fixture;
  const std::string first = opened_backup(fixture);
  CHECK_FALSE(device_row(fixture, kHall).last_proven);
  const std::string second = fixture.proven_backup(kHall);
  const Instant second_at = backup_row(fixture, second).created_at;
  CHECK(device_row(fixture, kHall).last_proven == second_at);

  add(fixture, first, EvidenceType::understood, "inspect");
  CHECK(settle(fixture, first).level == ProofLevel::understood);
  CHECK(device_row(fixture, kHall).last_proven == second_at);

  unreplicated_backup(fixture);
  CHECK(device_row(fixture, kHall).last_proven == second_at);
  const std::string fourth = fixture.proven_backup(kHall);
  CHECK(device_row(fixture, kHall).last_proven == backup_row(fixture, fourth).created_at);
}

TEST_CASE("an older backup that comes to be proven dates the device, when none was proven before") {
  InstallationFixture fixture;
  const std::string first = opened_backup(fixture);
  const std::string second = opened_backup(fixture);
  REQUIRE(open_matters(fixture) == std::vector<std::string>{kInsufficient});
  add(fixture, first, EvidenceType::understood, "inspect");
  settle(fixture, first);
  CHECK(device_row(fixture, kHall).last_proven == backup_row(fixture, first).created_at);
  CHECK(open_matters(fixture) == std::vector<std::string>{kInsufficient});  // the newest one still is not
}

TEST_CASE("a suspect backup proves nothing, closes nothing and dates nothing, whatever evidence it has") {
  InstallationFixture fixture;
  const std::string good = fixture.proven_backup(kHall);
  const std::optional<Instant> last_proven = device_row(fixture, kHall).last_proven;
  fixture.device(kHall).identity.serial = "OTHER-1";
  const BackupOutcome outcome = fixture.back_up(kHall);
  REQUIRE(outcome.result == BackupResult::suspect);
  open_all(fixture, backup_row(fixture, good).created_at);
  add(fixture, outcome.name, EvidenceType::collected, "");
  add(fixture, outcome.name, EvidenceType::understood, "artefact");
  const Proof proof = settle(fixture, outcome.name);
  CHECK(proof.level == ProofLevel::sealed);
  CHECK(proof.missing == std::vector<std::string>{"suspect"});
  CHECK(closed_of_all(fixture).empty());
  CHECK(device_row(fixture, kHall).last_proven == last_proven);
}

TEST_CASE("a backup without any evidence has no level at all") {
  InstallationFixture fixture;
  BackupRow row = backup_row(fixture, fixture.proven_backup(kHall));
  row.digest = sha256(as_bytes("another file"));
  Proof proof;
  fixture.at().catalog.read([&](Session& session) { proof = proof_of(fixture.at(), session, row); });
  CHECK_FALSE(proof.level);
  CHECK(proof.missing == std::vector<std::string>{"collected"});
}
