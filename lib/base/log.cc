#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

#include "base/text.h"
#include "base/translate.h"

namespace coffre {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("coffre", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S %l %v");
    made->set_level(spdlog::level::warn);
    return made;
  }();
  return *instance;
}

// An error's line begins with its subject, too.
std::string_view without_subject(std::string_view text, std::string_view subject) {
  const std::string again = std::string(subject) + tr(": ");
  return text.starts_with(again) ? text.substr(again.size()) : text;
}

}  // namespace

void set_log_level(LogLevel level) {
  logger().set_level(to_spdlog(level));
}

void log(LogLevel level, std::string_view subject, std::string_view text) {
  logger().log(to_spdlog(level), "{}: {}", printable(subject), printable(without_subject(text, subject)));
}

}  // namespace coffre
