#include "model/retention_floor.h"

#include <catch2/catch.hpp>
#include <type_traits>

#include "support/paris_zone.h"
#include "support/print_instant.h"

namespace coffre {
namespace {

using std::chrono::days;
using Level = ProofLevel;
constexpr ReplicaRole kLocal = ReplicaRole::local;
constexpr ReplicaRole kCloud = ReplicaRole::cloud;

Instant now() {
  return test::utc("2026-11-26T03:00:00Z");
}

BackupFacts backup(std::uint64_t sequence, Level local, Level cloud) {
  BackupFacts made;
  made.name = std::to_string(sequence);
  made.sequence = sequence;
  made.created_at = now() - days{400} + days{sequence};
  made.copies[kLocal] = {true, local, local};
  made.copies[kCloud] = {true, cloud, cloud};
  return made;
}

BackupFacts proven(std::uint64_t sequence) {
  return backup(sequence, Level::understood, Level::understood);
}

struct Answer {
  bool local;
  bool cloud;
  bool operator==(const Answer&) const = default;
};

Answer permitted(const RetentionHistory& history, const char* name, Level required = kDefaultRequiredProof) {
  return {permit_deletion(history, name, kLocal, required, now()).has_value(),
          permit_deletion(history, name, kCloud, required, now()).has_value()};
}

constexpr Answer kBoth{true, true};
constexpr Answer kNeither{false, false};

// Two proven ones: the first may go.
RetentionHistory two() {
  return {.backups = {proven(1), proven(2)}};
}

}  // namespace

static_assert(!std::is_copy_constructible_v<FloorPermit> && !std::is_copy_assignable_v<FloorPermit>);
static_assert(!std::is_default_constructible_v<FloorPermit>);
static_assert(!std::is_constructible_v<FloorPermit, std::string, ReplicaRole>);
static_assert(std::is_nothrow_move_constructible_v<FloorPermit>);

TEST_CASE("a permit names one backup and one replica") {
  const std::optional<FloorPermit> permit = permit_deletion(two(), "1", kCloud, kDefaultRequiredProof, now());
  REQUIRE(permit);
  CHECK(permit->name() == "1");
  CHECK(permit->replica() == kCloud);
}

TEST_CASE("a backup goes once a newer one is proven in both replicas, and the newest never") {
  CHECK(permitted(two(), "1") == kBoth);
  CHECK(permitted(two(), "2") == kNeither);
  CHECK(permitted({.backups = {proven(1)}}, "1") == kNeither);
  CHECK(permitted(two(), "3") == kNeither);  // no such backup
  CHECK(permitted({}, "1") == kNeither);
}

TEST_CASE("what is newer but not proven, suspect, dated in the future or in one replica only lets nothing go") {
  struct Row {
    std::string name;
    BackupFacts newer;
  };
  std::vector<Row> rows = {
      {"opened only", backup(2, Level::opened, Level::opened)},
      {"proven in the local replica only", backup(2, Level::understood, Level::sealed)},
      {"proven in the cloud only", backup(2, Level::sealed, Level::understood)},
      {"suspect", proven(2)},
      {"future-dated", proven(2)},
      {"lost in the cloud", proven(2)},
      {"once proven, aged", backup(2, Level::sealed, Level::sealed)},
      {"a twin of the same number", proven(1)},
  };
  rows[3].newer.suspect = true;
  rows[4].newer.created_at = now() + days{1};
  rows[5].newer.copies[kCloud].held = false;
  rows[6].newer.copies[kLocal].highest = rows[6].newer.copies[kCloud].highest = Level::understood;
  rows[7].newer.name = "twin";
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(permitted({.backups = {proven(1), row.newer}}, "1") == kNeither);
      CHECK(permitted({.backups = {proven(1), row.newer, proven(3)}}, "1") == kBoth);
    }
  }
}

TEST_CASE("the newest of the highest level ever reached stays, also when its proof has aged") {
  RetentionHistory history{.backups = {backup(1, Level::restored, Level::restored), proven(2), proven(3)}};
  CHECK(permitted(history, "1") == kNeither);
  CHECK(permitted(history, "2") == kBoth);
  for (const ReplicaRole replica : kReplicaRoles) history.backups[0].copies[replica].level = Level::sealed;
  CHECK(permitted(history, "1") == kNeither);

  history.backups.push_back(backup(4, Level::restored, Level::restored));
  CHECK(permitted(history, "1") == kBoth);
  // Restored from one replica alone is not "at the same level in both".
  history.backups.back().copies[kCloud].level = history.backups.back().copies[kCloud].highest = Level::opened;
  CHECK(permitted(history, "1") == kNeither);
}

TEST_CASE("each replica has a floor of its own") {
  // The newest proven of the cloud is 1: the others are not there.
  RetentionHistory history{.backups = {proven(1), proven(2), proven(3)}};
  history.backups[1].copies[kCloud] = {};
  history.backups[2].copies[kCloud] = {};
  const Floor floor(history, kDefaultRequiredProof, now());
  CHECK(floor.is_newest_proven(history.backups[0], kCloud));
  CHECK(floor.is_highest_level(history.backups[0], kCloud));
  CHECK_FALSE(floor.is_newest_proven(history.backups[0], kLocal));
  CHECK(floor.is_newest_proven(history.backups[2], kLocal));
  CHECK_FALSE(floor.is_newest_proven(history.backups[2], kCloud));
  CHECK(permitted(history, "1") == kNeither);
  CHECK(permitted(history, "2") == kNeither);
}

TEST_CASE("a device that never had a proven backup keeps the furthest one, as nothing takes its place") {
  const RetentionHistory history{.backups = {backup(1, Level::sealed, Level::sealed),
                                             backup(2, Level::opened, Level::opened),
                                             backup(3, Level::sealed, Level::sealed)}};
  for (const char* const name : {"1", "2", "3"}) CHECK(permitted(history, name) == kNeither);
  const Floor floor(history, kDefaultRequiredProof, now());
  CHECK(floor.is_highest_level(history.backups[1], kLocal));
  CHECK_FALSE(floor.is_newest_proven(history.backups[1], kLocal));
}

TEST_CASE("proven is never less than two copies read back, and what the installation requires") {
  const RetentionHistory sealed{
      .backups = {backup(1, Level::sealed, Level::sealed), backup(2, Level::sealed, Level::sealed)}};
  CHECK(permitted(sealed, "1", Level::collected) == kNeither);
  CHECK(permitted(two(), "1", Level::restored) == kNeither);
  CHECK(Floor(two(), Level::opened, now()).successor_of(two().backups[0]) == 2);
}

TEST_CASE("a hold and a date in the future refuse, a copy that is not there has no permit") {
  RetentionHistory history = two();
  history.backups[0].hold = Hold::legal;
  CHECK(permitted(history, "1") == kNeither);
  history = two();
  history.hold = Hold::contract;
  CHECK(permitted(history, "1") == kNeither);
  history = two();
  history.backups[0].created_at = now() + days{1};
  CHECK(permitted(history, "1") == kNeither);
  history = two();
  history.backups[0].copies[kLocal] = {};
  CHECK(permitted(history, "1") == Answer{false, true});
}

TEST_CASE("two persons release the last ones, from their date on, where the device is no longer backed up") {
  RetentionHistory history = two();
  history.backups[1].release.emplace("a.martin", "b.durand", "contract ended", now());
  CHECK(permitted(history, "2") == kNeither);  // active
  for (const DeviceState state : {DeviceState::retired, DeviceState::client_closed}) {
    history.state = state;
    CHECK(permitted(history, "2") == kBoth);
    RetentionHistory held = history;
    held.hold = Hold::legal;
    CHECK(permitted(held, "2") == kNeither);
  }
  history.backups[1].release.emplace("a.martin", "b.durand", "contract ended", now() + Seconds{1});
  CHECK(permitted(history, "2") == kNeither);  // not yet
}

TEST_CASE("a released one counts as gone: what is the last one without it stays, until it is released too") {
  RetentionHistory history{.state = DeviceState::retired, .backups = {proven(1), proven(2), proven(3)}};
  const auto release = [&](std::size_t index, Instant from) {
    history.backups[index].release.emplace("a.martin", "b.durand", "site demolished", from);
  };
  release(2, now());
  CHECK(permitted(history, "3") == kBoth);
  CHECK(permitted(history, "2") == kNeither);
  CHECK(permitted(history, "1") == kBoth);  // because of 2
  // From a later day on: it is no floor meanwhile, and stays all the same, as nothing takes its place.
  release(2, now() + days{1});
  CHECK(permitted(history, "3") == kNeither);
  CHECK(permitted(history, "2") == kNeither);
  CHECK(permitted(history, "1") == kBoth);
  release(1, now());
  CHECK(permitted(history, "2") == kBoth);
  CHECK(permitted(history, "1") == kNeither);
  // Back in service, no release counts.
  history.state = DeviceState::active;
  CHECK(permitted(history, "3") == kNeither);
  CHECK(permitted(history, "2") == kBoth);  // because of 3
}

}  // namespace coffre
