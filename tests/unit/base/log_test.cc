#include "base/log.h"

#include <fcntl.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <string>

#include "support/temp_dir.h"

namespace coffre {
namespace {

// What `body` writes to stderr.
std::string stderr_of(const std::function<void()>& body) {
  const test::TempDir folder;
  const std::string path = (folder / "stderr").string();
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const int before = dup(STDERR_FILENO);
  REQUIRE((file >= 0 && before >= 0));
  dup2(file, STDERR_FILENO);
  body();
  dup2(before, STDERR_FILENO);
  close(before);
  close(file);
  return test::read_file(path);
}

TEST_CASE("a log line is time, level, subject and text") {
  set_log_level(LogLevel::info);
  const std::string line = stderr_of([] { log(LogLevel::info, "A/B/C", "sealed"); });
  REQUIRE(line.size() > 20);
  CHECK(line[10] == 'T');
  CHECK(line.substr(line.find(' ')) == " info A/B/C: sealed\n");
  set_log_level(LogLevel::warning);
}

TEST_CASE("a subject that the text begins with is said once") {
  const std::string line = stderr_of([] { log(LogLevel::error, "cloud", "cloud: asking: refused"); });
  CHECK(line.substr(line.find(' ')) == " error cloud: asking: refused\n");
  const std::string other = stderr_of([] { log(LogLevel::error, "cloud", "cloudy: asking"); });
  CHECK(other.substr(other.find(' ')) == " error cloud: cloudy: asking\n");
}

TEST_CASE("foreign texts cannot add a line or colors to the log") {
  const std::string line = stderr_of([] {
    log(LogLevel::error, "dev\nFAKE error x: y", "answer\r\n2026-11-21T03:00:00 info A/B/C: proven\x1b[2J\xE2\x80\xAE");
  });
  CHECK(std::ranges::count(line, '\n') == 1);
  CHECK(line.back() == '\n');
  CHECK(line.find_first_of("\r\x1b") == std::string::npos);
  CHECK(line.find("dev\\x0aFAKE error x: y: answer\\x0d\\x0a2026") != std::string::npos);
  CHECK(line.find("\\u{202e}") != std::string::npos);
}

TEST_CASE("braces and percent signs are text") {
  const std::string line = stderr_of([] { log(LogLevel::error, "{}", "%v {0} %n"); });
  CHECK(line.substr(line.find(' ')) == " error {}: %v {0} %n\n");
}

TEST_CASE("what is below the level is not written") {
  struct Row {
    LogLevel level;
    std::size_t lines;
  };
  for (const Row& row : {Row{LogLevel::debug, 4}, Row{LogLevel::info, 3}, Row{LogLevel::warning, 2},
                         Row{LogLevel::error, 1}, Row{LogLevel::off, 0}}) {
    set_log_level(row.level);
    const std::string text = stderr_of([] {
      for (const LogLevel level : {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
        log(level, "s", "t");
      }
    });
    CAPTURE(text);
    CHECK(static_cast<std::size_t>(std::ranges::count(text, '\n')) == row.lines);
  }
  set_log_level(LogLevel::warning);
}

}  // namespace
}  // namespace coffre
