#include "net/http_head.h"

#include <catch2/catch.hpp>

using coffre::auth_schemes;
using coffre::says_stale;
using Words = std::vector<std::string>;

TEST_CASE("Status lines are read, anything else is none") {
  CHECK(coffre::status_of_line("HTTP/1.1 200 OK\r\n") == 200);
  CHECK(coffre::status_of_line("HTTP/1.0 401\r\n") == 401);
  for (const char* line : {"", "HTTP/1.1", "HTTP/1.1 20", "HTTP/1.1 2x0 OK", "Content-Length: 3", "http/1.1 200"}) {
    CAPTURE(line);
    CHECK_FALSE(coffre::status_of_line(line));
  }
}

TEST_CASE("A header has a lower-case name and a trimmed value") {
  const auto header = coffre::header_of_line("Content-TYPE:  text/html; x=\"a:b\" \r\n");
  REQUIRE(header);
  CHECK(header->first == "content-type");
  CHECK(header->second == "text/html; x=\"a:b\"");
  CHECK(coffre::header_of_line("X-Empty:\r\n")->second.empty());
  CHECK_FALSE(coffre::header_of_line(": no name"));
  CHECK_FALSE(coffre::header_of_line("\r\n"));
}

TEST_CASE("A length is digits only") {
  CHECK(coffre::parse_content_length("0") == 0U);
  CHECK(coffre::parse_content_length("9223372036854775807") == 9223372036854775807ULL);
  for (const char* value : {"", "-1", "+5", "5, 5", "0x10", " 7", "9223372036854775808", "99999999999999999999"}) {
    CAPTURE(value);
    CHECK_FALSE(coffre::parse_content_length(value));
  }
}

TEST_CASE("Schemes are found whatever stands in quotes") {
  CHECK(auth_schemes("Basic") == Words{"basic"});
  CHECK(auth_schemes("Digest realm=\"a, Basic b\", nonce=\"x\", qop=\"auth,auth-int\"") == Words{"digest"});
  CHECK(auth_schemes("Digest realm=\"a\\\", Basic\", nonce=\"x\", Basic realm=\"y\"") == Words{"digest", "basic"});
  CHECK(auth_schemes("NTLM, Digest realm = \"a\" , nonce = x, Bearer") == Words{"ntlm", "digest", "bearer"});
  CHECK(auth_schemes("").empty());
}

TEST_CASE("Staleness is a parameter of Digest, not a word somewhere") {
  CHECK(says_stale("Digest realm=\"r\", nonce=\"n\", stale=true"));
  CHECK(says_stale("Digest stale=\"TRUE\", realm=\"r\""));
  CHECK(says_stale("Basic realm=\"r\", Digest nonce=\"n\", STALE = true"));
  CHECK_FALSE(says_stale("Digest realm=\"stale=true\", nonce=\"n\""));
  CHECK_FALSE(says_stale("Digest realm=\"r\", stale=false"));
  CHECK_FALSE(says_stale("Basic realm=\"r\", stale=true"));
  CHECK_FALSE(says_stale("Digest realm=\"r\", not-stale=true"));
  CHECK_FALSE(says_stale("Digest stale"));
}
