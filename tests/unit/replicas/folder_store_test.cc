#include "replicas/folder_store.h"

#include <fcntl.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/error_of.h"
#include "support/faulty_file_layer.h"
#include "support/recording_file_layer.h"
#include "support/temp_dir.h"

using namespace coffre;
using test::error_of;
namespace fs = std::filesystem;

namespace {

constexpr const char* kPath = "CLI/SITE/NVR_A/x.bak";

PutResult put(
    const Folder& folder, std::string_view content, const std::function<void()>& check = [] {}) {
  return store_put(folder, kPath, MemoryReader(as_bytes(content)), sha256(as_bytes(content)), check);
}

}  // namespace

TEST_CASE("The check runs before anything is written and before the name is given") {
  const test::TempDir dir;
  test::FaultyFileLayer layer;
  const Folder folder = Folder::open(dir.path(), layer);
  std::vector<std::size_t> calls_seen;
  CHECK(put(folder, "content", [&] { calls_seen.push_back(layer.calls().size()); }) == PutResult::stored);
  REQUIRE(calls_seen.size() == 2);
  CHECK(calls_seen[0] == 0);
  CHECK(layer.calls()[calls_seen[1]] == "link");
}

TEST_CASE("A check that fails at either time stores nothing") {
  const test::TempDir dir;
  const Folder folder = Folder::open(dir.path());
  const int failing = GENERATE(1, 2);
  int passed = 0;
  const auto check = [&] {
    if (++passed == failing) throw Error(ErrorCode::rule, "test", "volume not encrypted");
  };
  CHECK(error_of([&] { (void)put(folder, "content", check); }).code() == ErrorCode::rule);
  CHECK_FALSE(fs::exists(dir / kPath));
}

TEST_CASE("An object that is there is not written again") {
  const test::TempDir dir;
  test::write_file(dir / kPath, "content");
  test::FaultyFileLayer layer;
  const Folder folder = Folder::open(dir.path(), layer);
  CHECK(put(folder, "content") == PutResult::already_same);
  CHECK(put(folder, "other") == PutResult::conflict_other_content);
  for (const std::string& call : layer.calls()) CHECK(call == "sync");
}

TEST_CASE("Whatever was acknowledged is there after a power cut at any instant") {
  const test::TempDir dir;
  test::RecordingFileLayer disk(dir.path());
  const bool linked_before = GENERATE(false, true);
  if (linked_before) {
    // By a process that was killed before it could sync any folder.
    FileDescriptor fd(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (const char* const name : {"CLI", "SITE", "NVR_A"}) {
      REQUIRE(disk.make_folder(fd.get(), name) == 0);
      fd = FileDescriptor(::openat(fd.get(), name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
    FileDescriptor file;
    std::size_t written = 0;
    REQUIRE(disk.create_unnamed(fd.get(), file) == 0);
    REQUIRE(disk.write(file.get(), as_bytes("content"), written) == 0);
    REQUIRE(disk.sync(file.get()) == 0);
    REQUIRE(disk.link(file.get(), fd.get(), "x.bak") == 0);
  }
  const Folder folder = Folder::open(dir.path(), disk);
  CHECK(put(folder, "content") == (linked_before ? PutResult::already_same : PutResult::stored));
  const std::size_t acknowledged = disk.position();
  disk.for_each_cut([&](const test::RecordingFileLayer::Cut& cut) {
    INFO(cut.description);
    const bool exists = fs::exists(cut.disk / kPath);
    if (cut.position >= acknowledged) CHECK(exists);
    if (exists) CHECK(test::read_file(cut.disk / kPath) == "content");
  });
}

TEST_CASE("A wrong source is told from a failing disk") {
  const test::TempDir dir;
  const Folder folder = Folder::open(dir.path());
  const auto wrong = [&] {
    (void)store_put(folder, kPath, MemoryReader(as_bytes("content")), sha256(as_bytes("other")), [] {});
  };
  CHECK(error_of(wrong).reason() == "the source is not what it should be");
}

TEST_CASE("Absent things are values") {
  const test::TempDir dir;
  const Folder folder = Folder::open(dir.path());
  CHECK(store_open(folder, kPath) == nullptr);
  CHECK_FALSE(store_head(folder, kPath).has_value());
  store_list(folder, "CLI", [](const ObjectInfo& object) { FAIL(object.path); });
}
