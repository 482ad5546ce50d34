#include "bucket_fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <stdexcept>

namespace coffre::test {
namespace {

namespace fs = std::filesystem;
using simulator::StoreLies;

bool is_backup(const std::string& path) {
  return path.ends_with(".bak");
}

// Objects of measurements, which the place keeps while they are locked.
bool is_probe(const std::string& path) {
  return path.starts_with("_coffre/probe/");
}

std::string path_of(const std::string& held) {
  return held.substr(0, held.rfind(' '));
}

void replace(std::string& text, const std::string& old, const std::string& fresh) {
  const auto at = text.find(old);
  if (at == std::string::npos) throw std::runtime_error("the configuration has no line " + old);
  text.replace(at, old.size(), fresh);
}

}  // namespace

BucketFleet::BucketFleet(FleetOptions options, const StoreLies& lies) : fleet_(std::move(options)), store_(lies) {
  use_bucket();
}

void BucketFleet::must(const ChildResult& result) const {
  if (result.exit_code != 0) throw std::runtime_error("the bucket as second place: " + result.out + result.err);
}

// As a person moves from the folder of `init` to a bucket.
void BucketFleet::use_bucket() {
  write_file(authority(), store_.authority_pem());
  std::string text = read_file(fleet_.config());
  replace(text, fmt::format("    directory: \"{}\"\n", fleet_.cloud().string()),
          fmt::format("    s3:\n      endpoint: {}\n      region: fr-test\n      bucket: bucket\n      ca_file: {}\n"
                      "      writer: bucket-writer\n      deleter: bucket-deleter\n      lock: compliance\n"
                      "      residency: {{country: FR, statement: \"loopback\", by: tests, date: 2026-11-02}}\n",
                      store_.url(), authority().string()));
  write_file(fleet_.config(), text);
  must(fleet_.call("backupd", {"secret", "set", "bucket-writer", "--user", std::string(kWriterKey)},
                   std::string(kWriterSecret) + "\n"));
  must(fleet_.call("backupd", {"secret", "set", "bucket-deleter", "--user", "DELETERACCESSKEY"},
                   std::string(kDeleterSecret) + "\n"));
  must(fleet_.call("backupd", {"replica", "claim", "cloud", "--ticket", "1", "--reason", "bucket"}));
}

void BucketFleet::configure(const std::string& key, const std::string& value) {
  const std::regex line("(\n      " + key + ": )[^\n]*");
  const std::string text = read_file(fleet_.config());
  if (!std::regex_search(text, line)) throw std::runtime_error("the configuration has no s3 line " + key);
  write_file(fleet_.config(), std::regex_replace(text, line, "$1" + value));
}

void BucketFleet::set_clock_ahead(int days) {
  days_ahead_ = days;
  fleet_.set_clock_ahead(days);
  lie({});
}

void BucketFleet::lie(StoreLies lies) {
  lies.clock_ahead += std::chrono::days{days_ahead_};
  store_.lie(lies);
}

void BucketFleet::heal() {
  lie({});
  store_.answer_by({});
}

std::vector<std::string> BucketFleet::damage() {
  fs::remove_all(fleet_.cloud());
  fs::create_directory(fleet_.cloud());
  for (const auto& [path, content] : store_.objects()) {
    if (is_probe(path)) continue;
    fs::create_directories((fleet_.cloud() / path).parent_path());
    write_file(fleet_.cloud() / path, content);
  }
  std::vector<std::string> findings = fleet_.damage();
  for (const std::string_view secret : {kWriterSecret, kDeleterSecret}) {
    for (const std::string& place : fleet_.places_of(secret)) findings.push_back("a key of the bucket: " + place);
  }
  return findings;
}

std::vector<std::string> BucketFleet::backups_in_bucket() const {
  std::vector<std::string> held = store_.holds();
  std::erase_if(held, [](const std::string& one) { return !is_backup(path_of(one)); });
  return held;
}

std::vector<std::string> BucketFleet::twins_in_bucket() const {
  std::vector<std::string> paths;
  for (const std::string& held : backups_in_bucket()) paths.push_back(path_of(held));
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> twins;
  for (auto twin = std::adjacent_find(paths.begin(), paths.end()); twin != paths.end();
       twin = std::adjacent_find(twin + 1, paths.end())) {
    twins.push_back(*twin);
  }
  return twins;
}

std::size_t BucketFleet::puts_of_backups(std::size_t since) const {
  std::size_t puts = 0;
  const auto requests = store_.requests().requests();
  for (std::size_t i = since; i < requests.size(); ++i) {
    if (requests[i].method == "PUT" && is_backup(requests[i].path) && !requests[i].query.contains("retention")) ++puts;
  }
  return puts;
}

}  // namespace coffre::test
