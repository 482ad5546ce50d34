#include "config/finding.h"

#include <catch2/catch.hpp>

namespace coffre {

TEST_CASE("a finding's line names file, place, pointer and reason") {
  CHECK(Finding{"a.yaml", {3, 7}, "/run/workers", "is a text"}.line() == "a.yaml:3:7: /run/workers: is a text");
  CHECK(Finding{"a.yaml", {1, 1}, "", "is a list"}.line() == "a.yaml:1:1: is a list");
  CHECK(Finding{"a.yaml", {}, "", "there is no such file"}.line() == "a.yaml: there is no such file");
}

TEST_CASE("a finding stays one line, whatever the file holds") {
  CHECK(Finding{"a\nb.yaml", {1, 1}, "/x\x1b[31m", "no"}.line() == "a\\x0ab.yaml:1:1: /x\\x1b[31m: no");
}

TEST_CASE("findings are sorted by place inside a file, files in the order in which they were seen") {
  std::vector<Finding> findings = {
      {"b", {2, 1}, "", "3"}, {"a", {9, 9}, "", "4"}, {"b", {1, 5}, "", "2"}, {"b", {1, 1}, "", "1"}};
  sort_by_place(findings);
  std::string order;
  for (const Finding& finding : findings) order += finding.text;
  CHECK(order == "1234");
}

TEST_CASE("the error that ends an operation gives the first finding and counts the others") {
  const Finding first{"a.yaml", {1, 2}, "/x", "wrong"};
  CHECK(std::string(error_of("reading", {first}).what()) == "reading: a.yaml:1:2: /x: wrong");
  const Error more = error_of("reading", {first, first, first});
  CHECK(more.code() == ErrorCode::usage);
  CHECK(std::string(more.what()) == "reading: a.yaml:1:2: /x: wrong (and 2 more). `backupd check` lists them all");
}

TEST_CASE("a step of a JSON pointer escapes what RFC 6901 asks for") {
  CHECK(pointer_step("plain") == "/plain");
  CHECK(pointer_step("A/B~C") == "/A~1B~0C");
  CHECK(pointer_step("") == "/");
}

}  // namespace coffre
