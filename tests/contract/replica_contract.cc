#include "replica_contract.h"

#include <algorithm>
#include <thread>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/error_of.h"
#include "support/faulty_replica.h"
#include "support/floor_permits.h"

namespace coffre::test {
namespace {

constexpr const char* kPath = "CLI/SITE/NVR_A/CLI_SITE_NVR_A_20250510_0300_HEBDO.bak";

PutResult put(Replica& replica, std::string_view path, std::string_view content) {
  const MemoryReader reader(as_bytes(content));
  return replica.put_if_absent(path, reader, sha256(as_bytes(content)));
}

std::string content_at(Replica& replica, std::string_view path) {
  const auto reader = replica.open(path);
  REQUIRE(reader != nullptr);
  Bytes bytes(static_cast<std::size_t>(reader->size()));
  reader->read_at(0, bytes);
  return std::string(as_text(bytes));
}

std::vector<std::string> paths_below(Replica& replica, std::string_view prefix) {
  std::vector<std::string> paths;
  replica.list(prefix, [&](const ObjectInfo& object) { paths.push_back(object.path); });
  return paths;
}

void check_absence(Replica& replica) {
  CHECK(replica.open(kPath) == nullptr);
  CHECK_FALSE(replica.head(kPath).has_value());
  CHECK(paths_below(replica, "").empty());
  CHECK(paths_below(replica, "CLI/SITE").empty());
}

void check_put_once(Replica& replica, Replica& other_view) {
  CHECK(put(replica, kPath, "content") == PutResult::stored);
  CHECK(content_at(other_view, kPath) == "content");
  CHECK(put(other_view, kPath, "content") == PutResult::already_same);
  CHECK(put(replica, kPath, "another") == PutResult::conflict_other_content);
  CHECK(put(replica, kPath, "longer content") == PutResult::conflict_other_content);
  CHECK(put(replica, kPath, "") == PutResult::conflict_other_content);
  CHECK(content_at(replica, kPath) == "content");
  REQUIRE(other_view.head(kPath).has_value());
  CHECK(other_view.head(kPath)->size == 7);
  CHECK(other_view.head(kPath)->path == kPath);
}

void check_sizes(Replica& replica) {
  // Around the blocks in which implementations copy, and nothing at all.
  for (const std::size_t size : {0U, 1U, 65'535U, 65'536U, 262'143U, 262'144U, 262'145U, 1'500'000U}) {
    const std::string path = "CLI/SITE/SIZES_A/" + std::to_string(size) + ".bak";
    std::string content(size, '\0');
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(7 * i % 251);
    CHECK(put(replica, path, content) == PutResult::stored);
    const auto reader = replica.open(path);
    REQUIRE(reader != nullptr);
    CHECK(reader->size() == size);
    CHECK((content_digest(*reader) == sha256(as_bytes(content))));
    Bytes beyond(1);
    CHECK(error_of([&] { reader->read_at(size, beyond); }).code() == ErrorCode::damaged);
  }
}

void check_wrong_digest(Replica& replica) {
  const MemoryReader reader(as_bytes("not what was promised"));
  const Error error =
      error_of([&] { (void)replica.put_if_absent("CLI/S/NVR_B/x.bak", reader, sha256(as_bytes("promised"))); });
  CHECK(error.code() == ErrorCode::damaged);
  CHECK(replica.open("CLI/S/NVR_B/x.bak") == nullptr);
  CHECK(paths_below(replica, "CLI/S").empty());
}

// A source that breaks in the middle, as a remote replica's may.
class BreakingReader final : public RandomReader {
 public:
  [[nodiscard]] std::uint64_t size() const override { return 600'000; }
  void read_at(std::uint64_t offset, ByteSpan out) const override {
    if (offset + out.size() > 300'000) throw Error(ErrorCode::unreachable, "test", "the source went away");
    std::fill(out.begin(), out.end(), std::uint8_t{1});
  }
};

void check_breaking_source(Replica& replica) {
  const Error error = error_of([&] { (void)replica.put_if_absent("CLI/T/NVR_C/x.bak", BreakingReader(), {}); });
  CHECK(error.code() == ErrorCode::unreachable);
  CHECK_FALSE(replica.head("CLI/T/NVR_C/x.bak").has_value());
}

void check_names(Replica& replica) {
  for (const char* const bad : {"", "/x", "x/", "a//b", "..", "a/../b", "./a"}) {
    INFO("'" << bad << "'");
    CHECK(error_of([&] { (void)put(replica, bad, "x"); }).code() == ErrorCode::usage);
    CHECK(error_of([&] { (void)replica.open(bad); }).code() == ErrorCode::usage);
    CHECK(error_of([&] { (void)replica.head(bad); }).code() == ErrorCode::usage);
  }
}

void check_list(Replica& replica) {
  for (const char* const path : {"L/S/NVR_B/b.bak", "L/S-2/NVR_A/a.bak", "L/S/NVR_A/_suspect/s.bak", "L/S/NVR_A/a.bak"})
    REQUIRE(put(replica, path, path) == PutResult::stored);
  CHECK(paths_below(replica, "L") == std::vector<std::string>{"L/S-2/NVR_A/a.bak", "L/S/NVR_A/_suspect/s.bak",
                                                              "L/S/NVR_A/a.bak", "L/S/NVR_B/b.bak"});
  CHECK(paths_below(replica, "L/S") ==
        std::vector<std::string>{"L/S/NVR_A/_suspect/s.bak", "L/S/NVR_A/a.bak", "L/S/NVR_B/b.bak"});
  CHECK(paths_below(replica, "L/S/NVR").empty());  // a folder, not the beginning of a name
  replica.list("L", [](const ObjectInfo& object) { CHECK(object.size == object.path.size()); });
  const auto stop = [](const ObjectInfo&) { throw Error(ErrorCode::interrupted, "test", "enough"); };
  CHECK(error_of([&] { replica.list("L", stop); }).code() == ErrorCode::interrupted);
}

// Eight at once, each with its own content: exactly one is stored, and it is whole.
void check_race(const OpenReplica& open) {
  constexpr std::size_t kThreads = 8;
  const auto replica = open();
  std::vector<PutResult> results(kThreads, PutResult::stored);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kThreads; ++i)
    threads.emplace_back([&, i] { results[i] = put(*replica, "R/S/NVR_A/x.bak", std::string(5000, char('a' + i))); });
  for (std::thread& thread : threads) thread.join();
  CHECK(std::count(results.begin(), results.end(), PutResult::stored) == 1);
  CHECK(std::count(results.begin(), results.end(), PutResult::conflict_other_content) == kThreads - 1);
  const std::string content = content_at(*replica, "R/S/NVR_A/x.bak");
  CHECK(content == std::string(5000, content.front()));
}

ReplicaRole role_of(const Replica& replica) {
  return replica.properties().name == to_string(ReplicaRole::local) ? ReplicaRole::local : ReplicaRole::cloud;
}

void check_removal(Replica& replica, Replica& other_view) {
  const ReplicaRole role = role_of(replica);
  const std::string path = "D/S/NVR_A/x.bak";
  const std::vector<std::string> others = {"D/S/NVR_A/x-2.bak", "D/S/NVR_A/xy.7.rwk", "D/S/NVR_B/x.bak"};
  for (const char* const companion : {"D/S/NVR_A/x.bak", "D/S/NVR_A/x.7.rwk", "D/S/NVR_A/x.12.rwk"}) {
    REQUIRE(put(replica, companion, companion) == PutResult::stored);
  }
  for (const std::string& other : others) REQUIRE(put(replica, other, other) == PutResult::stored);

  const ReplicaRole wrong = role == ReplicaRole::local ? ReplicaRole::cloud : ReplicaRole::local;
  CHECK(error_of([&] { replica.remove(path, permit_for(path, wrong)); }).code() == ErrorCode::internal);
  CHECK(error_of([&] { replica.remove(path, permit_for(others[0], role)); }).code() == ErrorCode::internal);
  REQUIRE(paths_below(other_view, "D").size() == 6);

  CHECK(replica.remove(path, permit_for(path, role)).state == Removal::State::removed);
  CHECK(other_view.open(path) == nullptr);
  CHECK_FALSE(other_view.head(path).has_value());
  CHECK(paths_below(other_view, "D") == others);
  CHECK(other_view.remove(path, permit_for(path, role)).state == Removal::State::absent);
  // A sidecar that a kill left behind goes with the next call.
  REQUIRE(put(replica, "D/S/NVR_A/x.7.rwk", "left") == PutResult::stored);
  CHECK(replica.remove(path, permit_for(path, role)).state == Removal::State::absent);
  CHECK(paths_below(other_view, "D") == others);
  // Its name is free again: nothing of the old one shows.
  CHECK(put(replica, path, "another") == PutResult::stored);
  CHECK(content_at(other_view, path) == "another");
}

// Everything that is kept under a path: what open() gives, then the others.
std::vector<std::string> contents_at(Replica& replica, const std::string& path) {
  std::vector<std::string> contents;
  const auto take = [&](std::unique_ptr<RandomReader> content) {
    Bytes bytes(static_cast<std::size_t>(content->size()));
    content->read_at(0, bytes);
    contents.emplace_back(as_text(bytes));
    return false;
  };
  if (auto first = replica.open(path)) take(std::move(first));
  replica.open_others(path, take);
  return contents;
}

std::string repair(Replica& replica, const std::string& path, const std::string& content) {
  return replica.repair(path, MemoryReader(as_bytes(content)), sha256(as_bytes(content)), {});
}

bool can_keep_aside(Replica& replica, const std::string& path) {
  try {
    return !repair(replica, path, "good").empty();
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::unsupported);
    return false;
  }
}

void check_repair(Replica& replica, Replica& other_view) {
  const std::string path = "Q/S/NVR_A/x.bak";
  CHECK(repair(replica, path, "first").empty());  // absent: as a put
  CHECK(repair(replica, path, "first").empty());  // the same: nothing to do
  CHECK(contents_at(other_view, path) == std::vector<std::string>{"first"});

  const Error wrong = error_of([&] { replica.repair(path, MemoryReader(as_bytes("good")), Digest{}, {}); });
  CHECK(wrong.code() == ErrorCode::damaged);
  CHECK(contents_at(other_view, path) == std::vector<std::string>{"first"});

  if (!can_keep_aside(replica, path)) {
    CHECK(contents_at(other_view, path) == std::vector<std::string>{"first"});  // never overwritten
    return;
  }
  std::vector<std::string> contents = contents_at(other_view, path);
  CHECK(std::count(contents.begin(), contents.end(), "good") == 1);
  const std::string quarantined = std::string(kQuarantineFolder) + "/" + path + ".1";
  const bool moved = other_view.head(quarantined).has_value();
  if (moved) {
    CHECK(content_at(other_view, quarantined) == "first");
    CHECK(contents == std::vector<std::string>{"good"});
  } else {
    CHECK(contents == std::vector<std::string>{"first", "good"});
  }
  (void)repair(replica, path, "good");  // done already: no third content
  CHECK(contents_at(other_view, path) == contents);
  // Damaged once more: both stay to be looked at.
  CHECK_FALSE(repair(replica, path, "better").empty());
  contents = contents_at(other_view, path);
  CHECK(contents.back() == "better");
  if (moved) CHECK(content_at(other_view, std::string(kQuarantineFolder) + "/" + path + ".2") == "good");

  // Whoever removes it removes what was set aside with it: nothing of a client stays behind unseen.
  CHECK(replica.remove(path, permit_for(path, role_of(replica))).state == Removal::State::removed);
  CHECK(contents_at(other_view, path).empty());
  CHECK(paths_below(other_view, std::string(kQuarantineFolder)).empty());
}

// What a job does with a replica: some puts, each read back before it counts.
void store_all(Replica& replica, const std::vector<std::string>& paths, std::vector<std::string>& acknowledged) {
  for (const std::string& path : paths) {
    const PutResult result = put(replica, path, "content of " + path);
    if (result == PutResult::conflict_other_content) throw Error(ErrorCode::conflict, "test", path);
    const auto reader = replica.open(path);
    if (reader == nullptr || content_digest(*reader) != sha256(as_bytes("content of " + path)))
      throw Error(ErrorCode::damaged, "test", path);
    if (!replica.head(path)) throw Error(ErrorCode::damaged, "test", path);
    acknowledged.push_back(path);
  }
}

}  // namespace

void check_replica_contract(const OpenReplica& open) {
  const auto replica = open();
  const auto other_view = open();
  CHECK_FALSE(replica->properties().name.empty());
  check_absence(*replica);
  check_put_once(*replica, *other_view);
  check_sizes(*replica);
  check_wrong_digest(*replica);
  check_breaking_source(*replica);
  check_names(*replica);
  check_list(*replica);
  check_removal(*replica, *other_view);
  check_repair(*replica, *other_view);
  check_race(open);
}

void check_replica_survives_faults(const std::function<OpenReplica()>& fresh) {
  const std::vector<std::string> paths{"F/S/NVR_A/1.bak", "F/S/NVR_A/2.bak", "F/S/NVR_B/1.bak"};
  for (const FaultMoment moment : {FaultMoment::before, FaultMoment::after}) {
    std::size_t number = 0;
    for (bool failed = true; failed;) {
      const OpenReplica open = fresh();
      const auto real = open();
      FaultyReplica replica(*real);
      replica.fail_call(++number, ErrorCode::unreachable, moment);
      INFO("call " << number << (moment == FaultMoment::before ? " never arrives" : " loses its answer"));

      failed = false;
      std::vector<std::string> acknowledged;
      try {
        store_all(replica, paths, acknowledged);
      } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::unreachable);
        failed = true;
      }
      const auto afterwards = open();
      for (const std::string& path : acknowledged) CHECK(content_at(*afterwards, path) == "content of " + path);
      for (const std::string& path : paths_below(*afterwards, ""))
        CHECK(content_at(*afterwards, path) == "content of " + path);

      replica.heal();
      acknowledged.clear();
      CHECK_NOTHROW(store_all(replica, paths, acknowledged));
      CHECK(acknowledged == paths);
      CHECK(paths_below(*afterwards, "") == paths);
    }
    CHECK(number == 3 * paths.size() + 1);
  }
}

}  // namespace coffre::test
