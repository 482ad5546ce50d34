#include "drivers/content.h"

#include <catch2/catch.hpp>

#include "bundle_of.h"

using namespace coffre;

namespace {

std::string failure(Format format, std::string_view text) {
  return test::failure_of([&] { parse_content(format, as_bytes(text)); });
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("XML names are found without their prefixes, whatever the name space") {
  for (const char* text : {"<Info xmlns='a'><model> X1 </model><n/><n/></Info>",
                           "<h:Info xmlns:h='b'><h:model>X1</h:model><h:n/><h:n/></h:Info>"}) {
    CAPTURE(text);
    const auto content = parse_content(Format::xml, as_bytes(text));
    CHECK(content->root() == "Info");
    CHECK(content->text_at("/Info/model") == "X1");
    CHECK(content->count_at("/Info/n") == 2);
    CHECK(content->count_at("/Info/absent") == 0);
    CHECK(content->present("//model"));
    CHECK_FALSE(content->present("//absent"));
    CHECK(content->text_at("//absent") == std::nullopt);
  }
  CHECK(parse_xml(as_bytes("<a b='c'/>"))->text_at("/a/@b") == "c");
}

TEST_CASE("JSON is read by pointer; numbers and booleans are texts, null is absent") {
  const auto content = parse_content(Format::json, as_bytes(R"({"a":{"b":["x",2,true,null]},"m":"1.2"})"));
  CHECK(content->root().empty());
  CHECK(content->text_at("/m") == "1.2");
  CHECK(content->text_at("/a/b/1") == "2");
  CHECK(content->text_at("/a/b/2") == "true");
  CHECK(content->text_at("/a/b/3") == std::nullopt);
  CHECK(content->text_at("/a") == std::nullopt);
  CHECK(content->text_at("/a/b/-") == std::nullopt);
  CHECK(content->text_at("/a/b/9") == std::nullopt);
  CHECK(content->count_at("/a/b") == 4);
  CHECK(content->count_at("") == 2);
  CHECK(content->count_at("/m") == std::nullopt);
  CHECK(content->present("/a/b/3"));
  CHECK_FALSE(content->present("/z"));
}

TEST_CASE("key=value lines keep their bytes, and keys are counted by pattern") {
  const auto content = parse_content(Format::text, as_bytes("root.A=1\r\nroot.B = x=y\r\nnoise\r\nroot.C=\xe9\r\n"));
  CHECK(content->text_at("root.A") == "1");
  CHECK(content->text_at("root.B") == "x=y");
  CHECK(content->text_at("root.C") == "\xe9");
  CHECK(content->count_at("root.*") == 3);
  CHECK_FALSE(content->present("noise"));
}

TEST_CASE("hostile or broken answers are implausible, never more") {
  struct Row {
    const char* name;
    Format format;
    std::string text;
    const char* failure;
  };
  const std::string deep_xml = repeated("<a>", 65) + repeated("</a>", 65);
  const std::vector<Row> rows{
      {"entities that grow", Format::xml, "<!DOCTYPE l [<!ENTITY a 'b'>]><l>&a;</l>",
       "implausible: its XML brings a document type of its own"},
      {"a million elements deep", Format::xml, repeated("<a>", 1'000'000), "implausible: its XML is nested too deeply"},
      {"65 deep", Format::xml, deep_xml, "implausible: its XML is nested too deeply"},
      {"UTF-16", Format::xml, std::string("<\0a\0/\0>\0", 8), "implausible: its XML holds NUL bytes"},
      {"cut", Format::xml, "<a><b>", "implausible: it is not well-formed XML"},
      {"text", Format::xml, "hello", "implausible: it is not well-formed XML"},
      {"nothing", Format::xml, "", "implausible: it is not well-formed XML"},
      {"JSON, deep", Format::json, repeated("[", 100'000), "implausible: its JSON is nested too deeply"},
      {"JSON, cut", Format::json, R"({"a":)", "implausible: it is not JSON"},
      {"JSON, trailing", Format::json, "{} x", "implausible: it is not JSON"},
      {"JSON, nothing", Format::json, "", "implausible: it is not JSON"},
      {"too large", Format::xml, std::string(kMaxXmlBytes + 1, ' '),
       "implausible: it is larger than allowed for its format"},
  };
  for (const Row& row : rows) DYNAMIC_SECTION(row.name) {
      CHECK(failure(row.format, row.text) == row.failure);
    }
}

TEST_CASE("depth hidden in comments, CDATA and attributes does not count; 64 elements do pass") {
  CHECK(failure(Format::xml, "<a x='<<>>>'><!-- <<< --><![CDATA[" + repeated("<b>", 99) + "]]><?p <q> ?></a>").empty());
  CHECK(failure(Format::xml, repeated("<a>", 64) + repeated("</a>", 64)).empty());
  CHECK(failure(Format::json, repeated("[", 64) + repeated("]", 64)).empty());
}

TEST_CASE("unknown entities stay as they are: nothing is expanded or fetched") {
  CHECK(parse_xml(as_bytes("<a>&lol;&amp;</a>"))->text_at("/a") == "&lol;&");
}

TEST_CASE("bad paths are named when a definition is loaded") {
  CHECK(path_problem(Format::xml, "/a/b[1]/@c").empty());
  CHECK_FALSE(path_problem(Format::xml, "/a/b[").empty());
  CHECK_FALSE(path_problem(Format::xml, "count(/a)").empty());
  CHECK(path_problem(Format::json, "").empty());
  CHECK(path_problem(Format::json, "/a~1b/0").empty());
  CHECK_FALSE(path_problem(Format::json, "a/b").empty());
  CHECK_FALSE(path_problem(Format::json, "/a~2").empty());
  CHECK_FALSE(path_problem(Format::text, "").empty());
}
