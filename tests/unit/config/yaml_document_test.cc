#include "config/yaml_document.h"

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

namespace coffre {
namespace {

std::string fault_of(std::string_view text) {
  std::vector<Finding> findings;
  if (Document::parse(text, "f", findings)) return "accepted";
  REQUIRE(findings.size() == 1);
  return findings.front().line();
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

}  // namespace

TEST_CASE("YAML becomes the JSON that a person meant") {
  struct Row {
    std::string name;
    std::string yaml;
    std::string json;
  };
  const auto row = GENERATE(values<Row>({
      {"nothing", "", "null"},
      {"only comments", "# a\n\n# b\n", "null"},
      {"a map in the file's order", "z: 1\na: 2\n", R"({"z":1,"a":2})"},
      {"nested", "a:\n  b:\n    - 1\n    - c: x\n", R"({"a":{"b":[1,{"c":"x"}]}})"},
      {"flow", "a: [1, {b: c}]\n", R"({"a":[1,{"b":"c"}]})"},
      {"words of YAML 1.1 stay text", "[yes, no, on, off, y, n, Yes, NO]",
       R"(["yes","no","on","off","y","n","Yes","NO"])"},
      {"booleans", "[true, True, TRUE, false, tRUE]", R"([true,true,true,false,"tRUE"])"},
      {"nulls", "a: ~\nb: null\nc:\nd: Null\n", R"({"a":null,"b":null,"c":null,"d":null})"},
      {"quoted is text", R"(["1", 'true', "null", '~', ""])", R"(["1","true","null","~",""])"},
      {"block scalars are text", "a: |\n  1\nb: >\n  true\n", R"({"a":"1\n","b":"true\n"})"},
      {"leading zeros stay text", "[0123, 00, -012, 0, -0, 007.5]", R"(["0123","00","-012",0,0,"007.5"])"},
      {"integers", "[12, -7, +3, 0x1F, 0o17]", R"([12,-7,3,31,15])"},
      {"the largest integers, and larger", "[9223372036854775807, 9223372036854775808, -9223372036854775808]",
       R"([9223372036854775807,"9223372036854775808",-9223372036854775808])"},
      {"decimal numbers", "[1.5, .5, 5., 1e3, -2.5e-1, +0.25]", R"([1.5,0.5,5.0,1000.0,-0.25,0.25])"},
      {"almost numbers", "[1.2.3, 1e, ., -, 1_000, 0x, 1e999, 12a]",
       R"(["1.2.3","1e",".","-","1_000","0x","1e999","12a"])"},
      {"times and dates are text", "[01:00, 2026-12-31, 12:30:45]", R"(["01:00","2026-12-31","12:30:45"])"},
      {"keys are text", "1: a\ntrue: b\n0x10: c\n", R"({"1":"a","true":"b","0x10":"c"})"},
      {"accents", "clé: é\n", "{\"clé\":\"é\"}"},
      {"byte order mark and CRLF",
       "\xEF\xBB\xBF"
       "a: 1\r\nb: x\r\n",
       R"({"a":1,"b":"x"})"},
      {"escapes", R"(a: "\u00e9\n\t\"")", "{\"a\":\"é\\n\\t\\\"\"}"},
      {"a document start", "---\na: 1\n", R"({"a":1})"},
      {"a document end", "a: 1\n...\n", R"({"a":1})"},
      {"an address", "a: https://192.0.2.10:8443\n", R"({"a":"https://192.0.2.10:8443"})"},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(Document::parse(row.yaml, "f").json() == row.json);
  }
}

TEST_CASE("what a file must not hold is refused at its place") {
  struct Row {
    std::string name;
    std::string yaml;
    std::string line;
  };
  const auto row = GENERATE(values<Row>({
      {"equal keys", "a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n",
       "f:5:3: /b/c: this key is already in line 3: one of the two has to go"},
      {"equal keys, one quoted", "\"a\": 1\na: 2\n",
       "f:2:1: /a: this key is already in line 1: one of the two has to go"},
      {"equal keys in braces", "x: [{k: 1, k: 2}]\n",
       "f:1:12: /x/0/k: this key is already in line 1: one of the two has to go"},
      {"an anchor", "a: &x 1\n",
       "f:1:4: /a: anchors and aliases (`&`, `*`) are refused: write the value out, or put it in quotes"},
      {"an anchor on a map", "a: &x\n  b: 1\n",
       "f:1:4: /a: anchors and aliases (`&`, `*`) are refused: write the value out, or put it in quotes"},
      {"an alias", "a: *x\n",
       "f:1:4: anchors and aliases (`&`, `*`) are refused: write the value out, or put it in quotes"},
      {"a tag", "a: !!str 1\n", "f:1:4: /a: tags (`!`) are refused: write the value alone, or put it in quotes"},
      {"the empty tag", "a: ! x\n", "f:1:4: /a: tags (`!`) are refused: write the value alone, or put it in quotes"},
      {"a tag on a list", "a:\n  - !x [1]\n",
       "f:2:5: /a/0: tags (`!`) are refused: write the value alone, or put it in quotes"},
      {"a merge", "a:\n  <<: b\n", "f:2:3: /a: merging (`<<`) is refused: write the keys out"},
      {"two documents", "a: 1\n---\nb: 2\n", "f:2:1: a second document (`---`) starts here; a file holds one"},
      {"a list as key", "? [x]\n: 1\n", "f:1:3: a key has to be a word, not a list or a map"},
      {"a missing key", ": 1\n", "f:1:1: a key is missing here, or is null: put it in quotes"},
      {"infinity", "a: -.inf\n", "f:1:4: /a: is no number that can be counted with; put it in quotes if it is a text"},
      {"not a number", "a: [.NaN]\n",
       "f:1:5: /a/0: is no number that can be counted with; put it in quotes if it is a text"},
      {"NUL", std::string("a: x\0y\n", 7), "f:1:5: a control character (0x00) does not belong into the file"},
      {"escape", "a: 1\nb: \x1b[31m\n", "f:2:4: a control character (0x1b) does not belong into the file"},
      {"carriage return alone", "a: 1\rb: 2\n", "f:1:5: a control character (0x0d) does not belong into the file"},
      {"Latin-1", "a: 1\nb: Si\xE8ge\n", "f:2:6: a character is not UTF-8: save the file as UTF-8"},
      {"cut UTF-8", "a: \xC3", "f:1:4: a character is not UTF-8: save the file as UTF-8"},
      {"UTF-16",
       std::string("\xFF\xFE"
                   "a\0",
                   4),
       "f:1:1: a character is not UTF-8: save the file as UTF-8"},
      {"a surrogate", "a: \xED\xA0\x80\n", "f:1:4: a character is not UTF-8: save the file as UTF-8"},
      {"a tab as indentation", "a:\n\tb: 1\n", "f:2:1: a tab in the indentation: use spaces"},
      {"a tab that would join lines", "- a\n\t- b\n", "f:2:1: a tab in the indentation: use spaces"},
      {"a tab behind blanks", "a:\n  \tb: 1\n", "f:2:3: a tab in the indentation: use spaces"},
      {"indentation that does not fit", "a:\n    b: 1\n  c: 2\n",
       "f:3:3: the indentation does not fit the lines above"},
      {"a second colon", "a: b: c\n",
       "f:1:5: a `:` does not fit here: check the indentation, or put the text in quotes"},
      {"an open quotation mark", "a: \"x\nb: 1\n", "f:1:4: /a: a quotation mark is opened and not closed"},
      {"an open single quotation mark", "a: 'it''s\nb: 1\n", "f:1:4: /a: a quotation mark is opened and not closed"},
      {"an open quotation mark in the last line", "a: \"x", "f:1:6: a quotation mark is opened and not closed"},
      {"an open quotation mark around a key", "a: 1\n\"b: 1\n", "f:2:1: a quotation mark is opened and not closed"},
      {"an open bracket", "a: [1, 2\nb: 3\n", "f:2:2: a bracket `[` is opened and not closed, or a comma is missing"},
      {"an open brace", "a: {b: 1\n", "f:2:1: a brace `{` is opened and not closed, or a comma is missing"},
      {"a closing bracket too many", "a: 1]\nb: ]\n", "f:2:4: a bracket or brace is closed that was not opened"},
      {"a Windows path in double quotes", "a: \"C:\\Data\"\n",
       "f:1:9: a backslash in double quotes starts an escape: write it twice, or use single quotes"},
      {"an escaped NUL", "a: \"x\\0\"\n", "f:1:4: /a: an escape gives no usable character: write the character itself"},
      {"an escape that yaml-cpp gets wrong", "- \"\\_\"\n",
       "f:1:3: /0: an escape gives no usable character: write the character itself"},
      {"a reserved character", "a: @b\n",
       "f:1:4: a text cannot start with this character: put it in quotes, and indent with spaces"},
      {"a list inside a map", "a: 1\n- b\n", "f:2:1: the indentation does not fit the lines above"},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(fault_of(row.yaml) == row.line);
  }
}

TEST_CASE("bombs end early, before they cost memory") {
  CHECK(fault_of("a: [&b [x,x,x,x,x,x,x,x,x], &c [*b,*b,*b,*b,*b,*b]]") ==
        "f:1:5: /a/0: anchors and aliases (`&`, `*`) are refused: write the value out, or put it in quotes");
  const std::string deep = "maps and lists are nested deeper than 64 levels";
  CHECK(fault_of(repeated("[", 65) + repeated("]", 65)) == "f:1:65: " + deep);
  CHECK(fault_of(repeated("{a: ", 65) + repeated("}", 65)) == "f:1:257: " + deep);
  CHECK(fault_of(repeated("- ", 65) + "x") == "f:1:129: " + deep);
  CHECK(fault_of("a: 1\nb: " + repeated("[", 30'000) + repeated("]", 30'000)) == "f:2:67: " + deep);
  CHECK(Document::parse(repeated("[", 64) + repeated("]", 64), "f").json() == repeated("[", 64) + repeated("]", 64));

  CHECK(fault_of("a: 1\nb: " + repeated("x", kMaxYamlLineBytes)) == "f:2:1: the line is longer than 65536 bytes");
  CHECK(fault_of(repeated("[", 1'000'000)) == "f:1:1: the line is longer than 65536 bytes");
  CHECK(fault_of(repeated("- a\n", kMaxYamlNodes)) == "f:200000:3: more than 200000 values in one file: divide it");
  CHECK(fault_of(repeated("- a\n", kMaxYamlNodes - 1)) == "accepted");
  CHECK(fault_of(repeated("# 456789\n", kMaxYamlBytes / 9 + 1)) == "f:1:1: the file is larger than 8 MiB: divide it");
}

TEST_CASE("where() finds values, keys, and the nearest ancestor of what is not there") {
  const Document document = Document::parse("é: {a: 1, b/c: [x, yy]}\nlist:\n  - k:  v\n", "f");
  CHECK(document.where("") == Position{1, 1});
  CHECK(document.where("/é") == Position{1, 4});
  CHECK(document.where_key("/é") == Position{1, 1});
  CHECK(document.where("/é/a") == Position{1, 8});
  CHECK(document.where_key("/é/a") == Position{1, 5});
  CHECK(document.where("/é/b~1c/1") == Position{1, 20});
  CHECK(document.where("/list/0/k") == Position{3, 9});
  CHECK(document.where_key("/list/0/k") == Position{3, 5});
  CHECK(document.where("/list/7/k") == Position{3, 3});
  CHECK(document.where("/list/0/nothing/deeper") == Position{3, 5});
  CHECK(document.where("/list/00") == Position{3, 5});
}

TEST_CASE("an empty value stands where its key stands") {
  const Document document = Document::parse("a:\nb: ~\nc: null\nd:\nnull_is_a_prefix: 1\n", "f");
  CHECK(document.where("/a") == Position{1, 1});
  CHECK(document.where("/b") == Position{2, 4});
  CHECK(document.where("/c") == Position{3, 4});
  CHECK(document.where("/d") == Position{4, 1});
}

TEST_CASE("values give their text, type, entries and pointers") {
  const Document document = Document::parse("m: {t: x, i: 3, r: 1.5, b: true, n: , l: [1, 2]}\n", "f");
  const YamlValue map = document.root().find("m").value();
  CHECK(map.find("t")->text() == "x");
  CHECK(map.find("i")->integer() == 3);
  CHECK(map.find("i")->real() == 3.0);
  CHECK(map.find("r")->real() == 1.5);
  CHECK(map.find("b")->boolean());
  CHECK_FALSE(map.find("n"));
  CHECK_FALSE(map.find("absent"));
  CHECK(map.members().size() == 6);
  CHECK(map.find("l")->items().at(1).pointer() == "/m/l/1");
  CHECK(map.find("l")->items().at(1).integer() == 2);
  CHECK(map.items().empty());
  CHECK(map.find("t")->members().empty());
  CHECK_THROWS_AS(map.find("t")->integer(), Error);
  CHECK_THROWS_AS(map.text(), Error);
  CHECK(map.find("l")->finding("why").line() == "f:1:42: /m/l: why");
  CHECK(map.find("l")->key_finding("why").line() == "f:1:39: /m/l: why");
}

TEST_CASE("values live on when their document is moved") {
  Document first = Document::parse("a: x\n", "f");
  const YamlValue value = first.root().find("a").value();
  const Document second = std::move(first);
  CHECK(value.text() == "x");
  CHECK(value.at() == Position{1, 4});
}

TEST_CASE("files are read whole, or refused in one sentence") {
  const test::TempDir folder;
  test::write_file(folder / "good.yaml", "a: 1\n");
  test::write_file(folder / "bad.yaml", "a: [\n");
  test::write_file(folder / "large.yaml", repeated("# 4567\n", kMaxYamlBytes / 7 + 2));
  CHECK(Document::read(folder / "good.yaml").json() == R"({"a":1})");

  std::vector<Finding> findings;
  CHECK_FALSE(Document::read(folder / "bad.yaml", findings));
  CHECK_FALSE(Document::read(folder / "absent.yaml", findings));
  CHECK_FALSE(Document::read(folder.path(), findings));
  CHECK_FALSE(Document::read(folder / "large.yaml", findings));
  const std::string where = folder.path().string();
  REQUIRE(findings.size() == 4);
  CHECK(findings[0].line() == where + "/bad.yaml:2:1: a bracket `[` is opened and not closed, or a comma is missing");
  CHECK(findings[1].line() == where + "/absent.yaml: there is no such file");
  CHECK(findings[2].line() == where + ": it is not a regular file");
  CHECK(findings[3].line() == where + "/large.yaml:1:1: the file is larger than 8 MiB: divide it");

  try {
    Document::read(folder / "absent.yaml");
    FAIL("an absent file was read");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::not_found);
  }
  try {
    Document::parse("a: [\n", "f");
    FAIL("a broken text was read");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    CHECK(std::string(error.what()) ==
          "reading a YAML file: f:2:1: a bracket `[` is opened and not closed, or a comma is missing");
  }
}

TEST_CASE("every text comes back as itself from yaml_scalar") {
  const auto text = GENERATE(values<std::string>({"",
                                                  " ",
                                                  "plain",
                                                  "two words",
                                                  " lead",
                                                  "trail ",
                                                  "a: b",
                                                  "a #b",
                                                  "#a",
                                                  "- a",
                                                  "-",
                                                  "?",
                                                  "a:",
                                                  ":a",
                                                  "yes",
                                                  "No",
                                                  "on",
                                                  "null",
                                                  "~",
                                                  "true",
                                                  "1",
                                                  "0123",
                                                  "1.5",
                                                  "1e3",
                                                  "0x1f",
                                                  ".inf",
                                                  ".5",
                                                  "+33123456789",
                                                  "é",
                                                  "Élodie",
                                                  "a,b",
                                                  "[a]",
                                                  "{a}",
                                                  "a}",
                                                  "*a",
                                                  "&a",
                                                  "!a",
                                                  "|",
                                                  ">",
                                                  "%a",
                                                  "@a",
                                                  "`a",
                                                  "'a'",
                                                  "\"a\"",
                                                  "a'b",
                                                  "a\"b",
                                                  "a\\b",
                                                  "a\nb",
                                                  "a\tb",
                                                  "a\r\nb",
                                                  "\x1b[0m",
                                                  "https://192.0.2.10:8443",
                                                  "https://[2001:db8::1]",
                                                  "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                                                  "2026-12-31",
                                                  "01:00",
                                                  "<<",
                                                  "---",
                                                  "...",
                                                  "=",
                                                  "\xC2\x85",
                                                  "\xE2\x80\xA8",
                                                  "\xEF\xBB\xBF",
                                                  "日本",
                                                  "😀",
                                                  "name: {x",
                                                  "x}",
                                                  "a ,b",
                                                  "CLIEXEMP/SIEGE/NVR_A"}));
  INFO(text);
  const std::string scalar = yaml_scalar(text);
  INFO(scalar);
  CHECK(Document::parse("key: " + scalar + "\n", "f").root().find("key")->text() == text);
  CHECK(Document::parse("key: {a: " + scalar + ", b: 1}\n", "f").root().find("key")->find("a")->text() == text);
  CHECK(Document::parse("- " + scalar + "\n", "f").root().items().at(0).text() == text);
  CHECK(Document::parse(scalar + ": 1\n", "f").root().members().at(0).name == text);
}

TEST_CASE("yaml_scalar leaves ordinary words without quotes") {
  for (const char* const text : {"hikvision-isapi", "Anne Martin", "a.martin@example.fr", "https://192.0.2.10:8443",
                                 "sha256//AAAA+/=", "2026-12-31", "Siège de Paris", "CLIEXEMP/SIEGE/NVR_A"}) {
    CHECK(yaml_scalar(text) == text);
  }
  CHECK(yaml_scalar("no") == "\"no\"");
  CHECK(yaml_scalar("0123") == "0123");
}

}  // namespace coffre
