// Which addresses a connection may go to (security-design.md section 3, rows 27, 28 and 43).
//
// A host that is a literal address may be reached at that address only. A host *name* may resolve to the given networks
// only; without networks, to anything but loopback, link-local, multicast, unspecified, 0/8 and 240/4. Addresses that
// carry an IPv4 address (::ffff:a.b.c.d, 64:ff9b::a.b.c.d) are judged by that one.
//
// Pure but for the struct sockaddr it reads; no resolving here. Thread-safe once made.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace coffre {

// An IPv4 or IPv6 address; IPv4 inside IPv6 has been unwrapped.
struct NetAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 in the first four
  auto operator<=>(const NetAddress&) const = default;
};

// Strict dotted quad or RFC 4291 text (no brackets, no zone); nullopt for anything else, a name for example.
std::optional<NetAddress> parse_address(std::string_view text);
// nullopt for a family other than IPv4 and IPv6.
std::optional<NetAddress> address_of(const sockaddr& address);

// "https://host[:port]" and nothing after it; host: a name, a dotted quad or [IPv6].
struct HttpsBase {
  std::string host;  // without brackets
  std::uint16_t port = 443;
};
std::optional<HttpsBase> parse_https_base(std::string_view url);

class AddressFence {
 public:
  // Throws Error(usage) for a network that is not CIDR ("10.1.0.0/16", "fd00::/8", or a bare address).
  AddressFence(std::string_view host, const std::vector<std::string>& networks);
  [[nodiscard]] bool allows(const NetAddress& address) const;

 private:
  struct Network {
    NetAddress base;
    unsigned bits = 0;
  };
  static std::optional<Network> parse_network(std::string_view text);
  static bool contains(const Network& network, const NetAddress& address);
  static bool contains_any(const std::vector<Network>& networks, const NetAddress& address);

  std::optional<NetAddress> literal_;
  std::vector<Network> networks_;
};

}  // namespace coffre
