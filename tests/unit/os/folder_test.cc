#include "os/folder.h"

#include <sys/stat.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/error_of.h"
#include "support/faulty_file_layer.h"
#include "support/temp_dir.h"
#include "support/tmpfs_mount.h"

using namespace coffre;
using test::error_of;
namespace fs = std::filesystem;

TEST_CASE("Opening a folder says what is wrong with its path") {
  const test::TempDir dir;
  test::write_file(dir / "file", "x");
  fs::create_directory(dir / "real");
  fs::create_directory_symlink(dir / "real", dir / "link");
  CHECK(error_of([&] { (void)Folder::open(dir / "absent"); }).code() == ErrorCode::not_found);
  CHECK(error_of([&] { (void)Folder::open(dir / "file"); }).code() == ErrorCode::io);
  CHECK(error_of([&] { (void)Folder::open(dir / "link"); }).code() == ErrorCode::rule);
  CHECK(error_of([&] { (void)Folder::open((dir / "link").string() + "/"); }).code() == ErrorCode::rule);
  CHECK_NOTHROW(Folder::open(dir / "real"));
}

TEST_CASE("open_or_make makes the last component only") {
  const test::TempDir dir;
  const Folder made = Folder::open_or_make(dir / "new");
  CHECK(fs::is_directory(dir / "new"));
  CHECK_NOTHROW(Folder::open_or_make(dir / "new"));
  CHECK(error_of([&] { (void)Folder::open_or_make(dir / "a/b"); }).code() == ErrorCode::not_found);
}

TEST_CASE("Sub-folders are made with their parents synced, once a process") {
  const test::TempDir dir;
  test::FaultyFileLayer layer;
  const Folder root = Folder::open(dir.path(), layer);
  (void)root.make_folders("A/B");
  CHECK(layer.calls() == std::vector<std::string>{"make_folder", "sync", "make_folder", "sync"});
  (void)root.make_folders("A/B");
  CHECK(layer.calls().size() == 4);
  CHECK(fs::is_directory(dir / "A/B"));

  // Another process finds them there, and cannot know whether they were synced.
  test::FaultyFileLayer second_layer;
  const Folder second = Folder::open(dir.path(), second_layer);
  (void)second.make_folders("A/B");
  CHECK(second_layer.calls() == std::vector<std::string>{"sync", "sync"});
}

TEST_CASE("A file moves to another folder without ever replacing one, and is there under one name at least") {
  const test::TempDir dir;
  fs::create_directory(dir / "A");
  test::write_file(dir / "A/x", "x");
  test::FaultyFileLayer layer;
  const Folder root = Folder::open(dir.path(), layer);
  CHECK(root.move_file("A/none", "Q/x") == MoveResult::absent);
  CHECK(root.move_file("none/x", "Q/x") == MoveResult::absent);
  CHECK(root.move_file("A/x", "Q/A/x.1") == MoveResult::moved);
  CHECK_FALSE(fs::exists(dir / "A/x"));
  CHECK(test::read_file(dir / "Q/A/x.1") == "x");
  // Its new name is on the disk before the old one goes.
  const std::vector<std::string> calls = layer.calls();
  CHECK(std::vector<std::string>(calls.end() - 4, calls.end()) ==
        std::vector<std::string>{"link", "sync", "remove_file", "sync"});

  test::write_file(dir / "A/x", "another");
  CHECK(root.move_file("A/x", "Q/A/x.1") == MoveResult::taken);
  CHECK(test::read_file(dir / "A/x") == "another");
  CHECK(test::read_file(dir / "Q/A/x.1") == "x");
}

TEST_CASE("A sub-folder that is a link, or a file, is refused") {
  const test::TempDir dir;
  fs::create_directory(dir / "elsewhere");
  fs::create_directory(dir / "root");
  fs::create_directory_symlink(dir / "elsewhere", dir / "root/link");
  test::write_file(dir / "root/file", "x");
  const Folder root = Folder::open(dir / "root");
  CHECK(error_of([&] { (void)root.make_folders("link/sub"); }).code() == ErrorCode::rule);
  CHECK(error_of([&] { (void)root.make_folders("file/sub"); }).code() == ErrorCode::io);
  CHECK(error_of([&] { (void)root.make_folders("../up"); }).code() == ErrorCode::usage);
  CHECK(fs::is_empty(dir / "elsewhere"));
}

TEST_CASE("Files are found, read and described; absence is a value") {
  const test::TempDir dir;
  test::write_file(dir / "A/f", "content");
  const Folder root = Folder::open(dir.path());
  const auto reader = root.open_file("A/f");
  REQUIRE(reader != nullptr);
  CHECK(reader->size() == 7);
  CHECK(root.read_small("A/f", 7) == "content");
  CHECK(error_of([&] { (void)root.read_small("A/f", 6); }).code() == ErrorCode::damaged);
  REQUIRE(root.head("A/f").has_value());
  CHECK(root.head("A/f").value().size == 7);

  for (const char* const absent : {"A/g", "B/f", "A/f/g"}) {
    INFO(absent);
    CHECK(root.open_file(absent) == nullptr);
    CHECK_FALSE(root.head(absent).has_value());
    CHECK_FALSE(root.read_small(absent, 10).has_value());
  }
  CHECK(error_of([&] { (void)root.open_file("A"); }).code() == ErrorCode::io);
  CHECK(error_of([&] { (void)root.head("A"); }).code() == ErrorCode::io);
  CHECK(error_of([&] { (void)root.open_file("../x"); }).code() == ErrorCode::usage);
}

TEST_CASE("A link in the place of a file is not followed") {
  const test::TempDir dir;
  test::write_file(dir / "outside", "secret");
  fs::create_directory(dir / "root");
  fs::create_symlink(dir / "outside", dir / "root/f");
  const Folder root = Folder::open(dir / "root");
  CHECK(error_of([&] { (void)root.open_file("f"); }).code() == ErrorCode::rule);
}

TEST_CASE("Listing gives regular files in byte order of their paths") {
  const test::TempDir dir;
  for (const char* const path :
       {"B/x", "A-B/x", "A/z", "A/a/y", "A.txt", ".hidden", "A/.coffre-unfinished-1", "lost+found/x"})
    test::write_file(dir / path, path);
  fs::create_symlink("B", dir / "C");
  REQUIRE(::mkfifo((dir / "fifo").c_str(), 0600) == 0);
  const Folder root = Folder::open(dir.path());
  std::vector<std::string> paths;
  root.list("", [&](const std::string& path, const FileInfo& info) {
    CHECK(info.size == path.size());
    paths.push_back(path);
  });
  CHECK(paths == std::vector<std::string>{"A-B/x", "A.txt", "A/a/y", "A/z", "B/x"});

  std::vector<std::string> below;
  root.list("A", [&](const std::string& path, const FileInfo&) { below.push_back(path); });
  CHECK(below == std::vector<std::string>{"A/a/y", "A/z"});
  root.list("absent", [&](const std::string&, const FileInfo&) { FAIL("nothing is there"); });
}

TEST_CASE("Listing ends at a depth that no folder of ours has") {
  const test::TempDir dir;
  std::string path = "d";
  for (int i = 0; i < 40; ++i) path += "/d";
  fs::create_directories(dir / path);
  const Folder root = Folder::open(dir.path());
  CHECK(error_of([&] { root.list("", [](const std::string&, const FileInfo&) {}); }).code() == ErrorCode::io);
}

TEST_CASE("Removing is durable, and says when there was nothing") {
  const test::TempDir dir;
  test::write_file(dir / "A/f", "x");
  test::FaultyFileLayer layer;
  const Folder root = Folder::open(dir.path(), layer);
  CHECK(root.remove_file("A/f"));
  CHECK(layer.calls() == std::vector<std::string>{"remove_file", "sync"});
  CHECK_FALSE(root.remove_file("A/f"));
  CHECK_FALSE(root.remove_file("B/f"));
}

TEST_CASE("Another folder in the place of the opened one is noticed") {
  const test::TempDir dir;
  fs::create_directory(dir / "volume");
  const Folder root = Folder::open(dir / "volume");
  CHECK_NOTHROW(root.require_mounted());

  SECTION("moved away, and a bare one made") {
    fs::rename(dir / "volume", dir / "gone");
    CHECK(error_of([&] { root.require_mounted(); }).reason() == "volume not mounted");
    fs::create_directory(dir / "volume");
    CHECK(error_of([&] { root.require_mounted(); }).reason() == "volume not mounted");
  }
  SECTION("removed") {
    fs::remove(dir / "volume");
    CHECK(error_of([&] { root.require_mounted(); }).reason() == "volume not mounted");
  }
  SECTION("a link put there") {
    fs::rename(dir / "volume", dir / "gone");
    fs::create_directory_symlink(dir / "gone", dir / "volume");
    CHECK(error_of([&] { root.require_mounted(); }).reason() == "volume not mounted");
  }
}

TEST_CASE("Unmounting under us, and mounting over us, is noticed") {
  const test::TempDir dir;
  test::TmpfsMount volume(dir / "volume", "size=1m");
  if (!volume.mounted()) {
    WARN("not available: mounting needs root");
    return;
  }
  const Folder root = Folder::open(dir / "volume");
  CHECK_NOTHROW(root.require_mounted());
  SECTION("lazily unmounted: the descriptor still answers, the path shows the bare folder") {
    volume.unmount();
    CHECK(error_of([&] { root.require_mounted(); }).reason() == "volume not mounted");
  }
  SECTION("another volume mounted over it") {
    test::TmpfsMount other(dir / "volume", "size=1m");
    REQUIRE(other.mounted());
    CHECK(error_of([&] { root.require_mounted(); }).reason() == "volume not mounted");
    other.unmount();
    CHECK_NOTHROW(root.require_mounted());
  }
}

TEST_CASE("Another mount below a folder is not entered") {
  const test::TempDir dir;
  test::write_file(dir / "A/f", "x");
  const test::TmpfsMount mount(dir / "M", "size=1m");
  if (!mount.mounted()) {
    WARN("not available: mounting needs root");
    return;
  }
  test::write_file(dir / "M/inside", "x");
  const Folder root = Folder::open(dir.path());
  std::vector<std::string> paths;
  root.list("", [&](const std::string& path, const FileInfo&) { paths.push_back(path); });
  CHECK(paths == std::vector<std::string>{"A/f"});
  CHECK(error_of([&] { (void)root.make_folders("M/sub"); }).reason() == "another volume is mounted there");
}

TEST_CASE("A path is split into folder and name") {
  CHECK(split_path("A/B/c.bak").folder == "A/B");
  CHECK(split_path("A/B/c.bak").name == "c.bak");
  CHECK(split_path("c").folder.empty());
  CHECK(error_of([] { (void)split_path("A/"); }).code() == ErrorCode::usage);
}
