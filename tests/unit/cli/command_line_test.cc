#include "cli/command_line.h"

#include <catch2/catch.hpp>

#include "base/error.h"

namespace coffre::cli {
namespace {

TEST_CASE("how often a parameter may be given is composed in any order") {
  const Parameter plain = option("--site", Takes::text, "SITE", "");
  CHECK(plain.times == Times::optional);
  CHECK(required(plain).times == Times::required);
  CHECK(repeatable(plain).times == Times::any);
  CHECK(required(repeatable(plain)).times == Times::some);
  CHECK(repeatable(required(plain)).times == Times::some);
  CHECK(positional("NAME", Takes::text, "").times == Times::required);
  CHECK(optional(positional("NAME", Takes::text, "")).times == Times::optional);
  CHECK(optional(repeatable(positional("NAME", Takes::text, ""))).times == Times::any);
  CHECK(positional_choice("SHELL", {"bash"}, "").takes == Takes::choice);
}

TEST_CASE("arguments give back what was added, in order") {
  Arguments arguments({repeatable(option("--site", Takes::text, "SITE", "")),
                       option("--days", Takes::number, "DAYS", ""), flag("--all", "")});
  CHECK_FALSE(arguments.has("--site"));
  CHECK(arguments.text("--site").empty());
  CHECK(arguments.text_or("--site", "PARIS") == "PARIS");
  CHECK_FALSE(arguments.number("--days").has_value());
  arguments.add("--site", "PARIS");
  arguments.add("--site", "LYON");
  arguments.add("--days", "30");
  CHECK(arguments.all("--site") == std::vector<std::string>{"PARIS", "LYON"});
  CHECK(arguments.text_or("--site", "x") == "PARIS");
  CHECK(arguments.number("--days") == 30);
}

TEST_CASE("asking for a name that the command does not declare is our own mistake, and loud") {
  Arguments arguments({flag("--all", "")});
  CHECK_THROWS_AS(arguments.has("--al"), Error);
  CHECK_THROWS_AS(arguments.add("--al", "true"), Error);
  arguments.add("--all", "true");
  CHECK_THROWS_AS(arguments.number("--all"), Error);
}

}  // namespace
}  // namespace coffre::cli
