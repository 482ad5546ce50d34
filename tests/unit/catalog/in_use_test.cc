// A catalog that another process has open is not replaced.
#include "catalog/in_use.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/error_of.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

// A child that opens the catalog, reads from it and keeps it open until it is told to end.
class OtherProcess {
 public:
  explicit OtherProcess(const std::string& path) {
    REQUIRE(::pipe(ready_.data()) == 0);
    REQUIRE(::pipe(end_.data()) == 0);
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ != 0) {
      char byte = 0;
      REQUIRE(::read(ready_[0], &byte, 1) == 1);
      return;
    }
    ::close(end_[1]);
    const test::FixedClock clock("2026-11-21T03:00:00Z");
    Database open = Database::open(path, clock);
    open.read([](Session&) {});
    char byte = 'r';
    static_cast<void>(!::write(ready_[1], &byte, 1));
    static_cast<void>(!::read(end_[0], &byte, 1));
    ::_exit(0);
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;
  ~OtherProcess() {
    end();
    for (const int file : {ready_[0], ready_[1], end_[0]}) ::close(file);
  }
  void end() {
    if (child_ == 0) return;
    ::close(end_[1]);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }
  [[nodiscard]] pid_t pid() const { return child_; }

 private:
  std::array<int, 2> ready_{};
  std::array<int, 2> end_{};
  pid_t child_ = 0;
};

TEST_CASE("a catalog that is open elsewhere is in use, and the error names the process", "[catalog]") {
  const test::TempDir folder;
  const std::string path = folder / "catalog.db";
  const test::FixedClock clock("2026-11-21T03:00:00Z");
  { const Database made = Database::open(path, clock); }
  require_unused_catalog(path);
  OtherProcess other(path);
  const Error error = test::error_of([&] { require_unused_catalog(path); });
  CHECK(error.code() == ErrorCode::conflict);
  CHECK_THAT(error.what(), Catch::Contains(std::to_string(other.pid())));
  other.end();
  require_unused_catalog(path);
}

TEST_CASE("no catalog, and one that is no database, are used by nobody", "[catalog]") {
  const test::TempDir folder;
  require_unused_catalog(folder / "absent.db");
  test::write_file(folder / "broken.db", "not a database");
  require_unused_catalog(folder / "broken.db");
}

}  // namespace
}  // namespace coffre
