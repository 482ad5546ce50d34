#include "model/plausibility.h"

#include <catch2/catch.hpp>
#include <limits>
#include <set>

namespace coffre {
namespace {

DeviceIdentity recorder() {
  return {"Acme", "NR-16", "S100", "4.1.2", {{"channels", 16}, {"users", 3}}};
}

Expectation expected() {
  return {recorder(), 1000};
}

Collected usual() {
  return {recorder(), recorder(), 1000};
}

std::vector<std::string> words(const std::vector<DoubtReason>& reasons) {
  std::vector<std::string> out;
  for (const DoubtReason& reason : reasons) out.push_back(std::string(to_string(reason.doubt)) + ": " + reason.detail);
  return out;
}

// Both identify calls say the same.
Collected saying(const DeviceIdentity& identity) {
  return {identity, identity, 1000};
}

TEST_CASE("a backup is doubted for what does not fit, and for nothing else") {
  struct Row {
    std::string name;
    Collected collected;
    std::vector<std::string> words;
  };
  DeviceIdentity other_serial = recorder();
  other_serial.serial = "S200";
  DeviceIdentity no_serial = recorder();
  no_serial.serial = "";
  DeviceIdentity other_model = recorder();
  other_model.model = "NR-32";
  DeviceIdentity no_model = recorder();
  no_model.model = "";
  DeviceIdentity updated = recorder();
  updated.firmware = "5.0";
  DeviceIdentity half = recorder();
  half.counts["channels"] = 8;
  DeviceIdentity below_half = recorder();
  below_half.counts["channels"] = 7;
  DeviceIdentity one_user = recorder();
  one_user.counts["users"] = 1;
  DeviceIdentity silent_counts = recorder();
  silent_counts.counts.clear();
  DeviceIdentity absurd = recorder();
  absurd.counts["channels"] = std::numeric_limits<std::int64_t>::min();

  const std::vector<Row> rows = {
      {"as expected", usual(), {}},
      {"firmware update", saying(updated), {}},
      {"more than half the size", {recorder(), recorder(), 501}, {}},
      {"exactly half the size", {recorder(), recorder(), 500}, {"size_dropped: about 1000 bytes expected, 500 found"}},
      {"below half the size", {recorder(), recorder(), 499}, {"size_dropped: about 1000 bytes expected, 499 found"}},
      {"much larger", {recorder(), recorder(), 1'000'000}, {}},
      {"nothing at all", {recorder(), recorder(), 0}, {"empty: the device gave no configuration at all"}},
      {"another device", saying(other_serial), {"other_serial: serial S100 expected, S200 found"}},
      {"serial no longer told", saying(no_serial), {"other_serial: serial S100 expected, none found"}},
      {"serial told by the second call only", {no_serial, recorder(), 1000}, {}},
      {"another model", saying(other_model), {"other_model: model NR-16 expected, NR-32 found"}},
      {"model no longer told", saying(no_model), {"other_model: model NR-16 expected, none found"}},
      {"half the channels", saying(half), {}},
      {"less than half the channels", saying(below_half), {"fewer_channels: channels 16 expected, 7 found"}},
      {"one user of three", saying(one_user), {"fewer_channels: users 3 expected, 1 found"}},
      {"counts no longer told", saying(silent_counts), {}},
      {"absurd count", saying(absurd), {"fewer_channels: channels 16 expected, -9223372036854775808 found"}},
      {"changed during the run",
       {recorder(), updated, 1000},
       {"identity_changed_during_run: the device changed while it was read: firmware: 4.1.2 before, 5.0 after"}},
      {"swapped during the run",
       {recorder(), other_serial, 100},
       {"identity_changed_during_run: the device changed while it was read: serial: S100 before, S200 after",
        "size_dropped: about 1000 bytes expected, 100 found"}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(words(doubts(expected(), row.collected)) == row.words);
    }
  }
}

TEST_CASE("each restore part is judged by itself, so that a cut one does not hide behind the others") {
  const Expectation known{
      recorder(),
      300'000,
      {{"restore/database.bin", 100'000}, {"restore/media.bin", 196'000}, {"restore/groups.json", 4000}}};
  const auto found = [&](PartSizes parts) {
    Collected collected{recorder(), recorder(), 0, std::move(parts)};
    for (const auto& part : collected.restore_parts) collected.restore_bytes += part.second;
    return words(doubts(known, collected));
  };
  using Words = std::vector<std::string>;
  CHECK(
      found({{"restore/database.bin", 50'001}, {"restore/media.bin", 196'000}, {"restore/groups.json", 100}}).empty());
  CHECK(found({{"restore/database.bin", 50'000}, {"restore/media.bin", 196'000}, {"restore/groups.json", 4000}}) ==
        Words{"size_dropped: restore/database.bin: about 100000 bytes expected, 50000 found"});
  CHECK(found({{"restore/media.bin", 196'000}, {"restore/other.bin", 90'000}}) ==
        Words{"size_dropped: restore/database.bin: about 100000 bytes expected, 0 found"});
  // The sum says it already: once is enough.
  CHECK(found({{"restore/database.bin", 10}, {"restore/media.bin", 10}}) ==
        Words{"size_dropped: about 300000 bytes expected, 20 found"});
}

TEST_CASE("a first backup is judged by itself alone") {
  CHECK(doubts(std::nullopt, usual()).empty());
  CHECK(doubts(std::nullopt, {recorder(), recorder(), 1}).empty());
  CHECK(words(doubts(std::nullopt, {recorder(), recorder(), 0})).size() == 1);
  DeviceIdentity other = recorder();
  other.serial = "S200";
  CHECK(words(doubts(std::nullopt, {recorder(), other, 1000})) ==
        std::vector<std::string>{
            "identity_changed_during_run: the device changed while it was read: serial: S100 before, S200 after"});
}

TEST_CASE("what was never expected is no doubt when it appears") {
  Expectation nothing_known;
  nothing_known.restore_bytes = 1000;
  CHECK(doubts(nothing_known, usual()).empty());
}

TEST_CASE("the words for doubts are stable and differ") {
  const std::vector<Doubt> all = {Doubt::identity_changed_during_run,
                                  Doubt::other_serial,
                                  Doubt::other_model,
                                  Doubt::fewer_channels,
                                  Doubt::size_dropped,
                                  Doubt::empty};
  std::set<std::string> seen;
  for (const Doubt doubt : all) seen.emplace(to_string(doubt));
  CHECK(seen == std::set<std::string>{"identity_changed_during_run", "other_serial", "other_model", "fewer_channels",
                                      "size_dropped", "empty"});
}

}  // namespace
}  // namespace coffre
