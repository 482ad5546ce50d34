#include "drivers/body_check.h"

#include <catch2/catch.hpp>

#include "scripted_device.h"

using namespace coffre;

namespace {

BodyWindow window_of(std::string_view text) {
  BodyWindow window;
  for (; !text.empty(); text.remove_prefix(std::min<std::size_t>(text.size(), 777))) {
    window.add(as_bytes(text.substr(0, 777)));
  }
  return window;
}

std::string problem(const ExpectedAnswer& expect, std::string_view text) {
  return body_problem(expect, window_of(text));
}

ExpectedAnswer with_container(Container container) {
  ExpectedAnswer expect;
  expect.container = container;
  return expect;
}

// A database header: page size 512, `pages` pages.
std::string sqlite(std::uint8_t pages, std::size_t size) {
  std::string text = std::string("SQLite format 3\0", 16) + std::string(84, '\0');
  text[16] = 2;
  text[27] = 7;
  text[31] = static_cast<char>(pages);
  text[95] = 7;
  text.resize(size);
  return text;
}

}  // namespace

TEST_CASE("a window holds the first 64 KiB and the last 256 bytes of a stream of any length") {
  std::string text;
  for (int i = 0; text.size() < 300'000; ++i) text += std::to_string(i) + ",";
  const BodyWindow window = window_of(text);
  CHECK(window.size() == text.size());
  CHECK(as_text(window.head()) == text.substr(0, kHeadBytes));
  CHECK(as_text(window.tail()) == text.substr(text.size() - kTailBytes));
  CHECK(as_text(window_of("short").tail()) == "short");
}

TEST_CASE("answers that are not what was asked for are named") {
  ExpectedAnswer expect;
  expect.min_bytes = 10;
  expect.not_prefix = {"<", "{"};
  expect.fails_when = {"\"status\":\"error\""};
  CHECK(problem(expect, "0123456789").empty());
  CHECK(problem(expect, "") == "the answer is empty");
  CHECK(problem(expect, "012345678") == "only 9 bytes; at least 10 are expected");
  CHECK(problem(expect, " \r\n<!DOCTYPE HTML><body>login</body>") ==
        "an HTML page (a login or error page?) instead of what was asked for");
  CHECK(problem(expect, "<HTML lang=fr>............") ==
        "an HTML page (a login or error page?) instead of what was asked for");
  CHECK(problem(expect, "\xef\xbb\xbf <?xml version='1.0'?><ResponseStatus/>") ==
        "it begins like an error message, not like what was asked for");
  CHECK(problem(expect, "xx \"Status\":\"Error\" xx") == "the device reports a failure inside a successful answer");
}

TEST_CASE("beginning and end may be asked for") {
  ExpectedAnswer expect;
  expect.prefix = {"PK", "BACKUP"};
  expect.suffix = "END";
  CHECK(problem(expect, "PK....END\r\n").empty());
  CHECK(problem(expect, "BACKUP END").empty());
  CHECK(problem(expect, "pk....END") == "it does not begin like what was asked for");
  CHECK(problem(expect, "PK....EN") == "its end is missing");
}

TEST_CASE("a Hikvision container says its own length") {
  const ExpectedAnswer expect = with_container(Container::hikvision_config);
  const std::string whole = test::hikvision_container(5000);
  CHECK(problem(expect, whole).empty());
  CHECK(problem(expect, whole + std::string(16, 'p')).empty());
  CHECK(problem(expect, whole + std::string(17, 'p')) == "bytes follow the end that its header announces");
  for (const std::size_t cut : {std::size_t{1}, std::size_t{16}, std::size_t{4000}}) {
    CHECK(problem(expect, whole.substr(0, whole.size() - cut)) == "it is cut: its header announces more bytes");
  }
  CHECK_FALSE(problem(expect, std::string(5000, 'x')).empty());
  ExpectedAnswer older = expect;
  older.container_required = false;
  CHECK(problem(older, std::string(5000, 'x')).empty());
  CHECK_FALSE(problem(older, whole.substr(0, 4000)).empty());
}

TEST_CASE("an SQLite database says its own length, where its header is valid") {
  ExpectedAnswer expect = with_container(Container::sqlite);
  CHECK(problem(expect, sqlite(4, 2048)).empty());
  CHECK(problem(expect, sqlite(4, 2047)) == "it is cut: its header announces more pages");
  CHECK(problem(expect, sqlite(4, 60)) == "it is cut inside its header");
  CHECK(problem(expect, "not a database") == "it is not an SQLite database");
  expect.container_required = false;
  CHECK(problem(expect, "not a database").empty());
}

TEST_CASE("the JSON envelope of a database is checked at both ends") {
  const ExpectedAnswer expect = with_container(Container::json_envelope);
  CHECK(problem(expect, R"({"data":"QUJD"})").empty());
  CHECK(problem(expect, "{ \"data\" : \"QUJD\" }\n").empty());
  CHECK(problem(expect, R"({"data":"QUJD)") == "its JSON envelope is cut");
  CHECK(problem(expect, R"({"data":"QUJD")") == "its JSON envelope is cut");
  CHECK(problem(expect, R"({"data":""})") == "its JSON envelope is empty");
  CHECK(problem(expect, R"({"error":"x"})") == "it is not the JSON envelope {\"data\": ...}");
}

TEST_CASE("parsed answers are checked by root and path") {
  ExpectedAnswer expect;
  expect.format = Format::json;
  expect.present = {"/data"};
  expect.absent = {"/error"};
  expect.equals = {{"/status", "success"}};
  const auto json = [&expect](std::string_view text) { return content_problem(expect, *parse_json(as_bytes(text))); };
  CHECK(json(R"({"status":"success","data":{}})").empty());
  CHECK(json(R"({"status":"success"})") == "it lacks /data");
  CHECK(json(R"({"status":"success","data":{},"error":1})") == "it holds /error");
  CHECK(json(R"({"status":"error","data":{}})") == "/status is not \"success\"");
  ExpectedAnswer xml;
  xml.root = "UserList";
  CHECK(content_problem(xml, *parse_xml(as_bytes("<x:UserList/>"))).empty());
  CHECK(content_problem(xml, *parse_xml(as_bytes("<ResponseStatus/>"))) == "<ResponseStatus> instead of <UserList>");
}
