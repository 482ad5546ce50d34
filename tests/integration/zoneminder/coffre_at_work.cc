#include "integration/zoneminder/coffre_at_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/stream.h"
#include "bundle/bundle_reader.h"

namespace coffre::test {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::minutes kProgramDeadline{3};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(ByteView bytes) : rest_(bytes) {}
  std::size_t read(ByteSpan out) override {
    const std::size_t count = std::min(out.size(), rest_.size());
    std::copy_n(rest_.begin(), count, out.begin());
    rest_ = rest_.subspan(count);
    return count;
  }

 private:
  ByteView rest_;
};

class PartCollector final : public PartVisitor {
 public:
  void begin(std::string_view name, PartRole /*role*/) override { current_ = &parts_[std::string(name)]; }
  void data(ByteView bytes) override { current_->append(as_text(bytes)); }
  void end() override {}
  std::map<std::string, std::string> take() { return std::move(parts_); }

 private:
  std::map<std::string, std::string> parts_;
  std::string* current_ = nullptr;
};

}  // namespace

CoffreAtWork::CoffreAtWork() {
  std::filesystem::create_directory(dir_ / "local");
  std::filesystem::create_directory(dir_ / "cloud");
  must(program({"backupd", "init", (dir_ / "server").string(), "--keys-out", (dir_ / "offline").string(), "--unlocked",
                "--local", (dir_ / "local").string(), "--local-location", "this machine", "--encryption", "none",
                "--cloud-directory", (dir_ / "cloud").string(), "--cloud-location", "this machine too"}));
  use_english();
}

// The configuration's language wins over the environment's, and the tests read sentences.
void CoffreAtWork::use_english() const {
  const std::filesystem::path file = dir_ / "server" / "coffre.yaml";
  std::string text = read_file(file);
  const std::string french = "language: fr";
  const auto at = text.find(french);
  if (at == std::string::npos) throw std::runtime_error("backupd init wrote no \"language: fr\"");
  write_file(file, text.replace(at, french.size(), "language: en"));
}

void CoffreAtWork::add(const ZoneMinderServer& server, std::string_view user, std::string_view password) {
  set_password(user, password);
  must(program({"backupd", "device", "add", std::string(kZoneMinderDevice), "--driver", "zoneminder", "--address",
                server.url(), "--credential", std::string(kCredential), "--pin", server.pin()}));
}

void CoffreAtWork::set_password(std::string_view user, std::string_view password) {
  ChildOptions options = program({"backupd", "secret", "set", std::string(kCredential), "--user", std::string(user)});
  options.input_mode = ChildInput::text;
  options.input = std::string(password) + "\n";
  must(std::move(options));
}

ChildProcess CoffreAtWork::start_run() const {
  return ChildProcess(program({"backupd", "run", "--device", std::string(kZoneMinderDevice), "--json"}));
}

RunAnswer CoffreAtWork::run() {
  ChildProcess child = start_run();
  RunAnswer answer = finish_run(child);
  said_ += answer.out + answer.err;
  return answer;
}

RunAnswer CoffreAtWork::finish_run(ChildProcess& child) {
  const ChildResult& ended = child.wait(kProgramDeadline);
  RunAnswer answer{.exit_code = ended.exit_code, .out = ended.out, .err = ended.err};
  const Json document = Json::parse(ended.out, nullptr, false);
  if (!document.is_object()) throw std::runtime_error("backupd run --json gave no JSON: " + ended.out + ended.err);
  const Json device = document.at("devices").at(0);
  answer.result = device.at("result").get<std::string>();
  answer.name = device.at("name").get<std::string>();
  if (!device.at("proof").is_null()) answer.proof = device.at("proof").get<int>();
  if (device.contains("error")) answer.error_category = device.at("error").at("category").get<std::string>();
  return answer;
}

CredentialState CoffreAtWork::credential() const {
  const ChildResult listed = run_child(program({"backupd", "secret", "list", "--json"}), kProgramDeadline);
  const Json row = Json::parse(listed.out).at("credentials").at(0);
  return {.stopped = row.at("stopped").get<bool>(), .reason = row.at("stopped_reason").get<std::string>()};
}

std::size_t CoffreAtWork::backups(int at_least) const {
  const ChildResult listed = run_child(program({"restore-cli", "list", "--json"}), kProgramDeadline);
  const Json rows = Json::parse(listed.out).at("backups");
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&](const Json& row) {
    const Json& level = row.at("proof").at("level");
    return (level.is_null() ? -1 : level.get<int>()) >= at_least;
  }));
}

std::map<std::string, std::string> CoffreAtWork::extract(const std::string& name) {
  const ChildResult zip = run_child(program({"restore-cli", "extract", name, "--identity",
                                             (dir_ / "offline" / "restauration.key").string(), "--zip"}),
                                    kProgramDeadline);
  said_ += zip.err;
  if (zip.exit_code != 0) throw std::runtime_error("restore-cli extract: " + zip.err);
  MemorySource source(as_bytes(zip.out));
  PartCollector parts;
  read_bundle(source, parts);
  return parts.take();
}

ChildOptions CoffreAtWork::program(std::vector<std::string> arguments) const {
  ChildOptions options;
  options.arguments = std::move(arguments);
  options.environment = {{"COFFRE_CONFIG", (dir_ / "server" / "coffre.yaml").string()}, {"LC_ALL", "C.UTF-8"}};
  options.without = {"LANGUAGE"};
  return options;
}

ChildResult CoffreAtWork::must(ChildOptions options) {
  const std::string line = fmt::format("{}", fmt::join(options.arguments, " "));
  ChildResult result = run_child(std::move(options), kProgramDeadline);
  said_ += result.out + result.err;
  if (result.exit_code == 0) return result;
  throw std::runtime_error(fmt::format("{}: exit code {}\n{}{}", line, result.exit_code, result.out, result.err));
}

}  // namespace coffre::test
