#include "integration/s3/at_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "support/fake_time.h"

namespace coffre::test {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::minutes kDeadline{3};
constexpr const char* kDevice = "CLIEXEMP/SIEGEPARIS/NVR_HALL";

// A copy: the document that it came from is gone when a loop runs over it.
Json listed(const char* key, const ChildResult& answer) {
  INFO(answer.out << answer.err);
  REQUIRE(answer.exit_code == 0);
  return Json::parse(answer.out).at(key);
}

}  // namespace

AtWork::AtWork(Gateway& peer, BucketKind kind)
    : peer_(peer), place_(peer, kind), recorders_({"--make", "hikvision", "--devices", "1", "--name", "HALL"}) {
  must({"backupd", "init", (dir_ / "server").string(), "--keys-out", (dir_ / "offline").string(), "--unlocked",
        "--encryption", "none"});
  name_the_bucket(peer);
  must({"backupd", "secret", "set", "device", "--user", std::string(kSimulatorUser)}, kSimulatorPassword);
  const SimulatedDevice& hall = recorders_.devices()[0];
  must({"backupd", "device", "add", kDevice, "--driver", "hikvision-isapi", "--address", hall.url, "--credential",
        "device", "--pin", hall.pin});
}

ChildOptions AtWork::options_for(std::vector<std::string> arguments, std::string_view input,
                                 const std::string& fault) const {
  ChildOptions options;
  options.arguments = std::move(arguments);
  options.environment = {{"COFFRE_CONFIG", config().string()}, {"LC_ALL", "C.UTF-8"}};
  options.without = {"LANGUAGE"};
  if (!fault.empty()) options.environment["COFFRE_FAULT"] = fault;
  if (clock_.ahead != Seconds{0}) options.environment.merge(clock_ahead_by(clock_.ahead));
  if (!input.empty()) {
    options.input_mode = ChildInput::text;
    options.input = std::string(input) + "\n";
  }
  return options;
}

ChildResult AtWork::ask(std::vector<std::string> arguments, std::string_view input, const std::string& fault) {
  return run_child(options_for(std::move(arguments), input, fault), kDeadline);
}

ChildProcess AtWork::start(std::vector<std::string> arguments, const std::string& fault) {
  return ChildProcess(options_for(std::move(arguments), {}, fault));
}

void AtWork::must(std::vector<std::string> arguments, std::string_view input) {
  const ChildResult result = ask(std::move(arguments), input);
  INFO(result.out << result.err);
  REQUIRE(result.exit_code == 0);
}

void AtWork::store_key(const std::string& credential, const S3Credentials& key) {
  must({"backupd", "secret", "set", credential, "--user", key.access_key}, key.secret_key.reveal_text());
}

void AtWork::use_the_bucket() {
  store_key("bucket-writer", writer_key());
  must({"backupd", "replica", "claim", "cloud", "--ticket", "1", "--reason", "bucket"});
}

void AtWork::configure(const std::string& before, const std::string& after) {
  std::string text = read_file(config());
  const auto where = text.find(before);
  REQUIRE(where != std::string::npos);
  write_file(config(), text.replace(where, before.size(), after));
}

void AtWork::name_the_bucket(const Gateway& peer) {
  const S3Location at = bucket();
  configure(fmt::format("    directory: \"{}\"\n", (dir_ / "server" / "cloud").string()),
            fmt::format("    s3:\n      endpoint: {}\n      region: {}\n      bucket: {}\n      ca_file: {}\n"
                        "      writer: bucket-writer\n      deleter: bucket-deleter\n      lock: compliance\n"
                        "      residency: {{country: FR, statement: \"loopback\", by: tests, date: 2026-11-02}}\n",
                        at.endpoint, at.region, at.bucket, peer.ca_file()));
  // The tests read sentences.
  if (read_file(config()).find("language: fr") != std::string::npos) configure("language: fr", "language: en");
}

std::size_t AtWork::backups(int at_least) {
  const Json rows = listed("backups", ask({"restore-cli", "list", "--json"}));
  std::size_t count = 0;
  for (const Json& row : rows) {
    const Json& level = row.at("proof").at("level");
    if ((level.is_null() ? -1 : level.get<int>()) >= at_least) ++count;
  }
  return count;
}

std::vector<std::string> AtWork::known() {
  std::vector<std::string> lines;
  const Json rows = listed("backups", ask({"restore-cli", "list", "--json"}));
  for (const Json& row : rows) {
    std::string line;
    for (const char* what : {"name", "device", "kind", "created_at", "sequence", "size", "digest", "suspect"}) {
      line += row.at(what).dump() + " ";
    }
    for (const Json& copy : row.at("copies")) line += copy.at("replica").dump() + copy.at("path").dump();
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> AtWork::names() {
  std::map<int, std::string> by_number;
  const Json rows = listed("backups", ask({"restore-cli", "list", "--json"}));
  for (const Json& row : rows) {
    by_number[row.at("sequence").get<int>()] = row.at("name").get<std::string>();
  }
  std::vector<std::string> names;
  for (const auto& [number, name] : by_number) names.push_back(name);
  return names;
}

std::vector<std::string> AtWork::anomalies() {
  std::vector<std::string> lines;
  const Json rows = listed("anomalies", ask({"restore-cli", "list", "--anomalies", "--json"}));
  for (const Json& row : rows) {
    lines.push_back(row.at("code").get<std::string>() + " " + row.at("subject").get<std::string>());
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> AtWork::journal(const std::string& action) {
  std::vector<std::string> lines;
  const Json rows = listed("journal", ask({"restore-cli", "journal", "--json"}));
  for (const Json& row : rows) {
    if (row.at("action") != action) continue;
    std::string line = row.at("subject").get<std::string>() + " " + row.at("result").get<std::string>();
    for (const auto& [key, text] : row.at("detail").items()) line += " " + key + "=" + text.get<std::string>();
    lines.push_back(line);
  }
  return lines;
}

void AtWork::verify() {
  for (const auto& entry : std::filesystem::directory_iterator(folder() / "offline")) {
    const bool opens = read_file(entry.path()).find("coffre-identity x25519 full ") != std::string::npos;
    if (opens) must({"restore-cli", "verify", "--all", "--identity", entry.path().string()});
  }
}

bool AtWork::anywhere(std::string_view text) const {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder())) {
    if (entry.is_regular_file() && read_file(entry.path()).find(text) != std::string::npos) return true;
  }
  return false;
}

std::vector<S3Entry> backups_in(const S3Client& client) {
  std::vector<S3Entry> found;
  for (const S3Entry& entry : client.versions("CLIEXEMP/", "", "").entries) {
    if (entry.key.ends_with(".bak")) found.push_back(entry);
  }
  return found;
}

}  // namespace coffre::test
