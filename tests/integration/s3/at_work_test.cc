// An installation whose second place is a bucket of the real store, used as a person does: through the programs alone.
#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "integration/s3/at_work.h"
#include "support/error_of.h"
#include "support/print_instant.h"

using namespace coffre;
using namespace coffre::test;
using Json = nlohmann::json;

TEST_CASE("A bucket as the second place: proven in both, down for a run, caught up, and nothing can be removed") {
  Gateway& peer = gateway();
  AtWork coffre(peer);
  SECTION("before its key is stored: a device's first backup wants both places, and is told the command") {
    const ChildResult run = coffre.ask({"backupd", "run", "--all"});
    CHECK(run.exit_code == 1);
    CHECK(run.err.find("backupd secret set bucket-writer --user") != std::string::npos);
    CHECK(backups_in(coffre.client()).empty());
  }
  SECTION("the key can be stored while the bucket is away; check says what is wrong") {
    peer.command("kill-gateway");
    const S3Credentials key = writer_key();
    coffre.must({"backupd", "secret", "set", "bucket-writer", "--user", key.access_key}, key.secret_key.reveal_text());
    const ChildResult check = coffre.ask({"backupd", "check", "--offline"});
    peer.command("start-gateway");
    CHECK(check.exit_code != 0);
    CHECK(check.out.find("second place") != std::string::npos);
  }
  SECTION("a wrong secret key: not claimed, and told as the store's refusal") {
    coffre.must({"backupd", "secret", "set", "bucket-writer", "--user", writer_key().access_key}, "another-secret");
    const ChildResult claim =
        coffre.ask({"backupd", "replica", "claim", "cloud", "--ticket", "1", "--reason", "bucket"});
    INFO(claim.out << claim.err);
    CHECK(claim.exit_code != 0);
    CHECK(claim.err.find("another-secret") == std::string::npos);
    CHECK(backups_in(coffre.client()).empty());
  }
  SECTION("from the claim on") {
    coffre.use_the_bucket();
    const ChildResult first = coffre.ask({"backupd", "run", "--all"});
    INFO(first.out << first.err);
    CHECK(first.exit_code == 0);
    CHECK(coffre.backups(4) == 1);

    const S3Client client = coffre.client();
    const std::vector<S3Entry> stored = backups_in(client);
    REQUIRE(stored.size() == 1);
    const auto object = client.head(stored[0].key, stored[0].version);
    REQUIRE(object.has_value());
    CHECK(object->lock.mode == S3LockMode::compliance);
    CHECK(object->lock.until > std::chrono::system_clock::now() + std::chrono::days{364});  // the month's first
    const Error refused = error_of([&] { client.remove(stored[0].key, stored[0].version); });
    CHECK(refused.code() == ErrorCode::refused);

    peer.command("kill-gateway");
    const ChildResult alone = coffre.ask({"backupd", "run", "--all"});
    INFO(alone.out << alone.err);
    CHECK(alone.exit_code == 3);
    CHECK(coffre.backups(-1) == 2);
    CHECK(coffre.backups(4) == 1);

    peer.command("start-gateway");
    const ChildResult after = coffre.ask({"backupd", "run"});  // nothing is due: only what is missing there
    INFO(after.out << after.err);
    CHECK(coffre.backups(4) == 2);
    CHECK(backups_in(client).size() == 2);

    const std::vector<std::string> known = coffre.known();
    REQUIRE(known.size() == 2);
    // The catalog is lost: the bucket's key comes from a person, in a file that nobody else can read.
    std::filesystem::remove_all(coffre.folder() / "server" / "data");
    std::filesystem::create_directory(coffre.folder() / "server" / "data");
    const std::filesystem::path key = coffre.folder() / "bucket.key";
    write_file(key, writer_key().access_key + "\n" + std::string(writer_key().secret_key.reveal_text()) + "\n");
    const std::vector<std::string> rebuild{"restore-cli", "rebuild-catalog",  "--from",
                                           "cloud",       "--s3-credentials", key.string()};
    std::filesystem::permissions(key, std::filesystem::perms{0644});
    CHECK(coffre.ask(rebuild).exit_code == 4);
    std::filesystem::permissions(key, std::filesystem::perms{0600});
    const ChildResult rebuilt = coffre.ask(rebuild);
    INFO(rebuilt.out << rebuilt.err);
    CHECK(rebuilt.exit_code == 0);
    CHECK(coffre.known() == known);
  }
}

TEST_CASE("check-replica measures the bucket, check wants the canary daily, and what was measured is on record") {
  Gateway& peer = gateway();
  AtWork coffre(peer);
  coffre.use_the_bucket();
  const ChildResult without = coffre.ask({"restore-cli", "check-replica"});
  CHECK(without.exit_code == 2);
  CHECK(without.err.find("backupd secret set bucket-deleter") != std::string::npos);
  const S3Credentials key = writer_key();
  coffre.must({"backupd", "secret", "set", "bucket-deleter", "--user", key.access_key}, key.secret_key.reveal_text());
  const std::string before = coffre.ask({"backupd", "check", "--offline"}).out;
  CHECK(before.find("it was never asked") != std::string::npos);
  CHECK(before.find("residency: FR, as tests stated on 2026-11-02: \"loopback\"") != std::string::npos);

  const ChildResult measured = coffre.ask({"restore-cli", "check-replica", "--json"});
  INFO(measured.out << measured.err);
  CHECK(measured.exit_code == 0);
  const Json json = Json::parse(measured.out);
  CHECK(json.at("canary").at("verdict") == "held");
  std::map<std::string, std::string> verdicts;
  for (const Json& one : json.at("capabilities")) verdicts[one.at("capability")] = one.at("verdict");
  // What Ceph does not do in a bucket with versions; versions keep two writers apart.
  CHECK(verdicts.at("conditional_put") == "no");
  verdicts.erase("conditional_put");
  CHECK(verdicts.size() == 7);
  for (const auto& [what, verdict] : verdicts) {
    CAPTURE(what);
    CHECK(verdict == "yes");
  }
  const ChildResult check = coffre.ask({"backupd", "check", "--offline"});
  INFO(check.out << check.err);
  CHECK(check.out.find("an unlocked version was deleted, a locked one was refused and is there") != std::string::npos);
  CHECK(coffre.ask({"restore-cli", "check-replica", "--canary"}).exit_code == 0);
  CHECK(coffre.ask({"restore-cli", "list", "--anomalies"}).out.find("VERROU") == std::string::npos);
  // Two locked objects stay for their minute, nothing else.
  CHECK(coffre.client().versions("_coffre/probe/", "", "").entries.size() == 2);
}

TEST_CASE("check is red for a bucket without Object Lock, and backups are made all the same") {
  Gateway& peer = gateway();
  AtWork coffre(peer, BucketKind::versioned);
  coffre.use_the_bucket();
  const ChildResult run = coffre.ask({"backupd", "run", "--all"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK(backups_in(coffre.client()).size() == 1);
  const ChildResult check = coffre.ask({"backupd", "check", "--offline"});
  INFO(check.out << check.err);
  CHECK(check.exit_code != 0);
  CHECK(check.out.find("not immutable") != std::string::npos);
}
