// Plain scalars under the narrowed core schema, and the way back: a text as a scalar.

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "config/yaml_tree.h"

namespace coffre {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t count = 0;
  while (from + count < text.size() && is_digit(text[from + count])) ++count;
  return count;
}

// The whole of `digits` as a number, or text when 64 bits cannot hold it: cutting digits off a serial number is worse.
YamlScalar integer_or_text(std::string_view text, std::string_view digits, int base) {
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc() || stop != end) return std::string(text);
  return value;
}

YamlScalar real_or_text(std::string_view text, std::string_view number) {
  double value = 0;
  const char* const end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::string(text);
  return value;
}

// YAML 1.2.2 section 10.3.2: [-+]? [0-9]+, and [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
YamlScalar number_or_text(std::string_view text) {
  const std::size_t sign = text[0] == '-' || text[0] == '+' ? 1 : 0;
  const std::string_view number = text[0] == '+' ? text.substr(1) : text;  // from_chars knows no plus sign
  std::size_t at = sign;
  const std::size_t whole = digits_at(text, at);
  if (whole > 1 && text[at] == '0') return std::string(text);  // leading zeros: a postal code, a phone number
  at += whole;
  if (at == text.size() && whole > 0) return integer_or_text(text, number, 10);

  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    fraction = digits_at(text, at + 1);
    at += 1 + fraction;
  }
  if (whole + fraction == 0) return std::string(text);
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t exponent = digits_at(text, at);
    if (exponent == 0) return std::string(text);
    at += exponent;
  }
  if (at != text.size()) return std::string(text);
  return real_or_text(text, number);
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

}  // namespace

std::optional<YamlScalar> resolve_plain(std::string_view text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return YamlScalar(std::monostate());
  if (is_one_of(text, {"true", "True", "TRUE"})) return YamlScalar(true);
  if (is_one_of(text, {"false", "False", "FALSE"})) return YamlScalar(false);
  if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return std::nullopt;
  const std::string_view unsigned_text = text[0] == '-' || text[0] == '+' ? text.substr(1) : text;
  if (is_one_of(unsigned_text, {".inf", ".Inf", ".INF"})) return std::nullopt;
  if (text.size() > 2 && text.starts_with("0o")) return integer_or_text(text, text.substr(2), 8);
  if (text.size() > 2 && text.starts_with("0x")) return integer_or_text(text, text.substr(2), 16);
  return number_or_text(text);
}

std::string yaml_scalar(std::string_view text) {
  // Plain only for texts that no reader of any YAML version could take for something else: the first character a letter
  // (or a digit, for dates and addresses), no colon but in "https://...", nothing that resolves to another type.
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./+=@()'";
  constexpr std::string_view kWordsOfYaml11[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
  bool plain = !text.empty() && text.size() <= 120;
  const std::string_view body = text.starts_with("https://") ? text.substr(8) : text;
  for (std::size_t i = 0; plain && i < body.size(); ++i) {
    const bool inner_blank = body[i] == ' ' && i != 0 && i + 1 != body.size();
    const bool port_colon = body.size() != text.size() && body[i] == ':' && i + 1 != body.size();
    const bool accented = static_cast<unsigned char>(body[i]) >= 0xC3;
    const bool continuation = (static_cast<unsigned char>(body[i]) & 0xC0U) == 0x80;
    plain = kPlain.find(body[i]) != std::string_view::npos || inner_blank || port_colon || accented || continuation;
  }
  if (plain) {
    const char first = text[0];
    const bool letter = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
    const auto resolved = resolve_plain(text);
    plain = (letter || is_digit(first)) && resolved && std::holds_alternative<std::string>(*resolved);
    for (const std::string_view word : kWordsOfYaml11) plain = plain && to_lower_ascii(text) != word;
  }
  if (plain) return std::string(text);

  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      out += "\\x";
      out += kHex[(static_cast<unsigned char>(c) >> 4U) & 0xFU];
      out += kHex[static_cast<unsigned char>(c) & 0xFU];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace coffre
