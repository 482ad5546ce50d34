#include "catalog/journal_body.h"

#include <catch2/catch.hpp>

#include "support/error_of.h"

namespace coffre {
namespace {

TEST_CASE("the text of an entry has sorted keys and no white space", "[catalog]") {
  const JournalEntry entry{.account = "coffre",
                           .action = "accept",
                           .subject = "A/S/NVR_ONE",
                           .result = "done",
                           .ticket = "T-1",
                           .detail = {{"reason", "é \"quoted\"\n"}, {"before", "SN-1"}}};
  const std::string text = to_journal_body(entry);
  CHECK(text == R"({"account":"coffre","action":"accept","detail":{"before":"SN-1","reason":"é \"quoted\"\n"},)"
                R"("result":"done","subject":"A/S/NVR_ONE","ticket":"T-1"})");
  const JournalEntry back = from_journal_body(text);
  CHECK(to_journal_body(back) == text);
  CHECK(back.detail == entry.detail);
}

TEST_CASE("bytes of a foreign text cannot break an entry", "[catalog]") {
  const JournalEntry entry{.account = "coffre", .subject = std::string("a\0b\xff", 4)};
  const JournalEntry back = from_journal_body(to_journal_body(entry));
  CHECK(back.subject == std::string("a\0b\xEF\xBF\xBD", 6));
}

TEST_CASE("a text that Coffre did not write is damage", "[catalog]") {
  const std::string text =
      GENERATE("", "{", "[]", "{}", R"({"account":1})", "null",
               R"({"account":"a","action":"b","detail":{"x":1},"result":"","subject":"","ticket":""})");
  CHECK(test::error_of([&] { from_journal_body(text); }).code() == ErrorCode::damaged);
}

}  // namespace
}  // namespace coffre
