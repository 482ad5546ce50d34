#include "bundle/manifest.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "bundle_fixture.h"

using namespace coffre;
using coffre::test::example_manifest;

namespace {

std::string refusal(std::string_view json) {
  try {
    parse_manifest(as_bytes(json));
    return {};
  } catch (const Error& error) {
    REQUIRE(error.code() == ErrorCode::damaged);
    return error.reason();
  }
}

std::string example_text() {
  Manifest manifest = example_manifest();
  manifest.parts.push_back(test::part_of("restore/configuration.bin", "abc"));
  manifest.export_password = SecretString::copy_of("a\"b\\c\n\xc3\xa9");
  return std::string(as_text(format_manifest(manifest)));
}

std::string with(std::string_view from, std::string_view to) {
  std::string text = example_text();
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a manifest reads back as it was written, password included") {
  const Manifest manifest = parse_manifest(as_bytes(example_text()));
  const Manifest expected = example_manifest();
  CHECK(manifest.backup_name == expected.backup_name);
  CHECK(manifest.driver == "hikvision-isapi");
  CHECK(manifest.driver_version == "1");
  CHECK(manifest.tool == "coffre 0.1.0");
  CHECK(manifest.collected_from == expected.collected_from);
  CHECK(manifest.collected_to == expected.collected_to);
  CHECK(manifest.before == expected.before);
  CHECK(manifest.after == expected.after);
  CHECK(manifest.operator_id == "u-17");
  CHECK(manifest.ticket == "T-4711");
  REQUIRE(manifest.parts.size() == 1);
  CHECK(manifest.parts[0].name == "restore/configuration.bin");
  CHECK(manifest.parts[0].role == PartRole::restore);
  CHECK(manifest.parts[0].size == 3);
  CHECK(to_hex(manifest.parts[0].sha256) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(manifest.export_password.equals(SecretString::copy_of("a\"b\\c\n\xc3\xa9")));
}

TEST_CASE("a manifest is the same text each time, in the documented order") {
  const std::string text(as_text(format_manifest(example_manifest())));
  CHECK(text == std::string(as_text(format_manifest(example_manifest()))));
  std::size_t last = 0;
  for (const char* key : {"format", "backup_name", "driver", "driver_version", "tool", "collected_from", "collected_to",
                          "before", "after", "operator", "ticket", "parts"}) {
    CAPTURE(key);
    const auto at = text.find("\n \"" + std::string(key) + "\":");
    REQUIRE(at != std::string::npos);
    CHECK(at > last);
    last = at;
  }
  CHECK(text.find("export_password") == std::string::npos);
}

TEST_CASE("unknown keys of a manifest are ignored") {
  CHECK(refusal(with("\"tool\":", "\"new_thing\": [1, {\"a\": null}],\n \"tool\":")).empty());
}

TEST_CASE("what a device says in bytes that are not UTF-8 does not lose the backup") {
  Manifest manifest = example_manifest();
  manifest.before.model = "NVR\xff";
  CHECK(parse_manifest(format_manifest(manifest)).before.model == "NVR\xef\xbf\xbd");
}

TEST_CASE("a manifest that breaks the format is refused") {
  struct Row {
    const char* name;
    const char* from;
    const char* to;
    const char* reason;
  };
  const auto row = GENERATE(values<Row>({
      {"format of the future", "\"format\": 1", "\"format\": 2", "its format is not known to this version"},
      {"key missing", "\"driver\"", "\"pilot\"", "\"driver\" is missing"},
      {"wrong type", "\"tool\": \"coffre 0.1.0\"", "\"tool\": 7", "\"tool\" is not a text"},
      {"not a time", "2025-05-10T01:00:00Z", "2025-05-10 01:00:00", "\"collected_from\" is not a time"},
      {"size negative", "\"size\": 3", "\"size\": -3", "\"size\" is not a whole number"},
      {"size a fraction", "\"size\": 3", "\"size\": 3.5", "\"size\" is not a whole number"},
      {"hash in upper case", "ba7816bf", "BA7816BF", "not 64 lower-case hex digits"},
      {"part outside", "restore/configuration.bin", "restore/../etc", "bad part name \"restore/../etc\""},
      {"role differs", "\"role\": \"restore\"", "\"role\": \"inspect\"",
       "the role of \"restore/configuration.bin\" is not that of its folder"},
      {"count a text", "\"users\": 3", "\"users\": \"3\"", "the count \"users\" is not a whole number"},
      {"count too large", "\"users\": 3", "\"users\": 18446744073709551615",
       "the count \"users\" is not a whole number"},
      {"key twice", "\"tool\":", "\"driver\": \"x\",\n \"tool\":", "\"driver\" is there twice"},
      {"password a number", "\"export_password\": \"a", "\"export_password\": 3, \"x\": \"a",
       "\"export_password\" is not a text"},
      {"too deep", "\"tool\":", "\"x\": [[[[[[[[[[1]]]]]]]]]],\n \"tool\":", "nested too deeply"},
      {"cut", "\n}\n", "\n", "it is not JSON"},
      {"trailing", "\n}\n", "\n}\n{}", "it is not JSON"},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(refusal(with(row.from, row.to)) == row.reason);
  }
}

TEST_CASE("every truncation of a manifest is refused") {
  const std::string text = example_text();
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(refusal(text.substr(0, size)).empty());
  }
}

TEST_CASE("a manifest larger than allowed is refused before it is parsed") {
  CHECK(refusal(std::string(kMaxManifestBytes + 1, ' ')) == "it is too large");
}

TEST_CASE("part names are two to six plain segments in restore or inspect") {
  for (const char* good : {"restore/a", "inspect/users.xml", "inspect/a/b/c/d/e", "restore/A-1_2.bin", "restore/..."}) {
    CAPTURE(good);
    CHECK(is_part_name(good));
  }
  const std::string long_name = "inspect/" + std::string(193, 'a');
  for (const char* bad :
       {"", "restore", "restore/", "/restore/a", "other/a", "restore//a", "restore/./a", "restore/..", "restore/a/",
        "restore/a b", "restore/\xc3\xa9", "inspect/a/b/c/d/e/f", "restore/a\\b", "manifest.json", long_name.c_str()}) {
    CAPTURE(bad);
    CHECK_FALSE(is_part_name(bad));
  }
  CHECK(is_part_name("inspect/" + std::string(192, 'a')));
}
