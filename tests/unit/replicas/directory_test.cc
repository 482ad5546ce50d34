#include "replicas/directory.h"

#include <errno.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/error_of.h"
#include "support/faulty_file_layer.h"
#include "support/temp_dir.h"

using namespace coffre;
using test::error_of;
namespace fs = std::filesystem;

TEST_CASE("A directory says what it is") {
  const test::TempDir dir;
  const auto replica = open_directory({"cloud", "Lille, with the parent company", dir.path()});
  CHECK(replica->properties().name == "cloud");
  CHECK(replica->properties().location == "Lille, with the parent company");
  CHECK(replica->properties().kind == ReplicaKind::directory);
  CHECK(replica->properties().concerns.empty());
}

TEST_CASE("A directory that is absent, or a link, is not opened and not made") {
  const test::TempDir dir;
  CHECK(error_of([&] { (void)open_directory({"cloud", "", dir / "absent"}); }).code() == ErrorCode::not_found);
  CHECK_FALSE(fs::exists(dir / "absent"));
  fs::create_directory(dir / "real");
  fs::create_directory_symlink("real", dir / "link");
  CHECK(error_of([&] { (void)open_directory({"cloud", "", dir / "link"}); }).code() == ErrorCode::rule);
}

TEST_CASE("A full, read-only or failing disk is named, nothing half stays, and the next put works") {
  struct Row {
    std::string name;
    std::string call;
    int error_number;
    ErrorCode code;
  };
  const auto row = GENERATE(values<Row>({
      {"full", "write", ENOSPC, ErrorCode::no_space},
      {"no inode", "create_unnamed", ENOSPC, ErrorCode::no_space},
      {"read-only", "create_unnamed", EROFS, ErrorCode::io},
      {"failing sync", "sync", EIO, ErrorCode::io},
      {"failing folder", "make_folder", EIO, ErrorCode::io},
      {"failing link", "link", EIO, ErrorCode::io},
  }));
  DYNAMIC_SECTION(row.name) {
    const test::TempDir dir;
    test::FaultyFileLayer layer;
    const auto replica = open_directory({"cloud", "", dir.path()}, layer);
    const MemoryReader content(as_bytes("content"));
    const Digest digest = sha256(as_bytes("content"));
    layer.fail_next(row.call, row.error_number);
    CHECK(error_of([&] { (void)replica->put_if_absent("A/x.bak", content, digest); }).code() == row.code);
    CHECK_FALSE(fs::exists(dir / "A/x.bak"));
    CHECK(replica->put_if_absent("A/x.bak", content, digest) == PutResult::stored);
    CHECK(test::read_file(dir / "A/x.bak") == "content");
  }
}

TEST_CASE("Every call notices that the directory's volume went away") {
  const test::TempDir dir;
  fs::create_directory(dir / "volume");
  const auto replica = open_directory({"cloud", "", dir / "volume"});
  fs::rename(dir / "volume", dir / "gone");
  fs::create_directory(dir / "volume");
  const MemoryReader content(as_bytes("content"));
  const auto gone = [&](auto call) { CHECK(error_of(call).reason() == "volume not mounted"); };
  gone([&] { (void)replica->put_if_absent("A/x", content, sha256(as_bytes("content"))); });
  gone([&] { (void)replica->open("A/x"); });
  gone([&] { (void)replica->head("A/x"); });
  gone([&] { replica->list("", [](const ObjectInfo&) {}); });
  CHECK(fs::is_empty(dir / "volume"));
}
