#include "service/reading/verify.h"

#include <catch2/catch.hpp>

#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

Verification verify(InstallationFixture& fixture, const std::string& name, const KeyRing& ring,
                    const std::string& replica = {}) {
  const BackupView view = find_backup_view(fixture.at(), name);
  return verify_backup(fixture.at(), view.backup, view.device, {.ring = ring, .replica = replica});
}

int code_of(const Verification& result, const KeyRing& ring) {
  return exit_code_of({result}, {.ring = ring});
}

std::string state_in(const Verification& result, std::string_view replica) {
  for (const CopyCheck& copy : result.copies) {
    if (copy.replica == replica) return copy.state;
  }
  return "not read";
}

}  // namespace

TEST_CASE("with an identity both copies are opened, and that goes on record with a key proof") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const std::string role = GENERATE(values<std::string>({"op", "drill", "recovery"}));
  const KeyRing ring = ring_of(fixture, role);
  const std::size_t before = evidence_count(fixture, name);

  const Verification result = verify(fixture, name, ring);
  CHECK(code_of(result, ring) == 0);
  CHECK(state_in(result, "local") == "good");
  CHECK(state_in(result, "cloud") == "good");
  REQUIRE(result.content);
  CHECK(result.content->opened_by == role);
  CHECK(result.content->understood);
  CHECK(result.proof.level == ProofLevel::understood);
  CHECK(result.proof.opened_by == role);
  CHECK(evidence_count(fixture, name) == before + 4);  // replicated twice, opened, understood
  std::vector<KeyProof> proofs;
  fixture.at().catalog.read([&](Session& session) { proofs = key_proofs(session); });
  CHECK(proofs.back().recipient == to_hex(ring.identities[0].id()));
  CHECK(proofs.back().epoch == 1);
  CHECK(proofs.back().build == kFixtureBuild);
  CHECK(newest_entry(fixture).action == "verify");
}

TEST_CASE("a proof that has aged comes back by verifying") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  fixture.clock().advance(std::chrono::days{101});
  CHECK(find_backup_view(fixture.at(), name).proof.level == ProofLevel::sealed);
  CHECK(verify(fixture, name, ring_of(fixture, "drill")).proof.level == ProofLevel::understood);
}

TEST_CASE("without a key digests and signatures of both copies are checked and recorded") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const std::size_t before = evidence_count(fixture, name);
  const KeyRing ring = ring_without_keys(fixture);
  const Verification result = verify(fixture, name, ring);
  CHECK(code_of(result, ring) == 0);
  CHECK_FALSE(result.content);
  CHECK(evidence_count(fixture, name) == before + 2);
}

TEST_CASE("a damaged copy is found wherever the bit is, the other one counts, and its repair closes the matter") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const std::string whole = read_file(fixture.cloud_file(name));
  struct Row {
    const char* name;
    std::uint64_t offset;
  };
  const Row row = GENERATE_COPY(values<Row>({{"header", 20},
                                             {"stanza", 110},
                                             {"payload", whole.size() / 2},
                                             {"digest", whole.size() - 100},
                                             {"file signature", whole.size() - 70},
                                             {"last byte", whole.size() - 1}}));
  CAPTURE(row.name);
  damage(fixture.cloud_file(name), row.offset);
  for (const bool with_key : {true, false}) {
    const KeyRing ring = with_key ? ring_of(fixture, "op") : ring_without_keys(fixture);
    const Verification result = verify(fixture, name, ring);
    CHECK(code_of(result, ring) == 5);
    CHECK(state_in(result, "local") == "good");
    CHECK(state_in(result, "cloud") == "damaged");
    CHECK(is_open(fixture, AnomalyCode::replica_damaged, "cloud: " + name));
  }
  write_file(fixture.cloud_file(name), whole);
  const KeyRing ring = ring_of(fixture, "op");
  CHECK(code_of(verify(fixture, name, ring), ring) == 0);
  CHECK_FALSE(is_open(fixture, AnomalyCode::replica_damaged, "cloud: " + name));
}

TEST_CASE("a copy that was cut is damaged") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  std::filesystem::resize_file(fixture.local_file(name), 5000);
  const KeyRing ring = ring_of(fixture, "op");
  const Verification result = verify(fixture, name, ring);
  CHECK(code_of(result, ring) == 5);
  CHECK(state_in(result, "local") == "damaged");
  CHECK(state_in(result, "cloud") == "good");
  REQUIRE(result.content);  // opened from the other copy
}

TEST_CASE("a missing copy is a partial result with an open matter of its own") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  std::filesystem::remove(fixture.cloud_file(name));
  const KeyRing ring = ring_of(fixture, "op");
  const Verification result = verify(fixture, name, ring);
  CHECK(code_of(result, ring) == 3);
  CHECK(state_in(result, "cloud") == "missing");
  CHECK(is_open(fixture, AnomalyCode::replica_missing, "cloud: " + name));
}

TEST_CASE("what was read back before a copy was lost or damaged proves nothing of it now") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const KeyRing ring = ring_of(fixture, "op");
  const auto cloud = fixture.cloud_file(name);
  const std::string whole = read_file(cloud);
  SECTION("missing") {
    std::filesystem::remove(cloud);
  }
  SECTION("damaged") {
    damage(cloud, whole.size() / 2);
  }
  const Verification result = verify(fixture, name, ring);
  CHECK(result.proof.level == ProofLevel::sealed);
  CHECK(result.proof.missing == std::vector<std::string>{"replicated:cloud"});

  write_file(cloud, whole);
  const Verification repaired = verify(fixture, name, ring);
  CHECK(state_in(repaired, "cloud") == "good");
  CHECK(repaired.proof.missing == std::vector<std::string>{"restored"});
}

TEST_CASE("another device's good file under the name is refused, with and without a key") {
  InstallationFixture fixture({.devices = {std::string(kHall), std::string(kQuai)}});
  const std::string hall = fixture.proven_backup(kHall);
  const std::string quai = fixture.proven_backup(kQuai);
  std::filesystem::copy_file(fixture.cloud_file(quai), fixture.cloud_file(hall),
                             std::filesystem::copy_options::overwrite_existing);
  for (const bool with_key : {true, false}) {
    const KeyRing ring = with_key ? ring_of(fixture, "op") : ring_without_keys(fixture);
    const Verification result = verify(fixture, hall, ring);
    CHECK(code_of(result, ring) == 4);
    CHECK(state_in(result, "local") == "good");
    REQUIRE(result.copies.at(1).error);
    CHECK(result.copies.at(1).error->category() == "E_EXPECT");
    CHECK(is_open(fixture, AnomalyCode::replica_damaged, "cloud: " + hall));
  }
}

TEST_CASE(
    "another installation's file under the name is another file, though neither our trust nor our keys accept it") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  InstallationFixture stranger;
  const std::string theirs = read_file(stranger.local_file(stranger.proven_backup(kHall)));
  write_file(fixture.cloud_file(name), theirs);
  for (const bool with_key : {true, false}) {
    const KeyRing ring = with_key ? ring_of(fixture, "op") : ring_without_keys(fixture);
    const Verification result = verify(fixture, name, ring);
    CHECK(code_of(result, ring) == 4);
    CHECK_FALSE(result.error);
    CHECK(state_in(result, "local") == "good");
    REQUIRE(result.copies.at(1).error);
    CHECK(result.copies.at(1).error->category() == "E_EXPECT");
    CHECK(is_open(fixture, AnomalyCode::replica_damaged, "cloud: " + name));
  }
}

TEST_CASE("a key that does not fit records nothing about the copies") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const std::size_t before = evidence_count(fixture, name);
  SECTION("a stranger's") {
    const KeyRing ring = ring_with(fixture, Identity::generate(Scope::full));
    const Verification result = verify(fixture, name, ring);
    CHECK(code_of(result, ring) == 6);
    REQUIRE(result.error);
    CHECK(result.error->category() == "E_NO_KEY");
  }
  SECTION("the catalog key") {
    const KeyRing ring = ring_with(fixture, fixture.at().keys->catalog.clone());
    const Verification result = verify(fixture, name, ring);
    CHECK(code_of(result, ring) == 6);
    REQUIRE(result.error);
    CHECK(result.error->category() == "E_SCOPE");
  }
  SECTION("a signer that nobody trusts") {
    KeyRing ring;
    ring.identities = fixture.identities("op");
    const Verification result = verify(fixture, name, ring);
    CHECK(code_of(result, ring) == 4);
    REQUIRE(result.error);
    CHECK(result.error->category() == "E_SIGNER");
  }
  CHECK(evidence_count(fixture, name) == before);
  CHECK_FALSE(is_open(fixture, AnomalyCode::replica_damaged, "cloud: " + name));
}

TEST_CASE("what was read from any signer is no evidence, and says so") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const std::size_t before = evidence_count(fixture, name);
  KeyRing ring;
  ring.identities = fixture.identities("op");
  ring.origin = OriginCheck::any_signer;
  const Verification result = verify(fixture, name, ring);
  CHECK(code_of(result, ring) == 3);
  CHECK(result.content);
  CHECK(evidence_count(fixture, name) == before);
  CHECK(newest_entry(fixture).detail.at("origin") == "not checked");
}

TEST_CASE("only the replica that was asked for is read") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  FaultyReplica& cloud = fixture.faulty_cloud();
  const KeyRing ring = ring_of(fixture, "op");
  const Verification result = verify(fixture, name, ring, "local");
  CHECK(result.copies.size() == 1);
  CHECK(state_in(result, "local") == "good");
  CHECK(cloud.calls().empty());
}

TEST_CASE("a place that does not answer says nothing about its copy") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  fixture.faulty_cloud().fail_all(ErrorCode::unreachable);
  const KeyRing ring = ring_of(fixture, "op");
  const Verification result = verify(fixture, name, ring);
  CHECK(code_of(result, ring) == 3);
  CHECK(state_in(result, "cloud") == "unavailable");
  CHECK(is_open(fixture, AnomalyCode::replica_unavailable, "cloud"));
  for (const CopyRow& copy : find_backup_view(fixture.at(), name).copies) CHECK(copy.state == "good");
}

TEST_CASE("content that is not understood is a partial result") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  fixture.driver().problems = {"restore/configuration.bin: strange"};
  const KeyRing ring = ring_of(fixture, "op");
  const Verification result = verify(fixture, name, ring);
  CHECK(code_of(result, ring) == 3);
  REQUIRE(result.content);
  CHECK_FALSE(result.content->understood);
  CHECK(result.content->problems == std::vector<std::string>{"restore/configuration.bin: strange"});
}

TEST_CASE("a suspect backup can be verified and stays suspect") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  fixture.device(kHall).identity.serial = "OTHER-1";
  const BackupOutcome outcome = fixture.back_up(kHall);
  REQUIRE(outcome.result == BackupResult::suspect);
  const KeyRing ring = ring_of(fixture, "op");
  const Verification result = verify(fixture, outcome.name, ring);
  CHECK(code_of(result, ring) == 0);
  CHECK(result.suspect);
  CHECK(result.proof.level != ProofLevel::understood);
}

TEST_CASE("of several results the worst gives the exit code") {
  const KeyRing ring;
  Verification good{.name = "a"};
  Verification damaged{.name = "b"};
  damaged.copies.push_back({.replica = "local", .path = {}, .state = "damaged", .error = refusal(Category::digest)});
  Verification refused{.name = "c"};
  refused.error = refusal(Category::signer);
  Verification missing{.name = "d"};
  missing.copies.push_back({.replica = "local", .path = {}, .state = "good"});
  missing.copies.push_back({.replica = "cloud", .path = {}, .state = "missing"});
  Verification lost = missing;
  lost.copies[0].state = "missing";
  CHECK(exit_code_of({good}, {.ring = ring}) == 0);
  CHECK(exit_code_of({good, missing}, {.ring = ring}) == 3);
  CHECK(exit_code_of({missing, refused}, {.ring = ring}) == 4);
  CHECK(exit_code_of({lost, good}, {.ring = ring}) == 5);
  CHECK(exit_code_of({lost, good}, {.ring = ring, .sidecars = {}, .replica = "cloud"}) == 3);
  CHECK(exit_code_of({refused, damaged, good}, {.ring = ring}) == 5);
}
