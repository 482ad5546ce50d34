#include "catalog/group_commit.h"

#include <exception>
#include <optional>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/sqlite.h"

namespace coffre {

struct GroupCommit::Group {
  int done = 0;  // works that wait for the commit
  bool ended = false;
  std::optional<Error> failure;
};

void GroupCommit::write(const std::function<void(Session&)>& work) {
  if (is_mine()) throw Error(ErrorCode::internal, tr("writing the catalog"), "a transaction inside a transaction");
  const int refused_before = refused_;
  ++waiting_;
  std::unique_lock turn(mutex_);
  --waiting_;
  if (!group_) begin(refused_before);
  std::exception_ptr thrown;
  try {
    run_in_savepoint(work);
  } catch (...) {
    thrown = std::current_exception();
  }
  try {
    finish_turn(turn, thrown == nullptr);
  } catch (...) {
    if (!thrown) throw;  // otherwise the work's own reason is the one to tell
  }
  if (thrown) std::rethrow_exception(thrown);
}

// Another program that keeps the lock costs each thread its 10 s once, not once for every thread before it: whoever saw
// a whole attempt of another thread fail while waiting does not try again.
void GroupCommit::begin(int refused_before) {
  constexpr int kOneWholeAttempt = 2;  // the first of them may have begun before we came
  if (refused_ - refused_before >= kOneWholeAttempt) throw Error(*refusal_);
  try {
    connection_.session().run("BEGIN IMMEDIATE");
  } catch (const Error& error) {
    refusal_ = error;
    ++refused_;
    throw;
  }
  group_ = std::make_shared<Group>();
}

void GroupCommit::run_in_savepoint(const std::function<void(Session&)>& work) {
  Session& session = connection_.session();
  session.run("SAVEPOINT work");
  owner_ = std::this_thread::get_id();
  try {
    work(session);
    session.run("RELEASE work");
    owner_ = std::thread::id();
  } catch (...) {
    owner_ = std::thread::id();
    undo_work();
    throw;
  }
}

// Takes back what a failed work did. Where even that fails nothing of the group may be kept.
void GroupCommit::undo_work() {
  if (!connection_.in_transaction()) return;  // the engine has given the transaction up already
  Session& session = connection_.session();
  try {
    session.run("ROLLBACK TO work");
    session.run("RELEASE work");
  } catch (const std::exception&) {
    session.run("ROLLBACK");
  }
}

// Hands the transaction on, or ends it. Returns when this work's fate is decided.
void GroupCommit::finish_turn(std::unique_lock<std::mutex>& turn, bool done) {
  const std::shared_ptr<Group> group = group_;
  if (done) ++group->done;
  const bool hand_on = connection_.in_transaction() && waiting_ > 0 && group->done < kLargestGroup;
  if (!hand_on) {
    commit();
  } else if (done) {
    ended_.wait(turn, [&] { return group->ended; });
  }
  // A copy for each member: an Error is completed by whoever catches it.
  if (done && group->failure) throw Error(*group->failure);
}

// Ends the group; its outcome is in group->failure.
void GroupCommit::commit() {
  Group& group = *group_;
  Session& session = connection_.session();
  try {
    if (!connection_.in_transaction()) {
      throw Error(ErrorCode::io, tr("writing the catalog"), tr("the disk failed or is full: nothing was written"))
          .on(connection_.path());
    }
    session.run(group.done > 0 ? "COMMIT" : "ROLLBACK");
    if (connection_.take_forget_request()) forget_old_pages(connection_.raw());
  } catch (const Error& error) {
    group.failure = error;
  } catch (const std::exception& error) {
    group.failure = Error(ErrorCode::internal, tr("writing the catalog"), error.what());
  }
  end_group();
}

void GroupCommit::end_group() {
  group_->ended = true;
  try {
    if (connection_.in_transaction()) connection_.session().run("ROLLBACK");
  } catch (const std::exception&) {  // the next BEGIN says what is wrong
  }
  group_.reset();
  ended_.notify_all();
}

}  // namespace coffre
