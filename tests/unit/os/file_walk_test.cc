#include "os/file_walk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "os/file_descriptor.h"
#include "support/temp_dir.h"

using namespace coffre;
namespace fs = std::filesystem;

namespace {

struct Seen {
  std::vector<std::string> paths;
  WalkResult result;
};

Seen walk(const fs::path& root, const WalkLimits& limits = {}) {
  Seen seen;
  seen.result = walk_files(root, limits, [&](const std::string& path, const RandomReader& content) {
    CHECK(content.size() == 1);
    seen.paths.push_back(fs::relative(path, root));
  });
  return seen;
}

}  // namespace

TEST_CASE("Every regular file is shown, hidden ones too, links and FIFOs not") {
  const test::TempDir dir;
  for (const char* const path : {"a", "b/.hidden", "b/c/d"}) test::write_file(dir / path, "x");
  fs::create_symlink("a", dir / "link");
  fs::create_directory_symlink("b", dir / "folder-link");
  REQUIRE(::mkfifo((dir / "fifo").c_str(), 0600) == 0);
  const Seen seen = walk(dir.path());
  CHECK(seen.paths == std::vector<std::string>{"a", "b/.hidden", "b/c/d"});
  CHECK(seen.result.files == 3);
  CHECK(seen.result.not_walked.empty());
}

TEST_CASE("A single file may be given, and an absent path is empty") {
  const test::TempDir dir;
  test::write_file(dir / "a", "x");
  CHECK(walk(dir / "a").result.files == 1);
  CHECK(walk(dir / "absent").result.files == 0);
}

TEST_CASE("What the bounds leave out is named") {
  const test::TempDir dir;
  for (const char* const path : {"1", "2", "sub/3", "sub/deep/4"}) test::write_file(dir / path, "x");
  SECTION("depth") {
    const Seen seen = walk(dir.path(), {2, 100});
    CHECK(seen.paths == std::vector<std::string>{"1", "2", "sub/3"});
    CHECK(seen.result.not_walked == std::vector<std::string>{dir / "sub/deep"});
  }
  SECTION("number") {
    const Seen seen = walk(dir.path(), {16, 1});
    CHECK(seen.paths == std::vector<std::string>{"1"});
    CHECK(seen.result.not_walked == std::vector<std::string>{dir.path(), dir / "sub"});
  }
}

TEST_CASE("a file that is in use is not opened, so that this process keeps its locks on it") {
  const test::TempDir dir;
  const auto database = dir / "catalog.sqlite";
  test::write_file(database, "a database");
  test::write_file(dir / "other", "another file");
  const FileDescriptor file(::open(database.c_str(), O_RDWR | O_CLOEXEC));
  REQUIRE(file.valid());
  struct flock lock {};
  lock.l_type = F_WRLCK;
  REQUIRE(::fcntl(file.get(), F_SETLK, &lock) == 0);

  std::vector<std::string> seen;
  const WalkLimits limits{.never_opened = {database.string(), (dir / "absent").string()}};
  walk_files(dir.path().string(), limits, [&](const std::string& path, const RandomReader&) { seen.push_back(path); });
  CHECK(seen == std::vector<std::string>{(dir / "other").string()});

  // Only another process sees this one's locks.
  const pid_t child = ::fork();
  if (child == 0) {
    struct flock found {};
    found.l_type = F_WRLCK;
    ::_exit(::fcntl(file.get(), F_GETLK, &found) == 0 && found.l_type == F_WRLCK ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
