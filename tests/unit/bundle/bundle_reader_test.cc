#include "bundle/bundle_reader.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "bundle/bundle_writer.h"
#include "bundle_fixture.h"
#include "zip_maker.h"

using namespace coffre;
using coffre::test::MadeEntry;
using coffre::test::manifest_text;
using coffre::test::part_of;
using coffre::test::refusal_of;
using coffre::test::ZipMaker;

namespace {

const std::string kData = "the vendor's own export";
const MadeEntry kRestore{"restore/a.bin", kData};
const Part kRestorePart = part_of("restore/a.bin", kData);

MadeEntry manifest_entry(std::vector<Part> parts) {
  return {"manifest.json", manifest_text(std::move(parts))};
}

std::string good_bundle() {
  return ZipMaker({kRestore, manifest_entry({kRestorePart})}).text();
}

std::string written_bundle() {
  MemorySink sink;
  BundleWriter writer(sink, from_rfc3339("2025-05-10T01:00:00Z").value());
  writer.begin_part(PartRole::restore, "restore/a.bin", "x/y", Compression::store).write(as_bytes(kData));
  writer.end_part();
  writer.begin_part(PartRole::inspect, "inspect/b.xml", "x/y", Compression::deflate).write(as_bytes(kData + kData));
  writer.end_part();
  writer.finish(test::example_manifest());
  return std::string(as_text(sink.bytes()));
}

// Makes a long part of one letter without holding it: what a bomb unpacks to.
class EndlessZeros final : public ByteSource {
 public:
  explicit EndlessZeros(std::uint64_t left) : left_(left) {}
  std::size_t read(ByteSpan out) override {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left_));
    std::fill_n(out.begin(), size, std::uint8_t{0});
    left_ -= size;
    return size;
  }

 private:
  std::uint64_t left_;
};

}  // namespace

TEST_CASE("a bundle made by another tool, sizes in front, is accepted") {
  CHECK(refusal_of(good_bundle()).empty());
}

TEST_CASE("hostile bundles are refused, each for its reason") {
  struct Row {
    const char* name;
    std::vector<MadeEntry> entries;
    const char* reason;
  };
  const MadeEntry manifest = manifest_entry({kRestorePart});
  const auto named = [](const char* name) { return MadeEntry{name, kData}; };
  std::vector<Row> rows{
      {"absolute path", {named("/etc/passwd"), manifest}, "bad entry name \"/etc/passwd\""},
      {"parent folder", {named("restore/../../x"), manifest}, "bad entry name \"restore/../../x\""},
      {"backslash", {named("restore\\x"), manifest}, "the ZIP directory names other entries"},
      {"name outside the folders", {named("readme.txt"), manifest}, "bad entry name \"readme.txt\""},
      {"no name", {named(""), manifest}, "bad entry name \"\""},
      {"folder", {{"restore/x/", ""}, manifest}, "bad entry name \"restore/x/\""},
      {"symbolic link", {{"restore/a.bin", kData, 0120777}, manifest}, "an entry of the ZIP is not a file"},
      {"device node", {{"restore/a.bin", kData, 0020666}, manifest}, "an entry of the ZIP is not a file"},
      {"duplicate", {kRestore, kRestore, manifest}, "\"restore/a.bin\" is there twice"},
      {"encrypted entry", {{"restore/a.bin", kData, 0100600, 1}, manifest}, "\"restore/a.bin\" is encrypted"},
      {"no manifest", {kRestore}, "it holds no manifest"},
      {"two manifests", {kRestore, manifest, manifest}, "an entry follows the manifest"},
      {"manifest not last", {manifest, kRestore}, "an entry follows the manifest"},
      {"part not listed", {kRestore, named("restore/b.bin"), manifest}, "the manifest lists another number of parts"},
      {"part listed, not there", {manifest}, "the manifest lists another number of parts"},
      {"other name", {named("restore/b.bin"), manifest}, "the manifest does not list \"restore/b.bin\" there"},
      {"other bytes",
       {{"restore/a.bin", "the vendor's own expert"}, manifest},
       "\"restore/a.bin\" is not what the manifest says"},
      {"other size", {{"restore/a.bin", kData + "!"}, manifest}, "\"restore/a.bin\" is not what the manifest says"},
      {"directory names another",
       {{"restore/a.bin", kData, 0100600, 0, "restore/b.bin"}, manifest},
       "the ZIP directory names other entries"},
      {"bytes between entries",
       {kRestore, {manifest.name, manifest.data, 0100600, 0, "", "hidden"}},
       "the ZIP directory describes other entries"},
      {"bytes in front",
       {{"restore/a.bin", kData, 0100600, 0, "", "#!/bin/sh\n"}, manifest},
       "not a whole ZIP (Unrecognized archive format)"},
      {"manifest not JSON", {kRestore, {"manifest.json", "{"}}, "it is not JSON"},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.name) {
      CHECK(refusal_of(ZipMaker(row.entries).text()) == row.reason);
    }
}

TEST_CASE("parts in another order than the manifest says are refused") {
  const MadeEntry b{"inspect/b.xml", "<b/>"};
  const std::string zip =
      ZipMaker({b, kRestore, manifest_entry({kRestorePart, part_of("inspect/b.xml", "<b/>")})}).text();
  CHECK(refusal_of(zip) == "the manifest does not list \"inspect/b.xml\" there");
}

TEST_CASE("trailing data, a comment and a directory that leaves an entry out are refused") {
  CHECK(refusal_of(good_bundle() + "x") == "data follows the end of the ZIP");
  CHECK(refusal_of(written_bundle() + written_bundle()) == "data follows the end of the ZIP");
  ZipMaker commented({kRestore, manifest_entry({kRestorePart})});
  commented.comment = "hello";
  CHECK(refusal_of(commented.text()) == "the ZIP carries a comment");
  ZipMaker shorter({kRestore, manifest_entry({kRestorePart})});
  shorter.directory_records_left_out = 1;
  CHECK(refusal_of(shorter.text()) == "the ZIP directory does not list every entry");
}

TEST_CASE("a bundle cut anywhere is refused") {
  for (const std::string& whole : {good_bundle(), written_bundle()}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      CHECK_FALSE(refusal_of(std::string_view(whole).substr(0, size)).empty());
    }
  }
}

TEST_CASE("no changed bit gives other parts than the good bundle") {
  const std::string whole = written_bundle();
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string changed = whole;
    changed[bit / 8] = static_cast<char>(static_cast<unsigned char>(changed[bit / 8]) ^ (1U << (bit % 8)));
    test::TextSource source(changed);
    test::RememberingVisitor visitor;
    try {
      read_bundle(source, visitor);
    } catch (const Error& error) {
      REQUIRE(error.code() == ErrorCode::damaged);
      continue;  // a time stamp may change unnoticed; contents may not
    }
    CAPTURE(bit);
    REQUIRE(visitor.parts.at("restore/a.bin") == kData);
    REQUIRE(visitor.parts.at("inspect/b.xml") == kData + kData);
  }
}

TEST_CASE("bombs end at the limit, not at the end of memory") {
  MemorySink sink;
  BundleWriter writer(sink, from_rfc3339("2025-05-10T01:00:00Z").value());
  for (const char* name : {"inspect/one", "inspect/two"}) {
    ByteSink& part = writer.begin_part(PartRole::inspect, name, "x/y", Compression::deflate);
    EndlessZeros zeros(3 * 1024 * 1024);
    Bytes block(64 * 1024);
    while (const std::size_t size = zeros.read(block)) part.write(ByteView(block).first(size));
    writer.end_part();
  }
  writer.finish(test::example_manifest());
  const auto zip = as_text(sink.bytes());
  CHECK(zip.size() < 64 * 1024);
  CHECK(refusal_of(zip).empty());
  CHECK(refusal_of(zip, {1024 * 1024, 1ULL << 30U}) == "\"inspect/one\" is larger than allowed");
  CHECK(refusal_of(zip, {4 * 1024 * 1024, 4 * 1024 * 1024}) == "\"inspect/two\" is larger than allowed");
}

TEST_CASE("a manifest larger than allowed is refused while it streams by") {
  const std::string zip = ZipMaker({{"manifest.json", std::string(kMaxManifestBytes + 1, ' ')}}).text();
  CHECK(refusal_of(zip) == "\"manifest.json\" is larger than allowed");
}

TEST_CASE("more parts than allowed are refused") {
  std::vector<MadeEntry> entries;
  for (std::size_t i = 0; i < kMaxParts + 2; ++i) entries.push_back({"inspect/" + std::to_string(i), ""});
  CHECK(refusal_of(ZipMaker(entries).text()) == "it holds too many parts");
}

TEST_CASE("the reader keeps nothing of the parts: the visitor sees blocks, never a whole part") {
  class LargestBlock final : public PartVisitor {
   public:
    std::size_t largest = 0;
    void begin(std::string_view /*name*/, PartRole /*role*/) override {}
    void data(ByteView bytes) override { largest = std::max(largest, bytes.size()); }
    void end() override {}
  };
  const std::string data(20 * 1024 * 1024, 'x');
  const std::string zip = ZipMaker({{"restore/a", data}, manifest_entry({part_of("restore/a", data)})}).text();
  test::TextSource source(zip);
  LargestBlock visitor;
  read_bundle(source, visitor);
  CHECK(visitor.largest <= 256 * 1024);
}

TEST_CASE("what the source or the visitor throws passes through unchanged") {
  class Failing final : public ByteSource {
   public:
    std::size_t read(ByteSpan /*out*/) override { throw Error(ErrorCode::no_key, "opening the test", "wrong key"); }
  };
  Failing source;
  test::RememberingVisitor visitor;
  try {
    read_bundle(source, visitor);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::no_key);
  }
}
