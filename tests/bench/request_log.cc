#include "request_log.h"

#include <fmt/format.h>

#include <chrono>
#include <regex>
#include <stdexcept>
#include <thread>

#include "support/temp_dir.h"

namespace coffre::bench {
namespace {

// ... beast: 0x7efe: 127.0.0.1 - writer [27/Nov/2026:04:08:42.326 +0000] "PUT /bucket/key?x=y HTTP/1.1" 200 ...
const std::regex& answered() {
  static const std::regex kAnswered("\"([A-Z]+) /[^/?\" ]+(/[^?\" ]*)?(\\?[^\" ]*)? HTTP/1.1\" ");
  return kAnswered;
}

std::string kind_of(const std::smatch& match) {
  const bool versions = match[3].str().find("versions=") != std::string::npos;
  if (match[2].length() <= 1) return match[1].str() + (versions ? " ?versions" : " bucket");
  const bool retention = match[3].str().find("retention=") != std::string::npos;
  return match[1].str() + (retention ? " ?retention" : " object");
}

}  // namespace

std::string RequestLog::read_up_to_now() {
  const std::string mark = fmt::format("/mark-{} HTTP", ++marks_);
  static_cast<void>(mark_.head(fmt::format("mark-{}", marks_)));
  const auto begun = std::chrono::steady_clock::now();
  for (;;) {
    std::string text = test::read_file(peer_.folder() / "log" / "client.rgw.a.log");
    if (text.find(mark, read_) != std::string::npos) return text;
    if (std::chrono::steady_clock::now() - begun > std::chrono::minutes{1}) {
      throw std::runtime_error("the store's log does not name the request that was made last");
    }
    std::this_thread::yield();
  }
}

Requests RequestLog::take() {
  const std::string text = read_up_to_now();
  constexpr std::string_view kLatency = " latency=";
  Requests requests;
  for (std::size_t at = text.find(" beast: 0x", read_); at != std::string::npos; at = text.find(" beast: 0x", at + 1)) {
    const std::string line = text.substr(at, text.find('\n', at) - at);
    std::smatch match;
    if (!std::regex_search(line, match, answered()) || line.find("/mark-") != std::string::npos) continue;
    Answered& kind = requests[kind_of(match)];
    ++kind.count;
    if (const auto latency = line.rfind(kLatency); latency != std::string::npos) {
      kind.seconds += std::stod(line.substr(latency + kLatency.size()));
    }
  }
  read_ = text.size();
  return requests;
}

void add(Requests& sum, const Requests& more) {
  for (const auto& [kind, answered] : more) {
    sum[kind].count += answered.count;
    sum[kind].seconds += answered.seconds;
  }
}

std::string per_object(const Requests& requests, std::size_t objects) {
  constexpr double kLeast = 0.01;
  constexpr double kMilliseconds = 1000;
  std::string text;
  for (const auto& [kind, answered] : requests) {
    const double each = static_cast<double>(answered.count) / static_cast<double>(objects);
    if (each < kLeast) continue;
    text += fmt::format("{}{} {:.2f} ({:.1f} ms)", text.empty() ? "" : ", ", kind, each,
                        kMilliseconds * answered.seconds / static_cast<double>(answered.count));
  }
  return text;
}

}  // namespace coffre::bench
