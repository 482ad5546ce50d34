#include "service/keys/key_status.h"

#include <catch2/catch.hpp>

#include "key_list_samples.h"
#include "service/keys/rewrap.h"
#include "service/reading/verify.h"

using namespace coffre;
using namespace coffre::test;

namespace {

RecipientStatus of_id(InstallationFixture& fixture, const KeyId& id) {
  for (const RecipientStatus& key : key_status(fixture.at()).recipients) {
    if (key.id == to_hex(id)) return key;
  }
  throw std::runtime_error("no such key");
}

}  // namespace

TEST_CASE("keys of the list open what was sealed to it, and their proofs of init count") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  const KeyStatus status = key_status(fixture.at());
  CHECK(status.backups == 1);
  REQUIRE(status.recipients.size() == 4);
  const RecipientStatus& op = status.recipients[0];
  CHECK(op.role == "op");
  CHECK(op.opens == 1);
  CHECK(op.alone == 0);
  CHECK(op.closed.empty());
  CHECK(op.proof_counts);
  CHECK(op.task == KeyTask::none);
  CHECK(status.recipients[3].scope == Scope::meta);
  CHECK(status.recipients[3].task == KeyTask::none);
}

TEST_CASE("a proof that is too old has to be made again") {
  InstallationFixture fixture;
  fixture.clock().advance(kKeyProofMaxAge + std::chrono::seconds{1});
  const RecipientStatus op = of_id(fixture, rid_of(fixture, "op"));
  CHECK(op.proven.has_value());
  CHECK_FALSE(op.proof_counts);
  CHECK(op.task == KeyTask::prove);
}

TEST_CASE("after a rotation: the new key wants access, the old one is kept while it is needed, then given up") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const Identity added = Identity::generate(Scope::full);
  const KeyId op = rid_of(fixture, "op");
  install(fixture, next_recipients(fixture, {.add = {named(added, "op")}, .drop = {op}}));
  const RecipientStatus fresh = of_id(fixture, added.recipient().id());
  CHECK(fresh.closed == std::vector<std::string>{name});
  CHECK(fresh.task == KeyTask::rewrap);
  CHECK_FALSE(fresh.proven);
  CHECK_FALSE(of_id(fixture, op).listed);
  CHECK(of_id(fixture, op).task == KeyTask::give_up);  // drill and recovery open it too

  // As a list of another installation would leave it: nobody of it opens what is stored.
  auto& recipients = fixture.at().trust.recipients.recipients;
  std::erase_if(recipients, [&](const Recipient& one) { return one.scope == Scope::full && one.role != "op"; });
  CHECK(of_id(fixture, op).task == KeyTask::keep);
  CHECK(of_id(fixture, added.recipient().id()).task == KeyTask::rewrap);
}

TEST_CASE("tasks have stable names") {
  CHECK(to_string(KeyTask::none) == "none");
  CHECK(to_string(KeyTask::keep) == "keep");
  CHECK(to_string(KeyTask::rewrap) == "rewrap");
  CHECK(to_string(KeyTask::prove) == "prove");
  CHECK(to_string(KeyTask::give_up) == "give_up");
}
