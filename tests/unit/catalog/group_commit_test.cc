#include "catalog/group_commit.h"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "support/error_of.h"
#include "unit/catalog/raw_sqlite.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using test::error_of;
using test::RawSqlite;

constexpr const char* kInsert = "INSERT INTO things (name) VALUES (:name)";

struct Fixture {
  test::TempDir folder;
  std::string path = folder / "things.db";
  Connection connection{made(path), Access::read_write};
  GroupCommit turns{connection};

  static const std::string& made(const std::string& path) {
    test::write_file(path, "");
    RawSqlite(path).run("CREATE TABLE things (name TEXT UNIQUE)");
    return path;
  }
  std::vector<std::string> committed() { return RawSqlite(path).ask("SELECT name FROM things ORDER BY name"); }
};

// Holds the first work of a group until the test has seen that others wait for their turn.
class Gate {
 public:
  void open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

struct Outcome {
  std::string text = "done";  // or what was thrown
};

// Runs `works` on threads of their own, all waiting while the first is inside its turn; so they make one group.
std::vector<Outcome> run_as_group(Fixture& f, const std::vector<std::function<void(Session&)>>& works) {
  std::vector<Outcome> outcomes(works.size());
  Gate first_is_in;
  Gate others_wait;
  const auto run = [&](std::size_t i, const std::function<void(Session&)>& work) {
    try {
      f.turns.write(work);
    } catch (const std::exception& error) {
      outcomes[i].text = error.what();
    }
  };
  std::vector<std::thread> threads;
  threads.emplace_back(run, 0, [&](Session& session) {
    first_is_in.open();
    others_wait.wait();
    works[0](session);
  });
  first_is_in.wait();
  for (std::size_t i = 1; i < works.size(); ++i) threads.emplace_back(run, i, works[i]);
  while (f.turns.waiting() < static_cast<int>(works.size()) - 1) std::this_thread::yield();
  others_wait.open();
  for (std::thread& thread : threads) thread.join();
  return outcomes;
}

std::function<void(Session&)> insert(std::string name) {
  return [name](Session& session) { session.run(kInsert, {name}); };
}

TEST_CASE("works that wait for each other share one commit", "[catalog]") {
  Fixture f;
  std::vector<std::vector<std::string>> seen;
  const auto look_and_insert = [&](std::string name) {
    return [&f, &seen, name](Session& session) {
      seen.push_back(f.committed());  // by somebody else: nothing is there before the one commit
      session.run(kInsert, {name});
    };
  };
  const auto outcomes = run_as_group(f, {look_and_insert("a"), look_and_insert("b"), look_and_insert("c")});
  for (const Outcome& outcome : outcomes) CHECK(outcome.text == "done");
  CHECK(seen == std::vector<std::vector<std::string>>(3));
  CHECK(f.committed() == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("a work that throws takes back its own changes only", "[catalog]") {
  Fixture f;
  const auto insert_and_throw = [](std::string name) {
    return [name](Session& session) {
      session.run(kInsert, {name});
      throw std::runtime_error("no");
    };
  };
  SECTION("as the first") {
    const auto outcomes = run_as_group(f, {insert_and_throw("a"), insert("b"), insert("c")});
    CHECK(outcomes[0].text == "no");
    CHECK(f.committed() == std::vector<std::string>{"b", "c"});
  }
  SECTION("each but the first") {
    const auto outcomes = run_as_group(f, {insert("a"), insert_and_throw("b"), insert_and_throw("c")});
    CHECK(outcomes[0].text == "done");
    CHECK(outcomes[1].text == "no");
    CHECK(outcomes[2].text == "no");
    CHECK(f.committed() == std::vector<std::string>{"a"});
  }
  SECTION("all") {
    run_as_group(f, {insert_and_throw("a"), insert_and_throw("b")});
    CHECK(f.committed().empty());
  }
  SECTION("alone, and the next one works") {
    run_as_group(f, {insert_and_throw("a")});
    f.turns.write(insert("b"));
    CHECK(f.committed() == std::vector<std::string>{"b"});
  }
}

TEST_CASE("when the transaction itself is lost, everybody in it is told, and the next one works", "[catalog]") {
  Fixture f;
  const auto lose = [](Session& session) {
    session.run(kInsert, {"b"});
    session.run("ROLLBACK");  // as the engine does on a full disk
  };
  for (const Outcome& outcome : run_as_group(f, {insert("a"), lose})) CHECK(outcome.text != "done");
  CHECK(f.committed().empty());
  f.turns.write(insert("c"));
  CHECK(f.committed() == std::vector<std::string>{"c"});
}

TEST_CASE("a work inside a work is our own mistake, and only that", "[catalog]") {
  Fixture f;
  f.turns.write([&](Session& session) {
    CHECK(f.turns.is_mine());
    CHECK(error_of([&] { f.turns.write(insert("inner")); }).code() == ErrorCode::internal);
    session.run(kInsert, {"outer"});
  });
  CHECK_FALSE(f.turns.is_mine());
  CHECK(f.committed() == std::vector<std::string>{"outer"});
}

TEST_CASE("a lock held elsewhere is waited for once, not once per thread", "[catalog]") {
  Fixture f;
  constexpr int kTimeoutMilliseconds = 200;
  constexpr std::size_t kThreads = 20;
  RawSqlite::ask_column(f.connection.raw(), fmt::format("PRAGMA busy_timeout={}", kTimeoutMilliseconds), 0);
  RawSqlite other(f.path);
  other.run("BEGIN IMMEDIATE");
  std::vector<ErrorCode> codes(kThreads, ErrorCode::internal);
  std::vector<std::thread> threads;
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&f, &codes, i] {
      try {
        f.turns.write([](Session& /*session*/) {});
      } catch (const Error& error) {
        codes[i] = error.code();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto waited = std::chrono::steady_clock::now() - start;
  CHECK(codes == std::vector<ErrorCode>(kThreads, ErrorCode::conflict));
  CHECK(waited < std::chrono::milliseconds{kTimeoutMilliseconds * static_cast<int>(kThreads) / 2});
  other.run("ROLLBACK");
  f.turns.write(insert("a"));
  CHECK(f.committed() == std::vector<std::string>{"a"});
}

TEST_CASE("a group never grows beyond its bound", "[catalog]") {
  Fixture f;
  constexpr int kWorks = GroupCommit::kLargestGroup + 10;
  std::vector<std::function<void(Session&)>> works;
  std::size_t seen_by_last = 0;
  for (int i = 0; i < kWorks; ++i) {
    works.emplace_back([&f, &seen_by_last, i](Session& session) {
      seen_by_last = f.committed().size();
      session.run(kInsert, {fmt::format("{}", i)});
    });
  }
  run_as_group(f, works);
  CHECK(seen_by_last == GroupCommit::kLargestGroup);
  CHECK(f.committed().size() == kWorks);
}

}  // namespace
}  // namespace coffre
