#include "base/fault_point.h"

#include <signal.h>
#include <stdlib.h>

#include <atomic>
#include <charconv>
#include <string>

#include "base/error.h"

namespace coffre {
namespace {

struct Request {
  std::string action;
  std::string name;
  unsigned long passing = 1;
};

Request read_request() {
  const char* const text = getenv("COFFRE_FAULT");
  Request request;
  if (text == nullptr) return request;
  std::string_view rest = text;
  const auto colon = rest.find(':');
  if (colon == std::string_view::npos) return request;
  request.action = rest.substr(0, colon);
  rest.remove_prefix(colon + 1);
  const auto at = rest.find('@');
  request.name = rest.substr(0, at);
  if (at != std::string_view::npos) {
    const std::string_view number = rest.substr(at + 1);
    std::from_chars(number.data(), number.data() + number.size(), request.passing);
  }
  return request;
}

}  // namespace

void fault_point(std::string_view name) {
  static const Request request = read_request();
  static std::atomic<unsigned long> passed{0};
  if (request.name.empty() || name != request.name) return;
  if (++passed != request.passing) return;
  if (request.action == "kill") raise(SIGKILL);
  if (request.action == "stop") raise(SIGSTOP);
  if (request.action == "fail") throw Error(ErrorCode::internal, "fault point", std::string(name));
}

}  // namespace coffre
