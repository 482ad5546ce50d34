#include "service/keys/sign_lists.h"

#include <catch2/catch.hpp>

#include "key_list_samples.h"
#include "service/reading/backup_readers.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("the next list is the present one with the change, signed by the root, epoch + 1") {
  InstallationFixture fixture;
  const Identity added = Identity::generate(Scope::full);
  const auto lists = next_recipients(fixture, {.add = {named(added, "op")}, .drop = {rid_of(fixture, "op")}});
  REQUIRE(lists.size() == 1);
  CHECK(lists[0].epoch == 2);
  const RecipientsList list = read_recipients_list(lists[0].text, fixture.at().trust.root, 2, "x");
  CHECK(full_keys(list) == std::vector<std::string>{to_hex(rid_of(fixture, "drill")),
                                                    to_hex(rid_of(fixture, "recovery")),
                                                    to_hex(added.recipient().id())});
}

TEST_CASE("another installation's root signs nothing, and nothing is signed when nothing changes") {
  InstallationFixture fixture;
  const ListChange drop{.recipients = RecipientsChange{.add = {}, .drop = {rid_of(fixture, "op")}}, .signers = {}};
  CHECK(error_of([&] { sign_lists(fixture.at().trust, drop, RootKey{SigningKey::generate()}); }).category() ==
        "E_LIST");
  CHECK(error_of([&] { sign_lists(fixture.at().trust, {}, root_of(fixture)); }).code() == ErrorCode::usage);
}

TEST_CASE("the root key comes out of the recovery key file alone") {
  InstallationFixture fixture;
  CHECK(root_of(fixture).key.public_key() == fixture.at().trust.root);
  CHECK(error_of([&] { load_root_key(fixture.key_file("op"), no_passphrase); }).code() == ErrorCode::no_key);
}

TEST_CASE("a locked root key needs its passphrase") {
  InstallationFixture fixture({.passphrase = "correct horse battery"});
  const auto typed = [](const char* text) {
    return [text](const std::filesystem::path& /*file*/) { return SecretString::copy_of(text); };
  };
  const auto file = fixture.key_file("recovery");
  CHECK(load_root_key(file, typed("correct horse battery")).key.public_key() == fixture.at().trust.root);
  CHECK(error_of([&] { load_root_key(file, typed("something else")); }).code() == ErrorCode::no_key);
}

TEST_CASE("the present lists are the newest that the root signed; an older one under a newer name is refused") {
  InstallationFixture fixture;
  const PublicKey root = fixture.at().trust.root;
  install(fixture, next_recipients(fixture, {.add = {}, .drop = {rid_of(fixture, "op")}}));
  const auto folder = fixture.cloud() / "_coffre";
  CHECK(lists_in(folder, root).recipients.epoch == 2);
  CHECK(lists_in(folder, root).signers.epoch == 1);
  write_file(folder / "RECIPIENTS_3.list", read_file(folder / "RECIPIENTS_1.list"));
  CHECK(error_of([&] { lists_in(folder, root); }).category() == "E_LIST");
  CHECK(error_of([&] { lists_in(folder, SigningKey::generate().public_key()); }).category() == "E_LIST");
  const TempDir empty;
  CHECK(error_of([&] { lists_in(empty.path(), root); }).code() == ErrorCode::not_found);
}

TEST_CASE("lists are written once, and another one of the same name is never overwritten") {
  InstallationFixture fixture;
  const TempDir dir;
  const auto lists = next_recipients(fixture, {.add = {}, .drop = {rid_of(fixture, "op")}});
  CHECK(write_lists(dir.path(), lists) == std::vector<std::filesystem::path>{dir / "RECIPIENTS_2.list"});
  CHECK(read_file(dir / "RECIPIENTS_2.list") == lists[0].text);
  CHECK_NOTHROW(write_lists(dir.path(), lists));
  const auto others = next_recipients(fixture, {.add = {}, .drop = {rid_of(fixture, "drill")}});
  CHECK(error_of([&] { write_lists(dir.path(), others); }).code() == ErrorCode::conflict);
  CHECK(read_file(dir / "RECIPIENTS_2.list") == lists[0].text);
}

TEST_CASE("what a person names is a line of one key, or an id of 16 digits") {
  InstallationFixture fixture;
  const TempDir dir;
  const Recipient recipient = named(Identity::generate(Scope::full), "op");
  write_file(dir / "one.pub", to_line(recipient) + "\n");
  write_file(dir / "two.pub", to_line(recipient) + "\n" + to_line(named(Identity::generate(Scope::full), "op")) + "\n");
  CHECK(recipient_in(dir / "one.pub").id() == recipient.id());
  CHECK(error_of([&] { recipient_in(dir / "two.pub"); }).code() == ErrorCode::usage);
  CHECK(error_of([&] { signer_in(dir / "one.pub"); }).code() == ErrorCode::usage);
  CHECK(to_hex(key_id_from("2d50daf454f8f87b")) == "2d50daf454f8f87b");
  CHECK(error_of([] { key_id_from("2d50daf454f8f8"); }).code() == ErrorCode::usage);
}

TEST_CASE("attack 14: at the station too, with a catalog at hand, a list that gives up a needed key is refused") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  const auto lists = next_recipients(
      fixture, {.add = {named(Identity::generate(Scope::full), "op")},
                .drop = {rid_of(fixture, "op"), rid_of(fixture, "drill"), rid_of(fixture, "recovery")}});
  CHECK(error_of([&] { require_installable(fixture.at(), lists); }).category() == "LAST_KEY");
  CHECK_NOTHROW(
      require_installable(fixture.at(), next_recipients(fixture, {.add = {}, .drop = {rid_of(fixture, "op")}})));
}

TEST_CASE("a signing of lists is in the journal") {
  InstallationFixture fixture;
  record_signed_lists(fixture.at(), next_recipients(fixture, {.add = {}, .drop = {rid_of(fixture, "op")}}));
  const JournalEntry entry = newest_entry(fixture);
  CHECK(entry.action == "keys_signed");
  CHECK(entry.detail == std::map<std::string, std::string>{{"recipients_epoch", "2"}});
}
