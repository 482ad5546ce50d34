#include "os/file_layer.h"

#include <errno.h>
#include <fcntl.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

using namespace coffre;

namespace {

struct Place {
  test::TempDir dir;
  FileDescriptor folder{::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  FileLayer& layer = system_file_layer();
};

}  // namespace

TEST_CASE("A file without a name becomes visible by its link, with its content") {
  Place place;
  FileDescriptor file;
  REQUIRE(place.layer.create_unnamed(place.folder.get(), file) == 0);
  std::size_t written = 0;
  REQUIRE(place.layer.write(file.get(), as_bytes("content"), written) == 0);
  CHECK(written == 7);
  CHECK(place.layer.sync(file.get()) == 0);
  CHECK(std::filesystem::is_empty(place.dir.path()));
  REQUIRE(place.layer.link(file.get(), place.folder.get(), "name") == 0);
  CHECK(place.layer.sync(place.folder.get()) == 0);
  CHECK(test::read_file(place.dir / "name") == "content");
}

TEST_CASE("Neither a link nor a new file replaces what is there") {
  Place place;
  test::write_file(place.dir / "name", "old");
  FileDescriptor file;
  REQUIRE(place.layer.create_unnamed(place.folder.get(), file) == 0);
  CHECK(place.layer.link(file.get(), place.folder.get(), "name") == EEXIST);
  FileDescriptor other;
  CHECK(place.layer.create_named(place.folder.get(), "name", other) == EEXIST);
  CHECK_FALSE(other.valid());
  CHECK(place.layer.make_folder(place.folder.get(), "name") == EEXIST);
  CHECK(test::read_file(place.dir / "name") == "old");
}

TEST_CASE("Failures come back as errno values") {
  Place place;
  CHECK(place.layer.remove_file(place.folder.get(), "absent") == ENOENT);
  CHECK(place.layer.rename(place.folder.get(), "absent", "x") == ENOENT);
  CHECK(place.layer.sync(-1) == EBADF);
  std::size_t written = 0;
  CHECK(place.layer.write(place.folder.get(), as_bytes("x"), written) == EBADF);
}

TEST_CASE("Renaming replaces, removing removes") {
  Place place;
  test::write_file(place.dir / "new", "new");
  test::write_file(place.dir / "name", "old");
  REQUIRE(place.layer.rename(place.folder.get(), "new", "name") == 0);
  CHECK(test::read_file(place.dir / "name") == "new");
  REQUIRE(place.layer.remove_file(place.folder.get(), "name") == 0);
  CHECK(std::filesystem::is_empty(place.dir.path()));
}
