#include "replicas/capability.h"

#include <catch2/catch.hpp>
#include <set>

using namespace coffre;

namespace {

const PlaceDemands kLocking{.locks = true, .versions = true};

std::vector<Measured> all_yes() {
  std::vector<Measured> all;
  for (const Capability what : all_capabilities()) all.push_back({what, Ability::yes, "seen"});
  return all;
}

int code_with(Capability what, Ability verdict, const PlaceDemands& place) {
  std::vector<Measured> all = all_yes();
  for (Measured& one : all) {
    if (one.what == what) one.verdict = verdict;
  }
  return exit_code_of(all, place);
}

}  // namespace

TEST_CASE("Each capability has its own word and title") {
  std::set<std::string> words;
  for (const Capability what : all_capabilities()) {
    CHECK_FALSE(title_of(what).empty());
    words.insert(std::string(to_string(what)));
  }
  CHECK(words.size() == all_capabilities().size());
}

TEST_CASE("A lock that does not hold breaks a rule; what could not be measured is not all as required") {
  CHECK(exit_code_of(all_yes(), kLocking) == 0);
  for (const Capability what : {Capability::lock_refuses, Capability::lock_read_back, Capability::versioning}) {
    CAPTURE(to_string(what));
    CHECK(code_with(what, Ability::no, kLocking) == 4);
    CHECK(code_with(what, Ability::not_measured, kLocking) == 3);
    CHECK(code_with(what, Ability::no, {.locks = false, .versions = true}) == 0);
  }
  for (const Capability what : {Capability::checksum, Capability::pagination, Capability::clock}) {
    CAPTURE(to_string(what));
    CHECK(code_with(what, Ability::no, kLocking) == 3);
    CHECK(code_with(what, Ability::not_measured, kLocking) == 3);
  }
}

TEST_CASE("A broken rule outweighs what was not measured") {
  std::vector<Measured> all = all_yes();
  for (Measured& one : all) one.verdict = one.what == Capability::lock_refuses ? Ability::no : Ability::not_measured;
  CHECK(exit_code_of(all, kLocking) == 4);
}

TEST_CASE("Conditions are needed only where no versions keep two writers apart; metadata never") {
  CHECK(code_with(Capability::conditional_put, Ability::no, kLocking) == 0);
  CHECK(code_with(Capability::conditional_put, Ability::no, {.locks = false, .versions = false}) == 3);
  CHECK(code_with(Capability::user_metadata, Ability::no, kLocking) == 0);
  CHECK(code_with(Capability::clock, Ability::not_measured, {.locks = false, .versions = false, .bucket = false}) == 0);
}
