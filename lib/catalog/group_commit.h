// Lets threads that write at the same time share one COMMIT, and so one fsync: a nightly pass makes thousands of short
// transactions from 64 threads, and an fsync costs milliseconds. Inside the room only (database.cc, tests).
//
// Each work runs on its own thread, alone, in a savepoint of the common transaction. Whoever finishes while others wait
// hands the open transaction on; whoever finds nobody waiting, or is the kLargestGroup-th, commits it for all. A work
// that throws is rolled back to its savepoint: the others do not notice. When the commit itself fails, or the engine
// gives the transaction up (disk full), nobody's work was done and everybody gets the Error. A crash before the commit:
// likewise. A later work may see an earlier one's uncommitted changes; it then shares its fate.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/error.h"
#include "catalog/session.h"

namespace coffre {

class GroupCommit {
 public:
  // Other processes wait at most this many works for the write lock.
  static constexpr int kLargestGroup = 64;

  explicit GroupCommit(Connection& connection) : connection_(connection) {}

  // Returns when `work` is durable; throws what it threw when it is undone. Error(internal) when called inside a work.
  void write(const std::function<void(Session&)>& work);
  // Threads in write() whose turn has not come.
  [[nodiscard]] int waiting() const { return waiting_.load(); }
  // Whether the calling thread is inside a work.
  [[nodiscard]] bool is_mine() const { return owner_.load() == std::this_thread::get_id(); }

 private:
  struct Group;

  void begin(int refused_before);
  void run_in_savepoint(const std::function<void(Session&)>& work);
  void undo_work();
  void finish_turn(std::unique_lock<std::mutex>& turn, bool done);
  void commit();
  void end_group();

  Connection& connection_;
  std::mutex mutex_;  // the turn: held by the thread whose work runs
  std::condition_variable ended_;
  std::atomic<int> waiting_{0};  // threads that are sure to take the turn next
  std::atomic<std::thread::id> owner_{};
  std::atomic<int> refused_{0};   // how often a transaction could not begin
  std::optional<Error> refusal_;  // the last time
  std::shared_ptr<Group> group_;  // shared: its members read the outcome after the next group may have begun
};

}  // namespace coffre
