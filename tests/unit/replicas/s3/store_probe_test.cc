// The questions asked of stores that lie, each about one thing; of a real one in tests/integration/s3.
#include "replicas/s3/store_probe.h"

#include <catch2/catch.hpp>
#include <map>

#include "probe_samples.h"

using namespace coffre;
using namespace coffre::test;
using simulator::StoreLies;

namespace {

std::map<Capability, Ability> verdicts(AskedStore& asked) {
  std::map<Capability, Ability> all;
  for (const Measured& one : measure_store(asked.probe()).all) {
    CAPTURE(to_string(one.what), one.found);
    CHECK_FALSE(one.found.empty());
    CHECK(all.emplace(one.what, one.verdict).second);
  }
  CHECK(all.size() == all_capabilities().size());
  return all;
}

}  // namespace

TEST_CASE("A store that does everything right is measured so, and tidied up") {
  AskedStore asked;
  for (const auto& [what, verdict] : verdicts(asked)) {
    CAPTURE(to_string(what));
    CHECK(verdict == Ability::yes);
  }
  CHECK(asked.store().holds().size() == 1);  // the locked one
}

TEST_CASE("Each lie of a store is found, and nothing else is blamed") {
  struct Row {
    const char* name;
    StoreLies lies;
    std::vector<Capability> wrong;
  };
  const std::vector<Row> rows{
      {"deletes locked ones", {.deletes_locked = true}, {Capability::lock_refuses}},
      {"drops locks", {.drops_locks = true}, {Capability::lock_read_back, Capability::lock_refuses}},
      {"ignores If-None-Match", {.ignores_conditions = true}, {Capability::conditional_put}},
      {"ignores digests", {.ignores_digests = true}, {Capability::checksum}},
      {"overwrites", {.overwrites = true}, {Capability::versioning, Capability::pagination}},
      {"drops metadata", {.drops_metadata = true}, {Capability::user_metadata}},
      {"loses pages", {.loses_pages = true}, {Capability::pagination}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    AskedStore asked(row.lies);
    for (const auto& [what, verdict] : verdicts(asked)) {
      CAPTURE(to_string(what));
      const bool wrong = std::ranges::find(row.wrong, what) != row.wrong.end();
      CHECK((verdict == Ability::no) == wrong);
      CHECK((verdict == Ability::yes) != wrong);
    }
  }
}

TEST_CASE("A wrong clock is told, and no lock is asked for") {
  AskedStore asked({.clock_ahead = Seconds(600)});
  const auto all = verdicts(asked);
  CHECK(all.at(Capability::clock) == Ability::no);
  CHECK(all.at(Capability::lock_read_back) == Ability::not_measured);
  CHECK(all.at(Capability::lock_refuses) == Ability::not_measured);
  CHECK(all.at(Capability::versioning) == Ability::yes);
}
