#include "service/backup/learned_facts.h"

#include <catch2/catch.hpp>

#include "support/error_of.h"

using namespace coffre;
using coffre::test::error_of;

namespace {

Expectation sample() {
  return {.identity = {.vendor = "Exemple",
                       .model = "X-1",
                       .serial = "SN \"1\"",
                       .firmware = "1.0",
                       .counts = {{"channels", 16}, {"users", -1}}},
          .restore_bytes = 5'000'000'000ULL,
          .restore_parts = {{"restore/configuration.bin", 5'000'000'000ULL}}};
}

}  // namespace

TEST_CASE("facts are read back as they were written") {
  const auto facts = parse_facts(format_facts(sample()));
  REQUIRE(facts);
  CHECK(facts->identity == sample().identity);
  CHECK(facts->restore_bytes == sample().restore_bytes);
  CHECK(facts->restore_parts == sample().restore_parts);
}

TEST_CASE("no facts are no facts, and broken ones are damage") {
  CHECK_FALSE(parse_facts(""));
  for (const char* const text : {"{", "[]", "{\"identity\":{}}", "{\"identity\":{\"vendor\":1},\"restore_bytes\":0}"}) {
    CAPTURE(text);
    CHECK(error_of([&] { parse_facts(text); }).code() == ErrorCode::damaged);
  }
}

TEST_CASE("a foreign text that is not UTF-8 is replaced, never thrown at") {
  Expectation facts = sample();
  facts.identity.model = "X\xff";
  CHECK(parse_facts(format_facts(facts))->identity.model == "X\xEF\xBF\xBD");
}
