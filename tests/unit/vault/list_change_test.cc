#include "vault/list_change.h"

#include <catch2/catch.hpp>
#include <functional>

#include "support/error_of.h"
#include "support/vault_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

Recipient with_role(const Identity& identity, const char* role) {
  Recipient recipient = identity.recipient();
  recipient.role = role;
  return recipient;
}

RecipientsList present() {
  return {.epoch = 7,
          .recipients = {with_role(op_identity(), "op"), with_role(recovery_identity(), "recovery"),
                         with_role(catalog_identity(), "catalog")}};
}

std::vector<std::string> roles_of(const RecipientsList& list) {
  std::vector<std::string> roles;
  for (const Recipient& recipient : list.recipients) roles.push_back(recipient.role);
  return roles;
}

SignersList signers(const Signer& signer) {
  SignersList list{.epoch = 3, .signers = {}};
  REQUIRE(list.signers.add(signer));
  return list;
}

const Instant kNow = from_unix(1'800'000'000);
const Instant kLater = kNow + std::chrono::days{30};

}  // namespace

TEST_CASE("a key is added behind those that open backups, and another one dropped") {
  const RecipientsList next =
      next_list(present(), {.add = {with_role(foreign_identity(), "op")}, .drop = {op_identity().id()}});
  CHECK(next.epoch == 8);
  CHECK(roles_of(next) == std::vector<std::string>{"recovery", "op", "catalog"});
  CHECK(next.recipients[1].key == foreign_identity().public_key());
}

TEST_CASE("a change that makes no usable list is refused, and says why") {
  struct Row {
    const char* name;
    RecipientsChange change;
    ErrorCode code;
    const char* reason;
  };
  Recipient nameless = foreign_identity().recipient();
  const std::vector<Row> rows{
      {"nothing", {}, ErrorCode::usage, "nothing would change"},
      {"a key of nobody", {.drop = {foreign_identity().id()}}, ErrorCode::usage, "has no key"},
      {"the catalog's key", {.drop = {catalog_identity().id()}}, ErrorCode::rule, "the catalog's key stays"},
      {"there already", {.add = {with_role(op_identity(), "op")}}, ErrorCode::usage, "already"},
      {"no role", {.add = {nameless}}, ErrorCode::rule, "with a role"},
      {"META", {.add = {with_role(Identity::generate(Scope::meta), "x")}}, ErrorCode::rule, "only keys that open"},
      {"added and dropped",
       {.add = {with_role(op_identity(), "op")}, .drop = {op_identity().id()}},
       ErrorCode::usage,
       "added and dropped"},
      {"no FULL left", {.drop = {op_identity().id(), recovery_identity().id()}}, ErrorCode::rule, "would be left"},
  };
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    const Error error = error_of([&] { static_cast<void>(next_list(present(), row.change)); });
    CHECK(error.code() == row.code);
    CHECK_THAT(error.reason(), Catch::Contains(row.reason));
    CHECK_FALSE(error.hint().empty());
  }
}

TEST_CASE("a new signer counts from now on; the one before it until the given day") {
  const Signer old{.key = daemon_key().public_key(), .from = from_unix(1), .to = {}, .revoked = {}};
  const SignersList next =
      next_list(signers(old), {.add = stranger_key().public_key(), .now = kNow, .others_end = kLater, .revoke = {}});
  CHECK(next.epoch == 4);
  CHECK(next.signers.find(daemon_key().id())->to == kLater);
  CHECK(next.signers.find(stranger_key().id())->from == kNow);
  CHECK_FALSE(next.signers.find(stranger_key().id())->to.has_value());
}

TEST_CASE("an end that was set stays when a further signer comes") {
  const Signer old{.key = daemon_key().public_key(), .from = from_unix(1), .to = from_unix(9), .revoked = {}};
  const SignersList next =
      next_list(signers(old), {.add = stranger_key().public_key(), .now = kNow, .others_end = kLater, .revoke = {}});
  CHECK(next.signers.find(daemon_key().id())->to == from_unix(9));
}

TEST_CASE("a revocation is dated, may be made earlier, and is never put off") {
  const Signer old{.key = daemon_key().public_key(), .from = from_unix(1), .to = {}, .revoked = {}};
  const auto revoked_at = [](const SignersList& list, Instant at, std::optional<PublicKey> add = {}) {
    return next_list(list, {.add = add, .now = kNow, .others_end = kLater, .revoke = {{daemon_key().id(), at}}});
  };
  const SignersList first = revoked_at(signers(old), kNow, stranger_key().public_key());
  CHECK(first.signers.find(daemon_key().id())->revoked == kNow);
  CHECK(first.signers.find(daemon_key().id())->to == kLater);
  CHECK(revoked_at(first, from_unix(5)).signers.find(daemon_key().id())->revoked == from_unix(5));
  CHECK(error_of([&] { static_cast<void>(revoked_at(first, kLater)); }).code() == ErrorCode::rule);
}

TEST_CASE("a signer that the list does not have cannot be revoked, nor one be added twice") {
  const SignersList list = signers({.key = daemon_key().public_key(), .from = {}, .to = {}, .revoked = {}});
  const SignersChange unknown{.add = {}, .now = kNow, .others_end = kLater, .revoke = {{stranger_key().id(), kNow}}};
  CHECK_THAT(error_of([&] { static_cast<void>(next_list(list, unknown)); }).hint(),
             Catch::Contains(to_hex(daemon_key().id())));
  const SignersChange twice{.add = daemon_key().public_key(), .now = kNow, .others_end = kLater, .revoke = {}};
  CHECK(error_of([&] { static_cast<void>(next_list(list, twice)); }).code() == ErrorCode::usage);
}

TEST_CASE("a list by which nobody could sign is refused, with the way to a new key") {
  const SignersList list = signers({.key = daemon_key().public_key(), .from = {}, .to = {}, .revoked = {}});
  const SignersChange alone{.add = {}, .now = kNow, .others_end = kLater, .revoke = {{daemon_key().id(), kNow}}};
  const Error error = error_of([&] { static_cast<void>(next_list(list, alone)); });
  CHECK(error.code() == ErrorCode::rule);
  CHECK_THAT(error.hint(), Catch::Contains("restore-cli keys new-signer"));
}
