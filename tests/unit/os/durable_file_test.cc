#include "os/durable_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "os/file_lock.h"
#include "support/error_of.h"
#include "support/faulty_file_layer.h"
#include "support/recording_file_layer.h"
#include "support/temp_dir.h"
#include "support/tmpfs_mount.h"

using namespace coffre;
using test::error_of;
namespace fs = std::filesystem;

namespace {

constexpr const char* kFolder = "CLI/SITE/NVR_A";
constexpr const char* kPath = "CLI/SITE/NVR_A/x.bak";

// Everything below a folder, hidden names included.
std::vector<std::string> files_below(const fs::path& root) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(root))
    if (!entry.is_directory()) files.push_back(fs::relative(entry.path(), root));
  std::sort(files.begin(), files.end());
  return files;
}

std::string text_of(const RandomReader& reader) {
  Bytes bytes(static_cast<std::size_t>(reader.size()));
  reader.read_at(0, bytes);
  return std::string(as_text(bytes));
}

PublishResult write_whole(const Folder& root, std::string_view content) {
  DurableFile file(root, kFolder);
  file.write(as_bytes(content.substr(0, content.size() / 2)));
  file.write(as_bytes(content.substr(content.size() / 2)));
  file.sync();
  CHECK(text_of(*file.reread()) == content);
  return file.publish(kPath);
}

}  // namespace

TEST_CASE("A file is invisible until it is published, and whole afterwards") {
  const test::TempDir dir;
  const Folder root = Folder::open(dir.path());
  DurableFile file(root, kFolder);
  file.write(as_bytes("first "));
  file.write(as_bytes("second"));
  file.write({});
  CHECK(file.size() == 12);
  file.sync();
  CHECK(files_below(dir.path()).empty());
  CHECK(text_of(*file.reread()) == "first second");
  CHECK(file.publish(kPath) == PublishResult::published);
  CHECK(test::read_file(dir / kPath) == "first second");
}

TEST_CASE("A file may be published in a sub-folder of its own") {
  const test::TempDir dir;
  const Folder root = Folder::open(dir.path());
  DurableFile file(root, kFolder);
  file.sync();
  CHECK(file.publish("CLI/SITE/NVR_A/_suspect/x.bak") == PublishResult::published);
  CHECK(files_below(dir.path()) == std::vector<std::string>{"CLI/SITE/NVR_A/_suspect/x.bak"});
}

TEST_CASE("Publishing never overwrites; the same file may then take another name") {
  const test::TempDir dir;
  test::write_file(dir / kPath, "older");
  const Folder root = Folder::open(dir.path());
  DurableFile file(root, kFolder);
  file.write(as_bytes("newer"));
  file.sync();
  CHECK(file.publish(kPath) == PublishResult::exists);
  CHECK(test::read_file(dir / kPath) == "older");
  CHECK(file.publish("CLI/SITE/NVR_A/x-2.bak") == PublishResult::published);
  CHECK(test::read_file(dir / "CLI/SITE/NVR_A/x-2.bak") == "newer");
}

TEST_CASE("An abandoned file leaves no trace") {
  const test::TempDir dir;
  test::FaultyFileLayer layer;
  SECTION("with O_TMPFILE") {}
  SECTION("without") {
    layer.fail_every("create_unnamed", EOPNOTSUPP);
  }
  const Folder root = Folder::open(dir.path(), layer);
  {
    DurableFile file(root, kFolder);
    file.write(as_bytes("half"));
  }
  CHECK(files_below(dir.path()).empty());
}

TEST_CASE("Steps out of order are our own mistake and are said to be") {
  const test::TempDir dir;
  const Folder root = Folder::open(dir.path());
  DurableFile file(root, kFolder);
  CHECK(error_of([&] { (void)file.reread(); }).code() == ErrorCode::internal);
  CHECK(error_of([&] { (void)file.publish(kPath); }).code() == ErrorCode::internal);
  file.sync();
  CHECK(error_of([&] { file.write(as_bytes("x")); }).code() == ErrorCode::internal);
  REQUIRE(file.publish(kPath) == PublishResult::published);
  CHECK(error_of([&] { (void)file.publish(kPath); }).code() == ErrorCode::internal);
}

TEST_CASE("Short writes are continued") {
  const test::TempDir dir;
  test::FaultyFileLayer layer;
  layer.shorten_writes(3);
  const Folder root = Folder::open(dir.path(), layer);
  CHECK(write_whole(root, "0123456789") == PublishResult::published);
  CHECK(test::read_file(dir / kPath) == "0123456789");
}

TEST_CASE("The first failure of a write or sync is final, even if the disk recovers") {
  struct Row {
    std::string name;
    std::string call;
    int error_number;
    ErrorCode code;
  };
  const auto row = GENERATE(values<Row>({
      {"disk full", "write", ENOSPC, ErrorCode::no_space},
      {"quota", "write", EDQUOT, ErrorCode::no_space},
      {"read-only", "write", EROFS, ErrorCode::io},
      {"disk fails", "write", EIO, ErrorCode::io},
      {"sync fails", "sync", EIO, ErrorCode::io},
      {"sync finds the disk full", "sync", ENOSPC, ErrorCode::no_space},
  }));
  DYNAMIC_SECTION(row.name) {
    const test::TempDir dir;
    test::FaultyFileLayer layer;
    const Folder root = Folder::open(dir.path(), layer);
    DurableFile file(root, kFolder);
    layer.fail_next(row.call, row.error_number);
    const Error error = error_of([&] {
      file.write(as_bytes("content"));
      file.sync();
    });
    CHECK(error.code() == row.code);
    CHECK(error_of([&] { file.sync(); }).code() == row.code);
    CHECK(error_of([&] { (void)file.reread(); }).code() == row.code);
    CHECK(error_of([&] { (void)file.publish(kPath); }).code() == row.code);
    CHECK(files_below(dir.path()).empty());
  }
}

TEST_CASE("No inode, a read-only volume: starting a file says so") {
  const test::TempDir dir;
  test::FaultyFileLayer layer;
  const Folder root = Folder::open(dir.path(), layer);
  layer.fail_next("create_unnamed", ENOSPC);
  CHECK(error_of([&] { DurableFile(root, kFolder); }).code() == ErrorCode::no_space);
  layer.fail_next("create_unnamed", EROFS);
  CHECK(error_of([&] { DurableFile(root, kFolder); }).reason() == "the volume is read-only");
}

TEST_CASE("Failing call 1, then 2, ...: nothing half is ever visible, and the next attempt works") {
  const bool tmpfile = GENERATE(true, false);
  std::size_t number = 0;
  for (bool reached = true; reached;) {
    ++number;
    const test::TempDir dir;
    test::FaultyFileLayer layer;
    if (!tmpfile) layer.fail_every("create_unnamed", EOPNOTSUPP);
    const Folder root = Folder::open(dir.path(), layer);
    layer.fail_call(number, EIO);
    INFO("call " << number << (tmpfile ? "" : ", without O_TMPFILE"));
    bool published = false;
    try {
      published = write_whole(root, "0123456789") == PublishResult::published;
    } catch (const Error& error) {
      INFO(error.what());
      CHECK(error.code() == ErrorCode::io);
    }
    reached = layer.calls().size() >= number;
    CHECK((published || reached));
    if (published) CHECK(test::read_file(dir / kPath) == "0123456789");
    root.list("", [&](const std::string& file, const FileInfo&) {
      CHECK(file == kPath);
      CHECK(test::read_file(dir / file) == "0123456789");
    });

    layer.heal();
    const Folder again = Folder::open(dir.path());
    CHECK_NOTHROW(write_whole(again, "0123456789"));
    CHECK(test::read_file(dir / kPath) == "0123456789");
    remove_unfinished(again, kFolder);
    CHECK(files_below(dir.path()) == std::vector<std::string>{kPath});
  }
  CHECK(number > 12);  // three folders with their syncs, the file, two writes, two syncs, a link
}

TEST_CASE("After a power cut at any instant the file is fully there or not there, and there once it was acknowledged") {
  const test::TempDir dir;
  test::RecordingFileLayer disk(dir.path());
  const Folder root = Folder::open(dir.path(), disk);
  REQUIRE(write_whole(root, "0123456789") == PublishResult::published);
  const std::size_t acknowledged = disk.position();

  std::size_t there = 0;
  const std::size_t states = disk.for_each_cut([&](const test::RecordingFileLayer::Cut& cut) {
    INFO(cut.description);
    const bool exists = fs::exists(cut.disk / kPath);
    there += exists ? 1U : 0U;
    if (cut.position >= acknowledged) CHECK(exists);
    if (exists) CHECK(test::read_file(cut.disk / kPath) == "0123456789");
    CHECK(files_below(cut.disk).size() == (exists ? 1U : 0U));
  });
  CHECK(there >= 2);          // after the link, and after the sync of the folder
  CHECK(states > 2 * there);  // and many states without it
}

TEST_CASE("Finding an object that a killed process had linked makes it durable before it is acknowledged") {
  const test::TempDir dir;
  test::RecordingFileLayer disk(dir.path());
  {
    test::FaultyFileLayer dying(disk);
    const Folder root = Folder::open(dir.path(), dying);
    (void)root.make_folders("lists");
    const FileDescriptor folder = root.make_folders("lists");
    FileDescriptor file;
    std::size_t written = 0;
    REQUIRE(dying.create_unnamed(folder.get(), file) == 0);
    REQUIRE(dying.write(file.get(), as_bytes("content"), written) == 0);
    REQUIRE(dying.sync(file.get()) == 0);
    REQUIRE(dying.link(file.get(), folder.get(), "a.list") == 0);
  }  // killed here: linked, the folder never synced
  const Folder root = Folder::open(dir.path(), disk);
  REQUIRE(put_if_absent(root, "lists/a.list", as_bytes("content")) == PublishResult::exists);
  const std::size_t acknowledged = disk.position();
  disk.for_each_cut([&](const test::RecordingFileLayer::Cut& cut) {
    INFO(cut.description);
    if (cut.position >= acknowledged) CHECK(test::read_file(cut.disk / "lists/a.list") == "content");
  });
}

TEST_CASE("The power cut would find a recipe that forgets a sync") {
  const test::TempDir dir;
  test::RecordingFileLayer disk(dir.path());
  const Folder root = Folder::open(dir.path(), disk);
  const FileDescriptor folder = root.make_folders("lists");
  FileDescriptor file;
  std::size_t written = 0;
  REQUIRE(disk.create_unnamed(folder.get(), file) == 0);
  REQUIRE(disk.write(file.get(), as_bytes("content"), written) == 0);
  const bool file_synced = GENERATE(true, false);
  if (file_synced) REQUIRE(disk.sync(file.get()) == 0);
  REQUIRE(disk.link(file.get(), folder.get(), "a.list") == 0);
  if (!file_synced) REQUIRE(disk.sync(folder.get()) == 0);
  const std::size_t acknowledged = disk.position();
  std::size_t lost = 0;
  disk.for_each_cut([&](const test::RecordingFileLayer::Cut& cut) {
    if (cut.position < acknowledged) return;
    const fs::path path = cut.disk / "lists/a.list";
    if (!fs::exists(path) || test::read_file(path) != "content") ++lost;
  });
  CHECK(lost > 0);
}

TEST_CASE("A small file is put once") {
  const test::TempDir dir;
  const Folder root = Folder::open(dir.path());
  CHECK(put_if_absent(root, "_coffre/INSTALLATION", as_bytes("one")) == PublishResult::published);
  CHECK(put_if_absent(root, "_coffre/INSTALLATION", as_bytes("two")) == PublishResult::exists);
  CHECK(root.read_small("_coffre/INSTALLATION", 100) == "one");
}

TEST_CASE("Replacing leaves the old content or the new after a power cut, the new once acknowledged") {
  const test::TempDir dir;
  test::write_file(dir / "conf/a", "old");
  test::write_file(dir / "conf/.a.new", "of a process that died");
  test::RecordingFileLayer disk(dir.path());
  const Folder root = Folder::open(dir.path(), disk);
  atomic_replace(root, "conf/a", as_bytes("new"));
  CHECK(files_below(dir.path()) == std::vector<std::string>{"conf/a"});
  const std::size_t acknowledged = disk.position();
  std::size_t old_states = 0;
  disk.for_each_cut([&](const test::RecordingFileLayer::Cut& cut) {
    INFO(cut.description);
    const std::string content = test::read_file(cut.disk / "conf/a");
    CHECK((content == "old" || content == "new"));
    if (cut.position >= acknowledged) CHECK(content == "new");
    old_states += content == "old" ? 1U : 0U;
  });
  CHECK(old_states > 0);
}

TEST_CASE("A failed replacement keeps the old content, or has the new one, and nothing beside it") {
  std::size_t number = 0;
  for (bool failed = true; failed;) {
    const test::TempDir dir;
    test::write_file(dir / "conf/a", "old");
    test::FaultyFileLayer layer;
    const Folder root = Folder::open(dir.path(), layer);
    layer.fail_call(++number, ENOSPC);
    INFO("call " << number);
    failed = false;
    try {
      atomic_replace(root, "conf/a", as_bytes("new"));
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::no_space);
      failed = true;
    }
    const std::string content = test::read_file(dir / "conf/a");
    CHECK((content == "old" || content == "new"));
    if (!failed) CHECK(content == "new");
    CHECK(files_below(dir.path()) == std::vector<std::string>{"conf/a"});
  }
  CHECK(number > 5);
}

TEST_CASE("Where O_TMPFILE is not supported, unfinished files of the dead are removed and those of the living stay") {
  const test::TempDir dir;
  test::FaultyFileLayer layer;
  layer.fail_every("create_unnamed", EOPNOTSUPP);
  const Folder root = Folder::open(dir.path(), layer);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // Dies without running destructors, as after SIGKILL.
    DurableFile file(root, kFolder);
    file.write(as_bytes("half"));
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(files_below(dir.path()).size() == 1);

  root.list("", [](const std::string& path, const FileInfo&) { FAIL("listed " << path); });
  DurableFile living(root, kFolder);  // removes that of the dead
  CHECK(files_below(dir.path()).size() == 1);
  CHECK(remove_unfinished(root, kFolder) == 0);
  CHECK(files_below(dir.path()).size() == 1);
  living.sync();
  CHECK(living.publish(kPath) == PublishResult::published);
  CHECK(files_below(dir.path()) == std::vector<std::string>{kPath});
  CHECK(remove_unfinished(root, "absent") == 0);
}

TEST_CASE("A volume that is really full, or really remounted read-only: said clearly, and no trace") {
  const test::TempDir dir;
  const test::TmpfsMount volume(dir / "volume", "size=256k");
  if (!volume.mounted()) {
    WARN("not available: mounting needs root");
    return;
  }
  const Folder root = Folder::open(dir / "volume");
  SECTION("full") {
    const Bytes block(64 * 1024, 1);
    DurableFile file(root, kFolder);
    const Error error = error_of([&] {
      for (int i = 0; i < 8; ++i) file.write(block);
    });
    CHECK(error.code() == ErrorCode::no_space);
    CHECK(error_of([&] { (void)file.publish(kPath); }).code() == ErrorCode::no_space);
  }
  SECTION("read-only") {
    (void)root.make_folders(kFolder);
    REQUIRE(volume.remount_read_only());
    CHECK(error_of([&] { DurableFile(root, kFolder); }).reason() == "the volume is read-only");
  }
  CHECK(files_below(dir / "volume").empty());
}

TEST_CASE("A volume that went away during the write gets nothing") {
  const test::TempDir dir;
  fs::create_directory(dir / "volume");
  const Folder root = Folder::open(dir / "volume");
  DurableFile file(root, kFolder);
  file.write(as_bytes("content"));
  file.sync();
  fs::rename(dir / "volume", dir / "gone");
  fs::create_directory(dir / "volume");  // the bare mount point
  CHECK(error_of([&] { (void)file.publish(kPath); }).reason() == "volume not mounted");
  CHECK(fs::is_empty(dir / "volume"));
  CHECK(files_below(dir / "gone").empty());
}
