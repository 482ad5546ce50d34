#include "net/address_fence.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <catch2/catch.hpp>
#include <cstring>

#include "base/error.h"

using coffre::AddressFence;
using coffre::parse_address;
using coffre::parse_https_base;

TEST_CASE("An address is a strict dotted quad or an IPv6 text") {
  for (const char* good : {"192.0.2.1", "0.0.0.0", "::1", "fe80::1", "2001:db8::17"}) {
    CAPTURE(good);
    CHECK(parse_address(good));
  }
  // The short, octal and decimal forms that resolvers understand are names to us: judged after resolving.
  for (const char* bad : {"", "127.1", "0177.0.0.1", "2130706433", "0x7f.0.0.1", "1.2.3.4.5", "[::1]", "fe80::1%eth0",
                          "localhost", "192.0.2.1 "}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_address(bad));
  }
  CHECK_FALSE(parse_address(std::string_view("1.2.3.4\0x", 9)));
  CHECK(parse_address("::ffff:10.1.2.3") == parse_address("10.1.2.3"));
  CHECK(parse_address("64:ff9b::10.1.2.3") == parse_address("10.1.2.3"));
}

TEST_CASE("The base URL is https, a host, perhaps a port, and nothing else") {
  struct Row {
    const char* url;
    const char* host;
    int port;
  };
  const auto row = GENERATE(values<Row>({{"https://192.0.2.7", "192.0.2.7", 443},
                                         {"https://nvr-1.site.example:8443", "nvr-1.site.example", 8443},
                                         {"https://[2001:db8::1]:444", "2001:db8::1", 444},
                                         {"https://[2001:db8::1]", "2001:db8::1", 443}}));
  CAPTURE(row.url);
  const auto base = parse_https_base(row.url);
  REQUIRE(base);
  CHECK(base->host == row.host);
  CHECK(base->port == row.port);
}

TEST_CASE("Other base URLs are refused") {
  const std::string url =
      GENERATE("", "http://nvr", "HTTPS://nvr", "https://", "https://nvr/", "https://nvr/path", "https://nvr?x",
               "https://user@nvr", "https://nvr:", "https://nvr:0", "https://nvr:65536", "https://nvr:44x",
               "https://[::1", "https://[nvr]", "https://[1.2.3.4]", "https://::1", "https://a b", "https://-nvr",
               "https://nvr#x", "https://nvr\\x", "ftp://nvr", "file:///etc/passwd", "https://n\xc3\xa9vr");
  CAPTURE(url);
  CHECK_FALSE(parse_https_base(url));
}

TEST_CASE("The fence lets through what the endpoint allows") {
  struct Row {
    const char* name;
    const char* host;
    std::vector<std::string> networks;
    const char* address;
    bool allowed;
  };
  const auto row = GENERATE(values<Row>({
      {"a literal is itself", "192.0.2.1", {}, "192.0.2.1", true},
      {"a literal is nothing else", "192.0.2.1", {}, "192.0.2.2", false},
      {"networks do not widen a literal", "192.0.2.1", {"192.0.2.0/24"}, "192.0.2.2", false},
      {"a literal may be loopback: a person wrote it", "127.0.0.1", {}, "127.0.0.1", true},
      {"a mapped literal is the IPv4 one", "::ffff:192.0.2.1", {}, "192.0.2.1", true},
      {"a name may be anything ordinary", "nvr", {}, "203.0.113.9", true},
      {"a name may be a private address", "nvr", {}, "192.168.1.9", true},
      {"a name is not loopback", "nvr", {}, "127.0.0.1", false},
      {"nor elsewhere in 127/8", "nvr", {}, "127.200.0.1", false},
      {"nor ::1", "nvr", {}, "::1", false},
      {"nor ::", "nvr", {}, "::", false},
      {"nor mapped loopback", "nvr", {}, "::ffff:127.0.0.1", false},
      {"nor NAT64 of link-local", "nvr", {}, "64:ff9b::169.254.169.254", false},
      {"nor the cloud's metadata", "nvr", {}, "169.254.169.254", false},
      {"nor link-local IPv6", "nvr", {}, "fe80::1", false},
      {"febf is still link-local", "nvr", {}, "febf::1", false},
      {"nor multicast", "nvr", {}, "224.0.0.1", false},
      {"nor IPv6 multicast", "nvr", {}, "ff02::1", false},
      {"nor 0/8", "nvr", {}, "0.1.2.3", false},
      {"nor broadcast", "nvr", {}, "255.255.255.255", false},
      {"inside a network", "nvr", {"10.1.0.0/16"}, "10.1.255.1", true},
      {"outside of it", "nvr", {"10.1.0.0/16"}, "10.2.0.1", false},
      {"in the second one", "nvr", {"10.1.0.0/16", "fd00::/8"}, "fd12::1", true},
      {"odd prefix, last inside", "nvr", {"10.0.0.0/13"}, "10.7.255.255", true},
      {"odd prefix, first outside", "nvr", {"10.0.0.0/13"}, "10.8.0.0", false},
      {"a bare address is one address", "nvr", {"10.0.0.1"}, "10.0.0.1", true},
      {"and no other", "nvr", {"10.0.0.1"}, "10.0.0.2", false},
      {"everything of one family", "nvr", {"0.0.0.0/0"}, "127.0.0.1", true},
      {"not of the other", "nvr", {"0.0.0.0/0"}, "2001:db8::1", false},
      {"networks may name loopback", "nvr", {"127.0.0.0/8"}, "127.0.0.1", true},
      {"127.1 as a host is a name", "127.1", {}, "127.0.0.1", false},
  }));
  CAPTURE(row.name);
  CHECK(AddressFence(row.host, row.networks).allows(parse_address(row.address).value()) == row.allowed);
}

TEST_CASE("A network that is none stops the endpoint") {
  const std::string text = GENERATE("10.0.0.0/33", "10.0.0/8", "fd00::/129", "office", "", "10.0.0.0/", "10.0.0.0/-1");
  CAPTURE(text);
  CHECK_THROWS_AS(AddressFence("nvr", {text}), coffre::Error);
}

TEST_CASE("The address of a socket is read, and an unknown family is no address") {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  ::inet_pton(AF_INET, "10.9.8.7", &v4.sin_addr);
  sockaddr generic{};
  std::memcpy(&generic, &v4, sizeof generic);
  CHECK(coffre::address_of(generic) == parse_address("10.9.8.7"));
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  ::inet_pton(AF_INET6, "::ffff:10.9.8.7", &v6.sin6_addr);
  CHECK(coffre::address_of(*reinterpret_cast<const sockaddr*>(&v6)) == parse_address("10.9.8.7"));
  generic.sa_family = AF_UNIX;
  CHECK_FALSE(coffre::address_of(generic));
}
