// The small values of https_client.h: headers of an answer, pins, percent-encoding.
#include <fmt/format.h>

#include <algorithm>

#include "net/https_client.h"

namespace coffre {

std::string_view Response::header(std::string_view lower_case_name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& header) { return header.first == lower_case_name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

bool is_pin(std::string_view pin) {
  constexpr std::string_view kPrefix = "sha256//";
  constexpr std::size_t kDigits = 43;  // 32 bytes are 42 2/3 digits: the last one has two spare bits, which are zero
  constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t kSpare = 4;
  if (!pin.starts_with(kPrefix)) return false;
  pin.remove_prefix(kPrefix.size());
  if (pin.size() != kDigits + 1 || pin.back() != '=') return false;
  pin.remove_suffix(1);
  return pin.find_first_not_of(kBase64) == std::string_view::npos && kBase64.find(pin.back()) % kSpare == 0;
}

std::string percent_encode(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                            std::string_view("-._~").find(c) != std::string_view::npos;
    if (unreserved) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

}  // namespace coffre
