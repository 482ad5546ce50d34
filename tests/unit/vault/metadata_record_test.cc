#include "vault/metadata_record.h"

#include <catch2/catch.hpp>

#include "vault/category.h"

using namespace coffre;

TEST_CASE("a record is written in one form and read back") {
  MetadataRecord record;
  record.set("site", "PARIS");
  record.set("client", "Caf\xc3\xa9 \"A\\B\"/\x7f");
  record.set("control", std::string_view("\b\t\n\f\r\x01\x1f\0", 8));
  record.set("utc_offset", std::int64_t{-60});
  record.set("largest", std::int64_t{9007199254740991});
  record.set("export_has_password", true);
  CHECK(record.to_json() ==
        "{\"client\":\"Caf\xc3\xa9 \\\"A\\\\B\\\"/\x7f\",\"control\":\"\\b\\t\\n\\f\\r\\u0001\\u001f\\u0000\","
        "\"export_has_password\":true,\"largest\":9007199254740991,\"site\":\"PARIS\",\"utc_offset\":-60}");
  const MetadataRecord again = MetadataRecord::parse(as_bytes(record.to_json()));
  CHECK(again == record);
  CHECK(again.text("site") == "PARIS");
  CHECK(again.integer("utc_offset") == -60);
  CHECK(again.truth("export_has_password") == true);
  CHECK_FALSE(again.text("utc_offset").has_value());
  CHECK_FALSE(again.integer("site").has_value());
  CHECK_FALSE(again.truth("absent").has_value());
}

TEST_CASE("a record in any other form is refused") {
  struct Row {
    const char* name;
    std::string json;
  };
  const auto row = GENERATE(values<Row>({
      {"nothing", ""},
      {"no object", "[]"},
      {"a text", "\"a\""},
      {"white space", "{\"a\": 1}"},
      {"line break at the end", "{\"a\":1}\n"},
      {"not in order", "{\"b\":1,\"a\":1}"},
      {"a key twice", "{\"a\":1,\"a\":1}"},
      {"fraction", "{\"a\":1.5}"},
      {"fraction of zero", "{\"a\":1.0}"},
      {"exponent", "{\"a\":1e2}"},
      {"minus zero", "{\"a\":-0}"},
      {"leading zero", "{\"a\":01}"},
      {"2^53", "{\"a\":9007199254740992}"},
      {"-2^53", "{\"a\":-9007199254740992}"},
      {"2^64", "{\"a\":18446744073709551616}"},
      {"2^63", "{\"a\":9223372036854775808}"},
      {"null", "{\"a\":null}"},
      {"array", "{\"a\":[]}"},
      {"object", "{\"a\":{}}"},
      {"empty key", "{\"\":1}"},
      {"capital in a key", "{\"A\":1}"},
      {"key of 65 characters", "{\"" + std::string(65, 'a') + "\":1}"},
      {"escaped slash", "{\"a\":\"\\/\"}"},
      {"escaped letter", "{\"a\":\"\\u0061\"}"},
      {"capital hex in an escape", "{\"a\":\"\\u001F\"}"},
      {"long form of a short escape", "{\"a\":\"\\u000a\"}"},
      {"escaped accent", "{\"a\":\"\\u00e9\"}"},
      {"control character", "{\"a\":\"\n\"}"},
      {"not UTF-8", "{\"a\":\"\xff\"}"},
      {"surrogate", "{\"a\":\"\xed\xa0\x80\"}"},
      {"comment", "{\"a\":1/**/}"},
      {"something after it", "{\"a\":1}{}"},
      {"NUL after it", std::string("{\"a\":1}\0", 8)},
      {"cut", "{\"a\":1"},
      {"deep nesting", "{\"a\":" + std::string(10000, '[')},
      {"16384 bytes", "{\"a\":\"" + std::string(16384 - 8, 'x') + "\"}"},
  }));
  INFO(row.name);
  CHECK_THROWS_MATCHES(MetadataRecord::parse(as_bytes(row.json)), Error,
                       Catch::Predicate<Error>([](const Error& error) { return error.category() == "E_META"; }));
}

TEST_CASE("the largest record has 16383 bytes") {
  const std::string json = "{\"a\":\"" + std::string(16383 - 8, 'x') + "\"}";
  REQUIRE(json.size() == 16383);
  CHECK(MetadataRecord::parse(as_bytes(json)).to_json() == json);
}

TEST_CASE("a value that the format does not have is our own mistake") {
  MetadataRecord record;
  CHECK_THROWS_AS(record.set("Key", "x"), Error);
  CHECK_THROWS_AS(record.set("", "x"), Error);
  CHECK_THROWS_AS(record.set("a", "\xff"), Error);
  CHECK_THROWS_AS(record.set("a", std::int64_t{1} << 53), Error);
  CHECK(record.values().empty());
}

TEST_CASE("an object's name follows the grammar of its kind") {
  struct Row {
    const char* name;
    Kind kind;
    bool good;
  };
  const auto row = GENERATE(values<Row>({
      {"C_S_NVR_N_20260101_0100_PRE.bak", Kind::pre, true},
      {"C_S_NVR_N_20260101_0100_PRE-2.bak", Kind::pre, true},
      {"C_S_NVR_N_20260101_0100_PRE-9999.bak", Kind::pre, true},
      {"C-1_S_NVR_NVR-HALL_20260101_0100_MENSUEL.bak", Kind::mensuel, true},
      {"ABCDEFGHIJKLMNOPQRSTUVWXYZ-01234_S_T_N_20260101_0100_POST.bak", Kind::post, true},
      {"ABCDEFGHIJKLMNOPQRSTUVWXYZ-012345_S_T_N_20260101_0100_POST.bak", Kind::post, false},
      {"C_S_NVR_N_20260101_0100_PRE-1.bak", Kind::pre, false},
      {"C_S_NVR_N_20260101_0100_PRE-02.bak", Kind::pre, false},
      {"C_S_NVR_N_20260101_0100_PRE-10000.bak", Kind::pre, false},
      {"C_S_NVR_N_20260101_0100_PRE-.bak", Kind::pre, false},
      {"C_S_NVR_N_20260101_0100_PRE.bak", Kind::hebdo, false},
      {"C_S_NVR_N_20260101_0100_PRE.bak ", Kind::pre, false},
      {"C_S_NVR_N_20260101_0100_PRE", Kind::pre, false},
      {"C_S_NVR_N_2026011_0100_PRE.bak", Kind::pre, false},
      {"C_S_NVR__20260101_0100_PRE.bak", Kind::pre, false},
      {"c_S_NVR_N_20260101_0100_PRE.bak", Kind::pre, false},
      {"../C_S_NVR_N_20260101_0100_PRE.bak", Kind::pre, false},
      {"C_S_NVR_N_M_20260101_0100_PRE.bak", Kind::pre, false},
      {"CATALOG_20260101_0100.bak", Kind::catalog, true},
      {"ANCHOR_20260101_0100-2.bak", Kind::anchor, true},
      {"DRILL_20260101_0100.bak", Kind::drill, true},
      {"DRILL_20260101_0100.bak", Kind::anchor, false},
      {"DRILL_20260101_0100_DRILL.bak", Kind::drill, false},
      {"", Kind::pre, false},
      {"", Kind::drill, false},
  }));
  INFO(row.name);
  CHECK(is_object_name(row.name, row.kind) == row.good);
}
