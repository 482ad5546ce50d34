// Attack 13 of security-design.md: a list of keys that is older than one that was seen, another root, or a replica that
// holds something else.
#include "service/keys/trust_record.h"

#include <catch2/catch.hpp>

#include "catalog/installation.h"
#include "service/backup/run_pass.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

RootKey root_of(const InstallationFixture& fixture) {
  KeyFile file = parse_key_file(read_file(fixture.key_file("recovery")), "recovery");
  return std::move(file.root_key.value());
}

RecipientsList recipients_of(InstallationFixture& fixture, std::uint32_t epoch) {
  RecipientsList list = fixture.at().trust.recipients;
  list.epoch = epoch;
  return list;
}

// As the programs load them (cli/compose.h).
TrustLists load(InstallationFixture& fixture) {
  const KeyFiles& files = fixture.settings().keys;
  return trust_on_record(fixture.at().catalog, "tester", fixture.clock().now(), [&](const SeenTrust& seen) {
    return read_trust({.root = parse_key_file(read_file(files.root), "root.pub").root.value(),
                       .root_source = "root.pub",
                       .recipients = read_file(files.recipients),
                       .recipients_source = "recipients.list",
                       .signers = read_file(files.signers),
                       .signers_source = "signers.list"},
                      seen);
  });
}

void put_list_file(const InstallationFixture& fixture, const RecipientsList& list) {
  write_file(fixture.settings().keys.recipients, write_list(list, root_of(fixture)));
}

std::string fact(InstallationFixture& fixture, std::string_view key) {
  std::optional<std::string> value;
  fixture.at().catalog.read([&](Session& session) { value = get_fact(session, key); });
  return value.value_or("");
}

Error refused_run(InstallationFixture& fixture) {
  const std::atomic<bool> stop = false;
  return error_of([&] { run_pass(fixture.at(), {}, {}, stop); });
}

}  // namespace

TEST_CASE("init remembers the root and both lists") {
  InstallationFixture fixture;
  CHECK(fact(fixture, "trust_root") == to_hex(ByteView(fixture.at().trust.root)));
  CHECK(fact(fixture, "trust_recipients").substr(0, 2) == "1 ");
  CHECK(fact(fixture, "trust_signers").substr(0, 2) == "1 ");
  CHECK_NOTHROW(load(fixture));
}

TEST_CASE("a newer list is taken and remembered, and the older one is refused from then on, with an anomaly") {
  InstallationFixture fixture;
  const std::string first = read_file(fixture.settings().keys.recipients);
  put_list_file(fixture, recipients_of(fixture, 2));
  CHECK(load(fixture).recipients.epoch == 2);
  CHECK(fact(fixture, "trust_recipients").substr(0, 2) == "2 ");
  CHECK(newest_entry(fixture).action == "lists_seen");

  write_file(fixture.settings().keys.recipients, first);
  const Error error = error_of([&] { load(fixture); });
  CHECK(error.category() == "E_LIST");
  CHECK(exit_code(error.code()) == 4);
  CHECK_FALSE(error.hint().empty());
  CHECK(is_open(fixture, AnomalyCode::trust_list_refused, "lists"));
  CHECK(fact(fixture, "trust_recipients").substr(0, 2) == "2 ");

  put_list_file(fixture, recipients_of(fixture, 2));
  CHECK_NOTHROW(load(fixture));
  CHECK_FALSE(is_open(fixture, AnomalyCode::trust_list_refused, "lists"));
}

TEST_CASE("root and lists replaced together are another installation's, whoever signed them") {
  InstallationFixture fixture;
  const InstallationFixture other;
  const KeyFiles& theirs = other.settings().keys;
  const KeyFiles& ours = fixture.settings().keys;
  for (const auto& [from, to] :
       {std::pair(theirs.root, ours.root), {theirs.recipients, ours.recipients}, {theirs.signers, ours.signers}}) {
    write_file(to, read_file(from));
  }
  const Error error = error_of([&] { load(fixture); });
  CHECK(exit_code(error.code()) == 4);
  CHECK(error.category() == "E_LIST");
  CHECK(error.subject() == "root.pub");
  CHECK_THAT(error.hint(), Catch::Contains("coffre-root ed25519 " + to_hex(ByteView(fixture.at().trust.root))));
  CHECK(is_open(fixture, AnomalyCode::trust_list_refused, "lists"));
}

TEST_CASE("an epoch has one content for ever") {
  InstallationFixture fixture;
  RecipientsList list = recipients_of(fixture, 1);
  list.recipients.push_back(Identity::generate(Scope::full).recipient());
  put_list_file(fixture, list);
  const Error error = error_of([&] { load(fixture); });
  CHECK(error.category() == "E_LIST");
  CHECK_THAT(error.hint(), Catch::Contains("_coffre/RECIPIENTS_1.list"));
}

TEST_CASE("a list that is not there is an alarm too") {
  InstallationFixture fixture;
  const LoadTrust missing = [](const SeenTrust&) -> TrustLists {
    throw Error(ErrorCode::no_key, "reading a list of keys", "there is no such file");
  };
  CHECK(error_of([&] { trust_on_record(fixture.at().catalog, "tester", fixture.clock().now(), missing); }).code() ==
        ErrorCode::no_key);
  CHECK(is_open(fixture, AnomalyCode::trust_list_refused, "lists"));
}

TEST_CASE("a catalog made anew takes the first lists that its root signed") {
  InstallationFixture fixture;
  Database fresh = Database::open((fixture.folder() / "fresh.db").string(), fixture.clock());
  SeenTrust seen;
  trust_on_record(fresh, "tester", fixture.clock().now(), [&](const SeenTrust&) { return fixture.at().trust; });
  fresh.read([&](Session& session) { seen = seen_trust(session); });
  CHECK(seen.root == fixture.at().trust.root);
  CHECK(seen.recipients.epoch == 1);
}

TEST_CASE("a run is refused while a replica knows a newer list, or another one under our epoch") {
  InstallationFixture fixture;
  const auto place = GENERATE(0, 1);
  const std::filesystem::path folder = (place == 0 ? fixture.local() : fixture.cloud()) / "_coffre";
  const std::string name = place == 0 ? fixture.at().local->properties().name : fixture.at().cloud->properties().name;
  const std::string first = read_file(folder / "RECIPIENTS_1.list");
  SECTION("newer") {
    write_file(folder / "RECIPIENTS_2.list", write_list(recipients_of(fixture, 2), root_of(fixture)));
    CHECK_THAT(refused_run(fixture).hint(), Catch::Contains("_coffre/RECIPIENTS_2.list"));
  }
  SECTION("another content") {
    std::filesystem::remove(folder / "RECIPIENTS_1.list");
    write_file(folder / "RECIPIENTS_1.list", first + "# other\n");
    CHECK(refused_run(fixture).category() == "E_LIST");
  }
  CHECK(is_open(fixture, AnomalyCode::trust_list_refused, name));
  CHECK_FALSE(is_open(fixture, AnomalyCode::replica_unavailable, name));

  std::filesystem::remove(folder / "RECIPIENTS_2.list");
  std::filesystem::remove(folder / "RECIPIENTS_1.list");
  const std::atomic<bool> stop = false;
  run_pass(fixture.at(), {}, {}, stop);
  CHECK_FALSE(is_open(fixture, AnomalyCode::trust_list_refused, name));
  CHECK(read_file(folder / "RECIPIENTS_1.list") == first);  // what was missing is there again
}
