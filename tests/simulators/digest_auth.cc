#include "simulators/digest_auth.h"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "base/text.h"
#include "simulators/content.h"

namespace coffre::simulator {
namespace {

constexpr std::string_view kScheme = "Digest ";
constexpr std::size_t kNumberDigits = 16;
constexpr int kHexBase = 16;

// name=value or name="value", separated by commas; \" inside quotes.
std::map<std::string, std::string> parameters(std::string_view text) {
  std::map<std::string, std::string> found;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t equals = text.find('=', at);
    if (equals == std::string_view::npos) break;
    const std::string name = to_lower_ascii(trim(text.substr(at, equals - at)));
    std::string value;
    at = equals + 1;
    if (at < text.size() && text[at] == '"') {
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        value += text[at];
      }
    }
    const std::size_t comma = std::min(text.find(',', at), text.size());
    if (value.empty()) value = trim(text.substr(at, comma - at));
    if (value == "\"") value.clear();
    found[name] = value;
    at = comma + 1;
  }
  return found;
}

}  // namespace

std::string DigestAuth::nonce_of(std::uint64_t number) const {
  return fmt::format("{:016x}{}", number, sha256_hex(fmt::format("{}:{}", seed_, number)).substr(0, kNumberDigits));
}

std::string DigestAuth::challenge(std::string_view realm, std::string_view algorithm, std::string_view extra) {
  return fmt::format("Digest realm=\"{}\", qop=\"auth\", nonce=\"{}\", algorithm={}{}", realm, nonce_of(++issued_),
                     algorithm, extra);
}

DigestResult DigestAuth::check(const HttpRequest& request, std::string_view user, std::string_view password) const {
  const std::string header = request.header("authorization");
  if (header.empty()) return DigestResult::absent;
  if (!header.starts_with(kScheme)) return DigestResult::wrong;
  auto given = parameters(std::string_view(header).substr(kScheme.size()));
  const auto hash = [&](const std::string& text) {
    return to_lower_ascii(given["algorithm"]) == "sha-256" ? sha256_hex(text) : md5_hex(text);
  };
  const std::string& nonce = given["nonce"];
  std::uint64_t number = 0;
  std::from_chars(nonce.data(), nonce.data() + std::min(nonce.size(), kNumberDigits), number, kHexBase);
  if (number == 0 || number > issued_ || nonce != nonce_of(number)) return DigestResult::stale;
  if (given["username"] != user || given["uri"] != request.target || given["qop"] != "auth") return DigestResult::wrong;
  const std::string secret = hash(fmt::format("{}:{}:{}", user, given["realm"], password));
  const std::string asked = hash(fmt::format("{}:{}", request.method, request.target));
  const std::string expected =
      hash(fmt::format("{}:{}:{}:{}:auth:{}", secret, nonce, given["nc"], given["cnonce"], asked));
  return given["response"] == expected ? DigestResult::right : DigestResult::wrong;
}

}  // namespace coffre::simulator
