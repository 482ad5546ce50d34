// An installation whose second place is a bucket of the real store, used as a person does: through the programs alone.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "integration/s3/gateway.h"
#include "replicas/s3/version_walk.h"
#include "support/child_process.h"
#include "support/error_of.h"
#include "support/print_instant.h"
#include "support/simulator_process.h"

using namespace coffre;
using namespace coffre::test;

namespace {

using Json = nlohmann::json;

constexpr std::chrono::minutes kDeadline{3};
constexpr const char* kDevice = "CLIEXEMP/SIEGEPARIS/NVR_HALL";

class AtWork {
 public:
  explicit AtWork(Gateway& peer, BucketKind kind = BucketKind::locked)
      : place_(peer, kind), recorders_({"--make", "hikvision", "--devices", "1", "--name", "HALL"}) {
    must({"backupd", "init", (dir_ / "server").string(), "--keys-out", (dir_ / "offline").string(), "--unlocked",
          "--encryption", "none"});
    name_the_bucket();
    must({"backupd", "secret", "set", "device", "--user", std::string(kSimulatorUser)}, kSimulatorPassword);
    const SimulatedDevice& hall = recorders_.devices()[0];
    must({"backupd", "device", "add", kDevice, "--driver", "hikvision-isapi", "--address", hall.url, "--credential",
          "device", "--pin", hall.pin});
  }

  ChildResult ask(std::vector<std::string> arguments, std::string_view input = {}) {
    ChildOptions options;
    options.arguments = std::move(arguments);
    options.environment = {{"COFFRE_CONFIG", (dir_ / "server" / "coffre.yaml").string()}, {"LC_ALL", "C.UTF-8"}};
    options.without = {"LANGUAGE"};
    if (!input.empty()) {
      options.input_mode = ChildInput::text;
      options.input = std::string(input) + "\n";
    }
    return run_child(std::move(options), kDeadline);
  }
  void must(std::vector<std::string> arguments, std::string_view input = {}) {
    const ChildResult result = ask(std::move(arguments), input);
    INFO(result.out << result.err);
    REQUIRE(result.exit_code == 0);
  }
  void use_the_bucket() {
    const S3Credentials key = writer_key();
    must({"backupd", "secret", "set", "bucket-writer", "--user", key.access_key}, key.secret_key.reveal_text());
    must({"backupd", "replica", "claim", "cloud", "--ticket", "1", "--reason", "bucket"});
  }
  // How many backups are known, at all and at that level or higher.
  std::size_t backups(int at_least) {
    const Json rows = Json::parse(ask({"restore-cli", "list", "--json"}).out).at("backups");
    std::size_t count = 0;
    for (const Json& row : rows) {
      const Json& level = row.at("proof").at("level");
      if ((level.is_null() ? -1 : level.get<int>()) >= at_least) ++count;
    }
    return count;
  }
  // What a catalog that is made anew has to say of each backup.
  std::vector<std::string> known() {
    std::vector<std::string> lines;
    for (const Json& row : Json::parse(ask({"restore-cli", "list", "--json"}).out).at("backups")) {
      std::string line;
      for (const char* what : {"name", "device", "kind", "created_at", "sequence", "size", "digest", "suspect"}) {
        line += row.at(what).dump() + " ";
      }
      for (const Json& copy : row.at("copies")) line += copy.at("replica").dump() + copy.at("path").dump();
      lines.push_back(line);
    }
    return lines;
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return dir_.path(); }
  [[nodiscard]] S3Client client() const { return place_.client(); }

 private:
  void name_the_bucket() {
    const std::filesystem::path file = dir_ / "server" / "coffre.yaml";
    std::string text = naming_bucket(read_file(file), dir_ / "server" / "cloud", place_.options().at);
    const std::string french = "language: fr";  // the tests read sentences
    if (const auto at_language = text.find(french); at_language != std::string::npos) {
      text.replace(at_language, french.size(), "language: en");
    }
    write_file(file, text);
  }

  TempDir dir_;
  Place place_;
  SimulatorProcess recorders_;
};

std::vector<S3Entry> backups_in(const S3Client& client) {
  std::vector<S3Entry> found;
  for (const S3Entry& entry : client.versions("CLIEXEMP/", "", "").entries) {
    if (entry.key.ends_with(".bak")) found.push_back(entry);
  }
  return found;
}

}  // namespace

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
