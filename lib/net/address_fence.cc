#include "net/address_fence.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr unsigned kBitsV4 = 32;
constexpr unsigned kBitsV6 = 128;
constexpr std::size_t kBytesV4 = 4;
constexpr std::size_t kMaxHostName = 253;  // RFC 1035
constexpr std::string_view kScheme = "https://";

// Never meant by a host name of a device: RFC 1122 3.2.1.3, RFC 3927, RFC 5771, RFC 4291.
constexpr std::array<std::string_view, 9> kNeverByName{"0.0.0.0/8",   "127.0.0.0/8", "169.254.0.0/16",
                                                       "224.0.0.0/4", "240.0.0.0/4", "::/128",
                                                       "::1/128",     "fe80::/10",   "ff00::/8"};
// IPv4 inside IPv6: mapped (RFC 4291) and the well-known NAT64 prefix (RFC 6052).
constexpr std::array<std::array<std::uint8_t, 12>, 2> kCarriers{
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}}};

NetAddress from_v6(const std::array<std::uint8_t, 16>& bytes) {
  for (const auto& carrier : kCarriers) {
    if (!std::equal(carrier.begin(), carrier.end(), bytes.begin())) continue;
    NetAddress inner;
    std::copy_n(bytes.begin() + carrier.size(), kBytesV4, inner.bytes.begin());
    return inner;
  }
  return {true, bytes};
}

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > kMaxHostName || text.front() == '-' || text.front() == '.') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

template <typename Number>
std::optional<Number> number_in(std::string_view text, Number most) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

}  // namespace

std::optional<NetAddress> parse_address(std::string_view text) {
  const std::string copy(text);
  if (copy.size() != std::strlen(copy.c_str())) return std::nullopt;
  NetAddress v4;
  if (::inet_pton(AF_INET, copy.c_str(), v4.bytes.data()) == 1) return v4;
  std::array<std::uint8_t, 16> v6{};
  if (::inet_pton(AF_INET6, copy.c_str(), v6.data()) == 1) return from_v6(v6);
  return std::nullopt;
}

std::optional<NetAddress> address_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    NetAddress result;
    std::memcpy(result.bytes.data(), &v4.sin_addr, kBytesV4);
    return result;
  }
  if (address.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return from_v6(bytes);
}

std::optional<HttpsBase> parse_https_base(std::string_view url) {
  if (!url.starts_with(kScheme)) return std::nullopt;
  std::string_view rest = url.substr(kScheme.size());
  HttpsBase base;
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    base.host = rest.substr(1, close - 1);
    if (base.host.find(':') == std::string::npos || !parse_address(base.host)) return std::nullopt;
    rest.remove_prefix(close + 1);
  } else {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    base.host = rest.substr(0, end);
    if (!is_host_name(base.host)) return std::nullopt;
    rest.remove_prefix(end);
  }
  if (rest.empty()) return base;
  if (rest.front() != ':') return std::nullopt;
  const auto port = number_in<std::uint32_t>(rest.substr(1), UINT16_MAX);
  if (!port || *port == 0) return std::nullopt;
  base.port = static_cast<std::uint16_t>(*port);
  return base;
}

AddressFence::AddressFence(std::string_view host, const std::vector<std::string>& networks)
    : literal_(parse_address(host)) {
  for (const std::string& text : networks) {
    const std::optional<Network> network = parse_network(text);
    if (!network) {
      throw Error(ErrorCode::usage, tr("reading the site's networks"),
                  fmt::format(fmt::runtime(tr("'{}' is not a network such as 192.168.10.0/24")), text));
    }
    networks_.push_back(*network);
  }
}

bool AddressFence::allows(const NetAddress& address) const {
  if (literal_) return address == *literal_;
  if (!networks_.empty()) return contains_any(networks_, address);
  static const std::vector<Network> kNever = [] {
    std::vector<Network> list;
    for (const std::string_view text : kNeverByName) list.push_back(parse_network(text).value());
    return list;
  }();
  return !contains_any(kNever, address);
}

std::optional<AddressFence::Network> AddressFence::parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<NetAddress> base = parse_address(text.substr(0, slash));
  if (!base) return std::nullopt;
  const unsigned most = base->v6 ? kBitsV6 : kBitsV4;
  if (slash == std::string_view::npos) return Network{*base, most};
  const auto bits = number_in<unsigned>(text.substr(slash + 1), most);
  if (!bits) return std::nullopt;
  return Network{*base, *bits};
}

bool AddressFence::contains(const Network& network, const NetAddress& address) {
  constexpr unsigned kBitsPerByte = 8;
  if (network.base.v6 != address.v6) return false;
  for (unsigned bit = 0; bit < network.bits; bit += kBitsPerByte) {
    const std::size_t at = bit / kBitsPerByte;
    const unsigned used = std::min(kBitsPerByte, network.bits - bit);
    const unsigned mask = (0xffU << (kBitsPerByte - used)) & 0xffU;
    if (((network.base.bytes.at(at) ^ address.bytes.at(at)) & mask) != 0) return false;
  }
  return true;
}

bool AddressFence::contains_any(const std::vector<Network>& networks, const NetAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return contains(network, address); });
}

}  // namespace coffre
