#include "os/resolve.h"

#include <errno.h>
#include <fcntl.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/temp_dir.h"

using namespace coffre;

TEST_CASE("Only plain relative paths are accepted") {
  struct Row {
    std::string path;
    bool good;
  };
  const auto row = GENERATE(values<Row>({
      {"a", true},
      {"CLIENT/SITE/NVR_X/_suspect/a.bak", true},
      {".hidden", true},
      {"...", true},
      {std::string(255, 'x'), true},
      {"", false},
      {"/a", false},
      {"a/", false},
      {"a//b", false},
      {".", false},
      {"a/./b", false},
      {"..", false},
      {"a/../b", false},
      {std::string("a\0b", 3), false},
      {std::string(256, 'x'), false},
  }));
  DYNAMIC_SECTION("'" << row.path << "'") {
    if (row.good) CHECK_NOTHROW(require_relative_path(row.path));
    if (!row.good) CHECK_THROWS_AS(require_relative_path(row.path), Error);
  }
}

TEST_CASE("Resolution stays below the folder and follows no link") {
  const test::TempDir dir;
  test::write_file(dir / "outside/secret", "x");
  test::write_file(dir / "root/in/file", "x");
  namespace fs = std::filesystem;
  fs::create_symlink(dir / "outside", dir / "root/link");
  fs::create_symlink("in/file", dir / "root/inner-link");
  const FileDescriptor root(::open((dir / "root").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));

  FileDescriptor out;
  CHECK(open_beneath(root.get(), "in/file", O_RDONLY, out) == 0);
  CHECK((::fcntl(out.get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(open_beneath(root.get(), "link/secret", O_RDONLY, out) == ELOOP);
  CHECK(open_beneath(root.get(), "inner-link", O_RDONLY, out) == ELOOP);
  CHECK(open_beneath(root.get(), "../outside/secret", O_RDONLY, out) == EXDEV);
  CHECK(open_beneath(root.get(), dir / "outside/secret", O_RDONLY, out) == EXDEV);
  CHECK(open_beneath(root.get(), "absent", O_RDONLY, out) == ENOENT);
}
