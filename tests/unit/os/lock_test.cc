#include "os/lock.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/error_of.h"
#include "support/temp_dir.h"

using namespace coffre;
using namespace std::chrono_literals;
using test::error_of;

namespace {

constexpr const char* kLock = "_coffre/locks/A.lock";

// A process that takes the lock, says so, and then waits to be killed.
class Holder {
 public:
  explicit Holder(const Folder& root) {
    int ready[2] = {-1, -1};
    REQUIRE(::pipe(ready) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      const auto lock = FileLock::try_acquire(root, kLock, SystemClock());
      const char answer = lock ? 'y' : 'n';
      (void)!::write(ready[1], &answer, 1);
      for (;;) ::pause();
    }
    char answer = '?';
    REQUIRE(::read(ready[0], &answer, 1) == 1);
    REQUIRE(answer == 'y');
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Holder() { kill(); }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("One holds a lock, the other is told who") {
  const test::TempDir dir;
  const Folder root = Folder::open(dir.path());
  const SystemClock clock;
  CHECK_FALSE(lock_holder(root, kLock).has_value());
  {
    const auto lock = FileLock::try_acquire(root, kLock, clock);
    REQUIRE(lock.has_value());
    CHECK_FALSE(FileLock::try_acquire(root, kLock, clock).has_value());
    const auto holder = lock_holder(root, kLock);
    REQUIRE(holder.has_value());
    CHECK(holder->pid == ::getpid());
    CHECK(holder->command == "unit_os");
    CHECK(from_rfc3339(holder->since).has_value());
  }
  CHECK_FALSE(lock_holder(root, kLock).has_value());
  CHECK(FileLock::try_acquire(root, kLock, clock).has_value());
}

TEST_CASE("Waiting past the deadline is a conflict that names the holder") {
  const test::TempDir dir;
  const Folder root = Folder::open(dir.path());
  const Holder holder(root);
  const Error error = error_of([&] { (void)FileLock::acquire(root, kLock, SystemClock(), 30ms, "CLI/SITE/NVR_A"); });
  CHECK(error.code() == ErrorCode::conflict);
  CHECK(error.subject() == "CLI/SITE/NVR_A");
  CHECK_THAT(error.reason(), Catch::Contains("process " + std::to_string(holder.pid())));
}

TEST_CASE("A lock ends with the death of its holder") {
  const test::TempDir dir;
  const Folder root = Folder::open(dir.path());
  Holder holder(root);
  CHECK_FALSE(FileLock::try_acquire(root, kLock, SystemClock()).has_value());
  holder.kill();
  CHECK_FALSE(lock_holder(root, kLock).has_value());
  CHECK_NOTHROW(FileLock::acquire(root, kLock, SystemClock(), 10s, "device"));
}

TEST_CASE("A lock moves; what was held is released") {
  const test::TempDir dir;
  const Folder root = Folder::open(dir.path());
  const SystemClock clock;
  auto first = FileLock::try_acquire(root, "a", clock);
  auto second = FileLock::try_acquire(root, "b", clock);
  REQUIRE((first && second));
  *first = std::move(*second);
  CHECK(FileLock::try_acquire(root, "a", clock).has_value());
  CHECK_FALSE(FileLock::try_acquire(root, "b", clock).has_value());
}

TEST_CASE("A holder's text from the disk is neutralized") {
  const test::TempDir dir;
  const Folder root = Folder::open(dir.path());
  const auto lock = FileLock::try_acquire(root, "a", SystemClock());
  test::write_file(dir / "a", "pid 12\ncommand evil\x1b[31m\nhost h\nsince now\nnonsense\n");
  const auto holder = lock_holder(root, "a");
  REQUIRE(holder.has_value());
  CHECK(holder->pid == 12);
  CHECK(holder->command == "evil\\x1b[31m");
}
