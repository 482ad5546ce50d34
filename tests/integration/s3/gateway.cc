#include "integration/s3/gateway.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <map>
#include <sstream>
#include <stdexcept>

#include "support/source_tree.h"

namespace coffre::test {
namespace {

// Longer than the script's own patience, so that its words are heard.
constexpr std::chrono::minutes kStartDeadline{10};
constexpr std::chrono::minutes kCommandDeadline{7};

ChildOptions start_script(const std::filesystem::path& folder, GatewayStore store) {
  ChildOptions options;
  options.arguments = {test::source_dir() + "/tests/integration/s3/start", (folder / "s3").string(),
                       store == GatewayStore::memory ? "memstore" : "bluestore"};
  options.input_mode = ChildInput::open;
  return options;
}

const std::map<std::string, std::string>& answers() {
  static const std::map<std::string, std::string> all{
      {"kill-gateway", "gateway killed"}, {"start-gateway", "gateway started"},
      {"kill-all", "all killed"},         {"start-all", "all started"},
      {"freeze-store", "store frozen"},   {"thaw-store", "store thawed"},
      {"suspend", "user suspended"},      {"enable", "user enabled"},
      {"allow-only", "quota set"},        {"withdraw-key", "key withdrawn"},
      {"give-key", "key given"},          {"make-bucket", "bucket made"}};
  return all;
}

const SystemClock kClock;
SystemRandom system_random;
SystemSleeper system_sleeper;

}  // namespace

Gateway::Gateway(GatewayStore store) : start_(start_script(dir_.path(), store)) {
  std::istringstream line(start_.read_line(kStartDeadline));
  std::string ready;
  line >> ready >> port_;
  if (ready != "ready") throw std::runtime_error("s3/start did not say that it is ready: " + line.str());
}

Gateway::~Gateway() {
  try {
    start_.close_input();
    start_.wait(kCommandDeadline);
  } catch (const std::exception&) {
    // Each daemon ends with the script, which ends with start_; only the folder may stay.
  }
}

void Gateway::command(const std::string& line) {
  start_.write_input(line + "\n");
  const std::string said = start_.read_line(kCommandDeadline);
  if (said == answers().at(line.substr(0, line.find(' ')))) return;
  throw std::runtime_error(fmt::format("s3/start said '{}' to '{}'", said, line));
}

S3Location Gateway::location(const std::string& bucket) const {
  return {url(), "fr-test", bucket, S3Addressing::path, ca_file()};
}

Gateway& gateway() {
  static Gateway peer(GatewayStore::memory);
  return peer;
}

S3Credentials writer_key() {
  return {"WRITERKEY0000000001", SecretString::copy_of("writer-secret-writer-secret-0000000000001")};
}

S3Credentials other_key() {
  return {"OTHERKEY00000000001", SecretString::copy_of("other-secret-other-secret-000000000000001")};
}

S3Credentials deleter_key() {
  return {"DELETERKEY000000001", SecretString::copy_of("deleter-secret-deleter-secret-00000000001")};
}

Place::Place(Gateway& peer, BucketKind kind) : peer_(peer) {
  static std::atomic<unsigned> number{0};
  name_ = fmt::format("place-{}", ++number);
  const S3Client made = client();
  S3Request request{.method = "PUT"};
  if (kind == BucketKind::locked) request.headers = {{"x-amz-bucket-object-lock-enabled", "true"}};
  S3Answer answer = made.wire().send(request);
  if (answer.status == 200 && kind == BucketKind::versioned) {
    answer = made.wire().send({.method = "PUT",
                               .query = {{"versioning", ""}},
                               .body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"});
  }
  if (answer.status != 200) throw std::runtime_error(fmt::format("making {}: {}", name_, answer.status));
}

S3Client Place::client() const {
  return {peer_.location(name_), writer_key(), kClock};
}

BucketOptions Place::options() const {
  BucketOptions options{"cloud", "test store", peer_.location(name_)};
  options.retry.first_pause = std::chrono::milliseconds(1);
  options.retry.longest_pause = std::chrono::milliseconds(2);
  return options;
}

std::unique_ptr<Bucket> Place::open(BucketOptions options) {
  return Bucket::open(std::move(options), writer_key(), {kClock, system_random, system_sleeper});
}

std::string naming_bucket(std::string coffre_yaml, const std::filesystem::path& directory, const S3Location& at) {
  const std::string line = fmt::format("    directory: \"{}\"\n", directory.string());
  const auto where = coffre_yaml.find(line);
  if (where == std::string::npos) throw std::runtime_error("coffre.yaml has no line" + line);
  return coffre_yaml.replace(
      where, line.size(),
      fmt::format("    s3:\n      endpoint: {}\n      region: {}\n      bucket: {}\n      ca_file: {}\n"
                  "      writer: bucket-writer\n      deleter: bucket-deleter\n      lock: compliance\n"
                  "      residency: {{country: FR, statement: \"loopback\", by: tests, date: 2026-11-02}}\n",
                  at.endpoint, at.region, at.bucket, at.ca_file));
}

}  // namespace coffre::test
