#include "base/error.h"

#include <catch2/catch.hpp>
#include <cerrno>
#include <set>
#include <string>

namespace coffre {
namespace {

struct Row {
  ErrorCode code;
  std::string word;
  int exit;
};

const Row kRows[] = {
    {ErrorCode::unreachable, "unreachable", 7},
    {ErrorCode::refused, "refused", 7},
    {ErrorCode::locked_out, "locked_out", 7},
    {ErrorCode::implausible, "implausible", 1},
    {ErrorCode::damaged, "damaged", 5},
    {ErrorCode::no_key, "no_key", 6},
    {ErrorCode::rule, "rule", 4},
    {ErrorCode::no_space, "no_space", 1},
    {ErrorCode::conflict, "conflict", 1},
    {ErrorCode::unsupported, "unsupported", 1},
    {ErrorCode::usage, "usage", 2},
    {ErrorCode::not_found, "not_found", 2},
    {ErrorCode::io, "io", 1},
    {ErrorCode::interrupted, "interrupted", 130},
    {ErrorCode::internal, "internal", 1},
};

TEST_CASE("each error code has its word and its exit code") {
  std::set<std::string> words;
  for (const Row& row : kRows) {
    DYNAMIC_SECTION(row.word) {
      CHECK(to_string(row.code) == row.word);
      CHECK(exit_code(row.code) == row.exit);
    }
    words.insert(row.word);
  }
  CHECK(words.size() == static_cast<std::size_t>(ErrorCode::internal) + 1);  // the table is complete
}

TEST_CASE("an error is one sentence: on what, which step, why, what to do") {
  const Error full =
      Error(ErrorCode::refused, "logging in", "wrong password", "Run `backupd secret set X`").on("A/B/C");
  CHECK(std::string(full.what()) == "A/B/C: logging in: wrong password. Run `backupd secret set X`");
  CHECK(full.code() == ErrorCode::refused);
  CHECK(full.subject() == "A/B/C");
  CHECK(full.step() == "logging in");
  CHECK(full.reason() == "wrong password");
  CHECK(full.hint() == "Run `backupd secret set X`");
  CHECK(full.category().empty());

  CHECK(std::string(Error(ErrorCode::io, "reading", "no such file").what()) == "reading: no such file");
  CHECK(std::string(Error(ErrorCode::io, "reading", "").what()) == "reading");
}

TEST_CASE("the innermost subject stays") {
  Error error(ErrorCode::io, "writing", "disk full");
  error.on("file.bak").on("device").on("run");
  CHECK(error.subject() == "file.bak");
  CHECK(std::string(error.what()) == "file.bak: writing: disk full");
}

TEST_CASE("a category is kept beside the sentence, and survives being thrown") {
  try {
    throw Error(ErrorCode::damaged, "opening", "cannot be opened").on("x.bak").with_category("E_AUTH");
  } catch (const Error& error) {
    CHECK(error.category() == "E_AUTH");
    CHECK(std::string(error.what()) == "x.bak: opening: cannot be opened");
  }
}

TEST_CASE("what a device or a file name says cannot break the line") {
  Error error(ErrorCode::implausible, "reading\nFAKE: all is well", "answer \x1b[2J\r\xE2\x80\xAE", "do\tthis");
  error.on("name\n2");
  CHECK(std::string(error.what()) ==
        "name\\x0a2: reading\\x0aFAKE: all is well: answer \\x1b[2J\\x0d\\u{202e}. do\\x09this");
}

TEST_CASE("errno values have the system's text") {
  CHECK(errno_text(ENOENT) == "No such file or directory");
  CHECK(errno_text(ENOSPC) == "No space left on device");
}

}  // namespace
}  // namespace coffre
