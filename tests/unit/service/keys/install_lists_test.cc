// Attacks 13 and 14 of security-design.md, where new lists come to the server.
#include "service/keys/install_lists.h"

#include <catch2/catch.hpp>

#include "key_list_samples.h"
#include "service/keys/next_signer.h"

using namespace coffre;
using namespace coffre::test;

namespace {

const std::vector<std::string> kAll{"op", "drill", "recovery"};

RecipientsChange dropping(InstallationFixture& fixture, const std::vector<std::string>& roles) {
  RecipientsChange change;
  for (const std::string& role : roles) change.drop.push_back(rid_of(fixture, role));
  if (roles.size() == kAll.size()) change.add = {named(Identity::generate(Scope::full), "op")};
  return change;
}

SignersChange another_signer(InstallationFixture& fixture, const PublicKey& key) {
  const Instant now = fixture.clock().now();
  return {.add = key, .now = now, .others_end = now + std::chrono::days{30}, .revoke = {}};
}

std::string list_file(const InstallationFixture& fixture) {
  return read_file(fixture.settings().keys.recipients);
}

// The lists in use, and what lies in the second place.
std::vector<std::string> all_lists(const InstallationFixture& fixture) {
  std::vector<std::string> all = tree_of(fixture.cloud() / "_coffre");
  all.push_back(list_file(fixture));
  all.push_back(read_file(fixture.settings().keys.signers));
  return all;
}

std::string refused(InstallationFixture& fixture, const std::vector<SignedListText>& lists) {
  const auto before = all_lists(fixture);
  const Error error = error_of([&] { install(fixture, lists); });
  CHECK(exit_code(error.code()) == 4);
  CHECK_FALSE(error.hint().empty());
  CHECK(all_lists(fixture) == before);
  return std::string(error.category());
}

}  // namespace

TEST_CASE("a new list is in use, in both places, and on record; the same again changes nothing") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  const auto lists = next_recipients(fixture, dropping(fixture, {"op"}));
  const InstallResult result = install(fixture, lists);
  CHECK(result.changed);
  CHECK(result.new_recipients);
  CHECK(result.away.empty());
  CHECK(list_file(fixture) == lists[0].text);
  CHECK(read_file(fixture.local() / "_coffre/RECIPIENTS_2.list") == lists[0].text);
  CHECK(read_file(fixture.cloud() / "_coffre/RECIPIENTS_2.list") == lists[0].text);
  CHECK(newest_entry(fixture).action == "keys_install");
  CHECK_FALSE(install(fixture, lists).changed);
  fixture.restart();
  CHECK(fixture.at().trust.recipients.epoch == 2);
}

TEST_CASE("attack 13: a stranger's list, an older one, one that leaves an epoch out, another of the same epoch") {
  InstallationFixture fixture;
  const TrustLists first = fixture.at().trust;
  const RootKey root = root_of(fixture);
  const auto of_epoch = [&](std::uint32_t epoch, const RootKey& by) {
    RecipientsList list = first.recipients;
    list.epoch = epoch;
    return std::vector<SignedListText>{{.type = ListType::recipients, .epoch = epoch, .text = write_list(list, by)}};
  };
  CHECK(refused(fixture, of_epoch(2, RootKey{SigningKey::generate()})) == "E_LIST");
  CHECK(refused(fixture, of_epoch(3, root)) == "E_LIST");
  install(fixture, next_recipients(fixture, dropping(fixture, {"op"})));
  CHECK(refused(fixture, of_epoch(1, root)) == "E_LIST");
  CHECK(refused(fixture, of_epoch(2, root)) == "E_LIST");
}

TEST_CASE("attack 14: a list that no stored backup's key is left in is refused, with how many they are") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  fixture.proven_backup(kHall);
  const auto lists = next_recipients(fixture, dropping(fixture, kAll));
  CHECK(refused(fixture, lists) == "LAST_KEY");
  CHECK_THAT(error_of([&] { install(fixture, lists); }).what(), Catch::Contains("opens 2 stored backups"));
  CHECK_NOTHROW(install(fixture, next_recipients(fixture, dropping(fixture, {"op", "drill"}))));
}

TEST_CASE("a list without the server's catalog key is refused") {
  InstallationFixture fixture;
  RecipientsList list = fixture.at().trust.recipients;
  list.epoch = 2;
  std::erase_if(list.recipients, [](const Recipient& one) { return one.scope == Scope::meta; });
  CHECK(refused(fixture, {{.type = ListType::recipients, .epoch = 2, .text = write_list(list, root_of(fixture))}}) ==
        "LAST_KEY");
}

TEST_CASE("a signer is never lost, and the server is never left without one that counts") {
  InstallationFixture fixture;
  const Instant half_way = fixture.clock().now() + std::chrono::minutes{30};
  fixture.clock().advance(std::chrono::hours{1});
  fixture.proven_backup(kHall);
  const SigningKey stranger = SigningKey::generate();
  SignersList list;
  list.epoch = 2;
  REQUIRE(list.signers.add({.key = stranger.public_key(), .from = {}, .to = {}, .revoked = {}}));
  CHECK(refused(fixture, {{.type = ListType::signers, .epoch = 2, .text = write_list(list, root_of(fixture))}}) ==
        "SIGNER_LOST");

  SignersChange revoking = another_signer(fixture, stranger.public_key());
  revoking.revoke = {.signer = fixture.at().keys->signing.id(), .at = fixture.clock().now()};
  CHECK(refused(fixture, next_signers(fixture, revoking)) == "NO_SIGNER");

  SignersChange ending = another_signer(fixture, stranger.public_key());
  ending.others_end = half_way;
  CHECK(refused(fixture, next_signers(fixture, ending)) == "SIGNER_LOST");
}

TEST_CASE("the waiting signing key is taken into use with the list that names it") {
  InstallationFixture fixture;
  const KeyFiles& files = fixture.settings().keys;
  const NextSigner next = prepare_next_signer(files);
  const InstallResult result = install(fixture, next_signers(fixture, another_signer(fixture, next.key)));
  CHECK(result.signer_taken);
  CHECK(signer_in_use(files) == next.key);
  CHECK_FALSE(waiting_signer(files));
  fixture.restart();
  CHECK(fixture.at().keys->signing.public_key() == next.key);
  fixture.proven_backup(kHall);
}

TEST_CASE("a place that is away gets the lists later; one that holds other lists stops everything") {
  InstallationFixture fixture;
  const auto lists = next_recipients(fixture, dropping(fixture, {"op"}));
  const auto path = fixture.cloud() / "_coffre/RECIPIENTS_2.list";
  SECTION("away") {
    fixture.faulty_cloud().fail_call(6, ErrorCode::unreachable, FaultMoment::before);  // the first put
    const InstallResult result = install(fixture, lists);
    REQUIRE(result.away.size() == 1);
    CHECK(result.away[0].replica == "cloud");
    CHECK(list_file(fixture) == lists[0].text);
    CHECK(install(fixture, lists).away.empty());
    CHECK(read_file(path) == lists[0].text);
  }
  SECTION("another list") {
    write_file(path, "coffre-list\n");
    const std::string before = list_file(fixture);
    CHECK(error_of([&] { install(fixture, lists); }).category() == "E_LIST");
    CHECK(list_file(fixture) == before);
  }
}

TEST_CASE("a list that somebody changed is put right again from a place") {
  InstallationFixture fixture;
  const TrustLists trust = fixture.at().trust;
  write_file(fixture.settings().keys.recipients, "rubbish\n");
  const InstallResult result =
      install(fixture, {{.type = ListType::recipients, .epoch = 1, .text = trust.recipients_text}});
  CHECK(result.changed);
  CHECK(list_file(fixture) == trust.recipients_text);
}

TEST_CASE("two lists of one type, and what is no list, are a matter of usage") {
  InstallationFixture fixture;
  const auto lists = next_recipients(fixture, dropping(fixture, {"op"}));
  CHECK(error_of([&] { install(fixture, {lists[0], lists[0]}); }).code() == ErrorCode::usage);
  CHECK(error_of([&] { install(fixture, {{.type = ListType::signers, .epoch = 1, .text = "hello"}}); }).code() ==
        ErrorCode::usage);
}

TEST_CASE("validity: what was signed in a time that a list cuts off is counted, a longer time is not") {
  const SigningKey key = SigningKey::generate();
  const auto until = [&](std::optional<Instant> to) {
    SignerList list;
    static_cast<void>(list.add({.key = key.public_key(), .from = from_unix(100), .to = to, .revoked = {}}));
    return list;
  };
  const std::vector<Instant> created{from_unix(50), from_unix(100), from_unix(200), from_unix(300)};
  CHECK(outside_validity(until({}), until(from_unix(200)), created) == 1);
  CHECK(outside_validity(until({}), SignerList{}, created) == 3);
  CHECK(outside_validity(until(from_unix(200)), until({}), created) == 0);
}
