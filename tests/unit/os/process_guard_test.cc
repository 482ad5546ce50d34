#include "os/process_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/durable_file.h"
#include "support/error_of.h"
#include "support/temp_dir.h"

using namespace coffre;
using test::error_of;

namespace {

constexpr const char* kHeader = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

struct FakeControls final : ProcessControls {
  int core = 0;
  int dump = 0;
  int lock = 0;
  int probe = 0;
  int temporary = 0;
  int forbid_core() override { return core; }
  int forbid_dump() override { return dump; }
  int lock_all_memory() override { return lock; }
  int probe_locking() override { return probe; }
  int forbid_temporary_files() override { return temporary; }
};

struct Machine {
  test::TempDir dir;
  FakeControls controls;

  [[nodiscard]] GuardSources sources() const { return {dir / "swaps", {dir / "mountinfo", dir / "sys"}}; }
  void swaps(const std::string& lines) const { test::write_file(dir / "swaps", kHeader + lines); }
  [[nodiscard]] std::vector<GuardFinding> guard() { return guard_process(controls, sources()); }
};

// Runs `work` in a child and gives its exit status; for what cannot be undone in a process.
template <typename Work>
int in_child(Work work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    int status = 99;
    try {
      status = work();
    } catch (const std::exception& error) {
      (void)!::write(STDERR_FILENO, error.what(), std::char_traits<char>::length(error.what()));
    }
    ::_exit(status);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("Everything in order gives good findings only") {
  Machine machine;
  machine.swaps("");
  const auto findings = machine.guard();
  REQUIRE(findings.size() == 4);
  for (const GuardFinding& finding : findings) CHECK(finding.state == GuardFinding::State::good);
  CHECK(findings.back().text == "there is no swap");
}

TEST_CASE("Each protection that cannot be had is a refusal") {
  struct Row {
    std::string name;
    int FakeControls::*control;
  };
  const auto row = GENERATE(values<Row>({
      {"core", &FakeControls::core},
      {"dump", &FakeControls::dump},
      {"temporary files", &FakeControls::temporary},
      {"locked keys", &FakeControls::probe},
  }));
  DYNAMIC_SECTION(row.name) {
    Machine machine;
    machine.swaps("");
    machine.controls.*row.control = EPERM;
    CHECK(error_of([&] { (void)machine.guard(); }).code() == ErrorCode::rule);
  }
}

TEST_CASE("Where memory cannot be locked, swap must be absent or encrypted") {
  Machine machine;
  machine.controls.lock = ENOMEM;
  const auto refused = [&] { return error_of([&] { (void)machine.guard(); }); };
  SECTION("absent") {
    machine.swaps("");
    CHECK_NOTHROW(machine.guard());
  }
  SECTION("encrypted") {
    test::write_file(machine.dir / "sys/class/block/dm-1/dm/uuid", "CRYPT-PLAIN-swap\n");
    machine.swaps("/dev/dm-1                               partition\t1000\t0\t-2\n");
    CHECK(machine.guard().back().text == "all swap is encrypted");
  }
  SECTION("one of two is not") {
    test::write_file(machine.dir / "sys/class/block/dm-1/dm/uuid", "CRYPT-LUKS2-0123\n");
    std::filesystem::create_directories(machine.dir / "sys/class/block/sda2");
    machine.swaps("/dev/dm-1 partition 1000 0 -2\n/dev/sda2 partition 1000 0 -3\n");
    CHECK_THAT(refused().reason(), Catch::Contains("/dev/sda2") && Catch::Contains("not encrypted"));
  }
  SECTION("a swap file on a volume that is not encrypted") {
    test::write_file(machine.dir / "swapfile", "x");
    machine.swaps((machine.dir / "swapfile").string() + " file 1000 0 -2\n");
    CHECK(refused().code() == ErrorCode::rule);
  }
  SECTION("invisible: unknown is not a pass") {
    CHECK_THAT(refused().reason(), Catch::Contains("cannot be seen"));
  }
  SECTION("empty: not even the header line") {
    test::write_file(machine.dir / "swaps", "");
    CHECK(refused().code() == ErrorCode::rule);
  }
}

TEST_CASE("With locked memory, clear swap is a remark") {
  Machine machine;
  SECTION("unencrypted") {
    machine.swaps("/dev/sda2 partition 1000 0 -3\n");
  }
  SECTION("invisible") {}
  CHECK(machine.guard().back().state == GuardFinding::State::remark);
}

TEST_CASE("The real process: no core, not dumpable, keys lockable, TMPDIR nowhere") {
  CHECK(in_child([] {
          ProcessControls& controls = system_process_controls();
          if (controls.forbid_core() != 0 || controls.forbid_dump() != 0) return 1;
          if (controls.forbid_temporary_files() != 0 || controls.probe_locking() != 0) return 2;
          rlimit limit{1, 1};
          if (::getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0) return 3;
          if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) return 4;
          if (std::filesystem::exists(::getenv("TMPDIR"))) return 5;
          const int locked = controls.lock_all_memory();
          return locked == 0 || locked == ENOMEM || locked == EPERM ? 0 : 6;
        }) == 0);
}

TEST_CASE("A guarded process goes on allocating and starting threads, with rights and without") {
  const bool as_ordinary_user = GENERATE(false, true);
  CHECK(in_child([&] {
          constexpr uid_t kNobody = 65534;
          constexpr std::size_t kMuch = 64 * 1024 * 1024;
          if (as_ordinary_user && ::geteuid() == 0 && ::setresuid(kNobody, kNobody, kNobody) != 0) return 1;
          const int locked = system_process_controls().lock_all_memory();
          if (locked != 0 && locked != ENOMEM && locked != EPERM) return 2;
          const std::vector<char> much(kMuch, 'x');
          std::thread([] {}).join();
          return much.back() == 'x' ? 0 : 3;
        }) == 0);
}

TEST_CASE("Another process of the same user cannot read a guarded one's memory") {
  if (::geteuid() != 0) {
    WARN("not available: needs root, to become an ordinary user");
    return;
  }
  CHECK(in_child([] {
          constexpr uid_t kNobody = 65534;
          if (::setgroups(0, nullptr) != 0 || ::setresuid(kNobody, kNobody, kNobody) != 0) return 1;
          if (system_process_controls().forbid_dump() != 0) return 2;
          const std::string memory = "/proc/" + std::to_string(::getpid()) + "/mem";
          const pid_t spy = ::fork();
          if (spy == 0) ::_exit(::open(memory.c_str(), O_RDONLY) < 0 && errno == EACCES ? 0 : 1);
          int status = -1;
          ::waitpid(spy, &status, 0);
          return status == 0 ? 0 : 3;
        }) == 0);
}

TEST_CASE("A guarded process of an ordinary user can still check its volume and publish files") {
  // PR_SET_DUMPABLE 0 gives /proc/self to root; the recipe goes over /proc/self/fd.
  const test::TempDir dir;
  std::filesystem::permissions(dir.path(), std::filesystem::perms::all);
  const auto publish = [&] {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && ::setresuid(kNobody, kNobody, kNobody) != 0) return 1;
    if (system_process_controls().forbid_dump() != 0) return 2;
    const Folder root = Folder::open(dir.path());
    root.require_mounted();
    if (inspect_volume(root.fd(), {}).filesystem.empty()) return 4;
    return put_if_absent(root, "A/f", as_bytes("content")) == PublishResult::published ? 0 : 3;
  };
  CHECK(in_child(publish) == 0);
  CHECK(test::read_file(dir / "A/f") == "content");
}
