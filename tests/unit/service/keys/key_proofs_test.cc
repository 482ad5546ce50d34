#include "service/keys/key_proofs.h"

#include <catch2/catch.hpp>

#include "service/backup/run_pass.h"
#include "service/reading/verify.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

std::string subject(const InstallationFixture& fixture, const std::string& role) {
  return role + " " + to_hex(fixture.identities(role).at(0).id());
}

std::vector<std::string> open_matters(InstallationFixture& fixture) {
  std::vector<std::string> subjects;
  for (const Anomaly& anomaly : list_anomalies(fixture.at())) {
    if (anomaly.code == AnomalyCode::key_proof_missing) subjects.push_back(anomaly.subject);
  }
  std::ranges::sort(subjects);
  return subjects;
}

std::vector<std::string> all_roles(const InstallationFixture& fixture) {
  return {subject(fixture, "drill"), subject(fixture, "op"), subject(fixture, "recovery")};
}

void verify_with(InstallationFixture& fixture, const std::string& name, const std::string& role) {
  const KeyRing ring = ring_of(fixture, role);
  const BackupView view = find_backup_view(fixture.at(), name);
  verify_backup(fixture.at(), view.backup, view.device, {.ring = ring});
}

}  // namespace

TEST_CASE("a run opens the matter of a key whose proof is older than 100 days; a proof with that key closes it") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  settle_key_proofs(fixture.at());
  CHECK(open_matters(fixture).empty());

  fixture.clock().advance(kKeyProofMaxAge + Seconds{1});
  const std::atomic<bool> stop = false;
  run_pass(fixture.at(), {}, {}, stop);
  CHECK(open_matters(fixture) == all_roles(fixture));

  verify_with(fixture, name, "op");
  CHECK(open_matters(fixture) == std::vector<std::string>{subject(fixture, "drill"), subject(fixture, "recovery")});
  verify_with(fixture, name, "drill");
  verify_with(fixture, name, "recovery");
  CHECK(open_matters(fixture).empty());
  settle_key_proofs(fixture.at());
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("a key that opened no file of this build yet is an open matter") {
  InstallationFixture fixture;
  fixture.at().build = "coffre 9.9.9";
  settle_key_proofs(fixture.at());
  CHECK(open_matters(fixture) == all_roles(fixture));
}

TEST_CASE("the newest backup's proof tells of a missing key proof as well") {
  InstallationFixture fixture;
  fixture.at().build = "coffre 9.9.9";
  fixture.back_up(kHall);
  CHECK(open_matters(fixture) == all_roles(fixture));
}

TEST_CASE("nobody has to prove a key that was given up") {
  InstallationFixture fixture;
  fixture.clock().advance(kKeyProofMaxAge + Seconds{1});
  settle_key_proofs(fixture.at());
  REQUIRE(open_matters(fixture) == all_roles(fixture));
  std::erase_if(fixture.at().trust.recipients.recipients, [](const Recipient& one) { return one.role == "op"; });
  settle_key_proofs(fixture.at());
  CHECK(open_matters(fixture) == std::vector<std::string>{subject(fixture, "drill"), subject(fixture, "recovery")});
}

TEST_CASE("a key is in use when the list names it, or a device of the inventory as its customer's own") {
  InstallationFixture fixture;
  const Recipient own = Identity::generate(Scope::full).recipient();
  CHECK(is_key_in_use(fixture.at(), subject(fixture, "op")));
  CHECK_FALSE(is_key_in_use(fixture.at(), to_hex(own.id())));
  fixture.at().inventory.devices.at(InstallationFixture::key(kHall)).recipients = {to_line(own)};
  CHECK(is_key_in_use(fixture.at(), to_hex(own.id())));
}
