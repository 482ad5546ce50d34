#include "bundle/bundle_writer.h"

#include <catch2/catch.hpp>

#include <cstdlib>

#include "base/error.h"
#include "bundle_fixture.h"
#include "support/temp_dir.h"

using namespace coffre;
using coffre::test::example_manifest;

namespace {

const Instant kAt = from_rfc3339("2025-05-10T01:00:00Z").value();

// Remembers the largest single write and the sum: a writer that buffered a part would show here.
class MeasuringSink final : public ByteSink {
 public:
  std::size_t largest = 0;
  std::uint64_t total = 0;
  void write(ByteView bytes) override {
    largest = std::max(largest, bytes.size());
    total += bytes.size();
  }
};

class FullSink final : public ByteSink {
 public:
  explicit FullSink(std::uint64_t room) : room_(room) {}
  void write(ByteView bytes) override {
    if (bytes.size() > room_) throw Error(ErrorCode::no_space, "writing the test", "the disk is full");
    room_ -= bytes.size();
  }

 private:
  std::uint64_t room_;
};

void write_example(ByteSink& sink) {
  BundleWriter writer(sink, kAt);
  writer.begin_part(PartRole::restore, "restore/configuration.bin", "application/octet-stream", Compression::store)
      .write(as_bytes("opaque bytes"));
  writer.end_part();
  writer.begin_part(PartRole::inspect, "inspect/users.xml", "application/xml", Compression::deflate)
      .write(as_bytes(std::string(5000, 'u')));
  writer.end_part();
  writer.finish(example_manifest());
}

ErrorCode code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("nothing was thrown");
  return ErrorCode::internal;
}

}  // namespace

TEST_CASE("a bundle written by the writer is read back whole") {
  MemorySink sink;
  write_example(sink);
  for (const std::size_t block : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, std::size_t{1} << 20}) {
    CAPTURE(block);
    test::TextSource source(as_text(sink.bytes()), block);
    test::RememberingVisitor visitor;
    const Manifest manifest = read_bundle(source, visitor);
    REQUIRE(manifest.parts.size() == 2);
    CHECK(manifest.parts[0].name == "restore/configuration.bin");
    CHECK(manifest.parts[1].media_type == "application/xml");
    CHECK(visitor.parts.at("restore/configuration.bin") == "opaque bytes");
    CHECK(visitor.parts.at("inspect/users.xml") == std::string(5000, 'u'));
    CHECK(visitor.ended == 2);
  }
}

TEST_CASE("unzip opens what the writer wrote") {
  MemorySink sink;
  write_example(sink);
  const test::TempDir folder;
  test::write_file(folder / "bundle.zip", as_text(sink.bytes()));
  const std::string command = "unzip -t '" + (folder / "bundle.zip").string() + "' >/dev/null";
  CHECK(std::system(command.c_str()) == 0);
}

TEST_CASE("a bundle without parts holds only its manifest and is read back") {
  MemorySink sink;
  BundleWriter(sink, kAt).finish(example_manifest());
  CHECK(test::refusal_of(as_text(sink.bytes())).empty());
}

TEST_CASE("the writer says size and hash of each part, and puts those into the manifest whatever it was told") {
  MemorySink sink;
  BundleWriter writer(sink, kAt);
  ByteSink& part = writer.begin_part(PartRole::restore, "restore/a", "text/plain", Compression::store);
  part.write(as_bytes("a"));
  part.write(ByteView());
  part.write(as_bytes("bc"));
  const Part ended = writer.end_part();
  CHECK(ended.size == 3);
  CHECK(to_hex(ended.sha256) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Manifest manifest = example_manifest();
  manifest.parts.push_back(test::part_of("restore/invented", "x"));
  writer.finish(std::move(manifest));
  CHECK(test::refusal_of(as_text(sink.bytes())).empty());
}

TEST_CASE("the writer holds no part in memory: 64 MiB go through in small writes") {
  MeasuringSink sink;
  BundleWriter writer(sink, kAt);
  const Bytes block(64 * 1024, 0x5a);
  for (const auto compression : {Compression::store, Compression::deflate}) {
    const char* name = compression == Compression::store ? "restore/stored" : "inspect/deflated";
    const auto role = compression == Compression::store ? PartRole::restore : PartRole::inspect;
    ByteSink& part = writer.begin_part(role, name, "x/y", compression);
    const std::uint64_t before = sink.total;
    for (int i = 0; i < 1024; ++i) part.write(block);
    if (compression == Compression::store) CHECK(sink.total - before == 1024 * block.size());
    writer.end_part();
  }
  writer.finish(example_manifest());
  CHECK(sink.largest <= 256 * 1024);
}

TEST_CASE("calls out of order are our own mistake and say so") {
  MemorySink sink;
  BundleWriter writer(sink, kAt);
  const auto begin = [&writer](std::string_view name, PartRole role) {
    writer.begin_part(role, name, "x/y", Compression::store);
  };
  CHECK(code_of([&] { writer.end_part(); }) == ErrorCode::internal);
  CHECK(code_of([&] { begin("restore/../x", PartRole::restore); }) == ErrorCode::internal);
  CHECK(code_of([&] { begin("restore/x", PartRole::inspect); }) == ErrorCode::internal);
  begin("restore/x", PartRole::restore);
  CHECK(code_of([&] { begin("restore/y", PartRole::restore); }) == ErrorCode::internal);
  CHECK(code_of([&] { writer.finish(example_manifest()); }) == ErrorCode::internal);
  writer.end_part();
  CHECK(code_of([&] { begin("restore/x", PartRole::restore); }) == ErrorCode::internal);
  writer.finish(example_manifest());
  CHECK(code_of([&] { writer.finish(example_manifest()); }) == ErrorCode::internal);
  CHECK(code_of([&] { begin("restore/z", PartRole::restore); }) == ErrorCode::internal);
}

TEST_CASE("what the sink throws passes through unchanged, wherever the disk ends") {
  MeasuringSink all;
  write_example(all);
  for (std::uint64_t room = 0; room < all.total; room += 13) {
    CAPTURE(room);
    FullSink sink(room);
    CHECK(code_of([&] { write_example(sink); }) == ErrorCode::no_space);
  }
}

TEST_CASE("a writer that dies before finish leaves what readers refuse") {
  MemorySink sink;
  {
    BundleWriter writer(sink, kAt);
    writer.begin_part(PartRole::restore, "restore/x", "x/y", Compression::store).write(as_bytes("half"));
    writer.end_part();
  }
  CHECK_FALSE(test::refusal_of(as_text(sink.bytes())).empty());
}
