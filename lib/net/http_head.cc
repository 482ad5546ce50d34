#include "net/http_head.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.h"

namespace coffre {
namespace {

constexpr std::string_view kProtocol = "HTTP/";
constexpr std::size_t kStatusDigits = 3;

bool is_token_character(char c) {
  constexpr std::string_view kOther = "!#$%&'*+-.^_`|~";  // RFC 9110 section 5.6.2
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOther.find(c) != std::string_view::npos;
}

// The pieces between commas that stand outside quotes.
std::vector<std::string_view> pieces(std::string_view text) {
  std::vector<std::string_view> found;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (quoted && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (text[at] == ',' && !quoted) {
      found.push_back(trim(text.substr(start, at - start)));
      start = at + 1;
    }
  }
  found.push_back(trim(text.substr(start)));
  return found;
}

// Front of a piece up to the first character that no token has.
std::string_view first_token(std::string_view piece) {
  const auto* const end = std::find_if_not(piece.begin(), piece.end(), is_token_character);
  return piece.substr(0, static_cast<std::size_t>(end - piece.begin()));
}

// "Digest realm=..." starts a challenge, "nonce=..." continues one, "Basic" stands alone.
bool starts_challenge(std::string_view piece) {
  const std::string_view token = first_token(piece);
  return !token.empty() && !trim(piece.substr(token.size())).starts_with('=');
}

}  // namespace

std::optional<int> status_of_line(std::string_view line) {
  if (!line.starts_with(kProtocol)) return std::nullopt;
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::string_view digits = line.substr(blank + 1, kStatusDigits);
  int status = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), status);
  if (error != std::errc{} || end != digits.data() + kStatusDigits) return std::nullopt;
  return status;
}

std::optional<std::pair<std::string, std::string>> header_of_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
  return std::pair{to_lower_ascii(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))};
}

std::optional<std::uint64_t> parse_content_length(std::string_view value) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (error != std::errc{} || end != value.data() + value.size() || length > kMost) return std::nullopt;
  return length;
}

std::vector<std::string> auth_schemes(std::string_view challenge) {
  std::vector<std::string> schemes;
  for (const std::string_view piece : pieces(challenge)) {
    if (starts_challenge(piece)) schemes.push_back(to_lower_ascii(first_token(piece)));
  }
  return schemes;
}

bool says_stale(std::string_view challenge) {
  bool in_digest = false;
  for (std::string_view piece : pieces(challenge)) {
    if (starts_challenge(piece)) {
      const std::string_view scheme = first_token(piece);
      in_digest = to_lower_ascii(scheme) == "digest";
      piece = trim(piece.substr(scheme.size()));
    }
    if (!in_digest || to_lower_ascii(first_token(piece)) != "stale") continue;
    std::string_view value = trim(piece.substr(first_token(piece).size()));
    if (!value.starts_with('=')) continue;
    value = trim(value.substr(1));
    if (value.starts_with('"')) value = value.substr(1, value.find('"', 1) - 1);
    if (to_lower_ascii(value) == "true") return true;
  }
  return false;
}

}  // namespace coffre
