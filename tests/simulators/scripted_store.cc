#include "simulators/scripted_store.h"

#include <fmt/format.h>

#include <ctime>
#include <stdexcept>

#include "simulators/content.h"
#include "simulators/scripted_recorder.h"

namespace coffre::simulator {
namespace {

constexpr const char* kName = "NVR";  // what a recorder without settings is called
constexpr std::size_t kMostKept = std::size_t{64} * 1024;
constexpr const char* kHttpDate = "%a, %d %b %Y %H:%M:%S GMT";

std::string http_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::string text(64, '\0');
  text.resize(std::strftime(text.data(), text.size(), kHttpDate, &utc));
  return text;
}

// An answer to HEAD has the body's length and no body.
std::string text_of(const StoreAnswer& answer, bool with_body) {
  std::string text = fmt::format("HTTP/1.1 {} Scripted\r\n", answer.status);
  bool dated = false;
  bool measured = answer.status == 204;
  for (const auto& [name, value] : answer.headers) {
    text += fmt::format("{}: {}\r\n", name, value);
    dated = dated || name == "Date";
    measured = measured || name == "Content-Length";
  }
  if (!dated) text += fmt::format("Date: {}\r\n", http_now());
  if (!measured) text += fmt::format("Content-Length: {}\r\n", answer.declared.value_or(answer.body.size()));
  return text + "\r\n" + (with_body ? answer.body : std::string());
}

}  // namespace

StoreAnswer plain(int status) {
  StoreAnswer answer;
  answer.status = status;
  return answer;
}

StoreAnswer absent() {
  return plain(404);
}

StoreAnswer failure(int status, const std::string& code) {
  return {status, {}, fmt::format("<Error><Code>{}</Code><Message></Message></Error>", code)};
}

StoreAnswer stored(const std::string& version) {
  return {200, {{"x-amz-version-id", version}}};
}

StoreAnswer found(std::uint64_t size, const std::string& version) {
  return {200,
          {{"Content-Length", std::to_string(size)},
           {"Last-Modified", "Thu, 26 Nov 2026 11:49:31 GMT"},
           {"x-amz-version-id", version}}};
}

StoreAnswer locked(StoreAnswer found, const std::string& mode, const std::string& until) {
  found.headers.emplace_back("x-amz-object-lock-mode", mode);
  found.headers.emplace_back("x-amz-object-lock-retain-until-date", until);
  return found;
}

StoreAnswer versions(const std::vector<StoreVersion>& all) {
  std::string body = "<ListVersionsResult><IsTruncated>false</IsTruncated>";
  for (const StoreVersion& one : all) {
    body += fmt::format(
        "<{0}><Key>{1}</Key><VersionId>{2}</VersionId><LastModified>2026-11-26T11:49:31.000Z</LastModified>"
        "<Size>{3}</Size></{0}>",
        one.delete_marker ? "DeleteMarker" : "Version", xml_escape(one.key), one.version, one.size);
  }
  return {200, {}, body + "</ListVersionsResult>"};
}

StoreAnswer versioning_enabled() {
  return {200, {}, "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"};
}

StoreAnswer lock_enabled() {
  return {200, {}, "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"};
}

StoreAnswer hung_up() {
  StoreAnswer answer;
  answer.hang_up = true;
  return answer;
}

ScriptedStore::ScriptedStore(std::vector<StoreAnswer> answers)
    : ScriptedStore([answers = std::move(answers), next = std::size_t{0}](const HttpRequest&) mutable {
        return next < answers.size() ? answers[next++] : failure(500, "InternalError");
      }) {}

ScriptedStore::ScriptedStore(Answers answers) : answers_(std::move(answers)) {
  fleet_.add(std::make_unique<ScriptedRecorder>(
      [this](const HttpRequest& request, Wire& wire) { return exchange(request, wire); }));
  fleet_.start();
}

bool ScriptedStore::exchange(const HttpRequest& request, Wire& wire) {
  StoreAnswer answer;
  {
    const std::lock_guard lock(mutex_);
    answer = answers_(request);
    requests_.push_back(request);
    if (request.body.size() > kMostKept) requests_.back().body.clear();
  }
  if (answer.hang_up || !wire.write(text_of(answer, request.method != "HEAD"))) return false;
  return !answer.declared;  // nobody waits for bytes that never come
}

std::string ScriptedStore::url() const {
  return fleet_.url(kName);
}

std::string ScriptedStore::authority_pem() const {
  return fleet_.recorder(kName).certificate_pem();
}

std::vector<std::string> ScriptedStore::seen() const {
  constexpr std::string_view kBucket = "/bucket";
  std::vector<std::string> lines;
  for (const HttpRequest& request : requests()) {
    std::string key = request.path.substr(std::min(kBucket.size() + 1, request.path.size()));
    const std::size_t question = request.target.find('?');
    if (question != std::string::npos) {
      const std::string query = request.target.substr(question + 1);
      std::string shown;
      for (const char* const known : {"versions", "versioning", "object-lock", "retention", "list-type", "versionId"}) {
        if (shown.empty() && request.query.count(known) > 0) shown = known;
      }
      key += "?" + (shown.empty() ? query : shown);
    }
    lines.push_back(request.method + " " + key);
  }
  return lines;
}

std::uint64_t ScriptedStore::connections() const {
  return fleet_.recorder(kName).counts().connections;
}

void ScriptedStore::fault(const std::string& kind) {
  if (!fleet_.recorder(kName).faults().add(kind, "")) throw std::runtime_error("no fault " + kind);
}

void ScriptedStore::end_faults() {
  fleet_.recorder(kName).faults().clear();
}

std::vector<HttpRequest> ScriptedStore::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

}  // namespace coffre::simulator
