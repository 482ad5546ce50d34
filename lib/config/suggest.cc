#include "config/suggest.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include "base/text.h"

namespace coffre {
namespace {

constexpr std::size_t kMaxCodeLength = 32;       // model/backup_name.h: [A-Z0-9-]{1,32}
constexpr std::size_t kMaxComparedLength = 160;  // a device's path has 131 at most; longer is no mistake of ours

// U+00C0 .. U+017F without accents, one entry a character; "" = stays as it is.
constexpr std::array<std::string_view, 192> kPlain = {
    "A", "A", "A",  "A",  "A", "A", "AE", "C", "E", "E", "E", "E", "I", "I", "I",  "I",   // 00C0
    "D", "N", "O",  "O",  "O", "O", "O",  "",  "O", "U", "U", "U", "U", "Y", "TH", "ss",  // 00D0
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",   // 00E0
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "y",   // 00F0
    "A", "a", "A",  "a",  "A", "a", "C",  "c", "C", "c", "C", "c", "C", "c", "D",  "d",   // 0100
    "D", "d", "E",  "e",  "E", "e", "E",  "e", "E", "e", "E", "e", "G", "g", "G",  "g",   // 0110
    "G", "g", "G",  "g",  "H", "h", "H",  "h", "I", "i", "I", "i", "I", "i", "I",  "i",   // 0120
    "I", "i", "IJ", "ij", "J", "j", "K",  "k", "k", "L", "l", "L", "l", "L", "l",  "L",   // 0130
    "l", "L", "l",  "N",  "n", "N", "n",  "N", "n", "n", "N", "n", "O", "o", "O",  "o",   // 0140
    "O", "o", "OE", "oe", "R", "r", "R",  "r", "R", "r", "S", "s", "S", "s", "S",  "s",   // 0150
    "S", "s", "T",  "t",  "T", "t", "T",  "t", "U", "u", "U", "u", "U", "u", "U",  "u",   // 0160
    "U", "u", "U",  "u",  "W", "w", "Y",  "y", "Y", "Z", "z", "Z", "z", "Z", "z",  "s",   // 0170
};

// Levenshtein distance with two rows.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// The one candidate that ends with the word, behind a "/" or "_".
std::string only_one_ending_with(std::string_view wanted, const std::vector<std::string>& candidates) {
  std::string found;
  for (const std::string& candidate : candidates) {
    const std::string text = folded(candidate);
    if (text.size() <= wanted.size() || !text.ends_with(wanted)) continue;
    const char before = text[text.size() - wanted.size() - 1];
    if (before != '/' && before != '_') continue;
    if (!found.empty()) return {};
    found = candidate;
  }
  return found;
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string wanted = folded(word);
  if (wanted.empty() || wanted.size() > kMaxComparedLength) return {};
  // One slip in three letters, but at least one: "adress" for "address", not "key" for "pin".
  std::size_t best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kMaxComparedLength) continue;
    const std::size_t d = distance(wanted, folded(candidate));
    if (d >= best || d >= candidate.size()) continue;
    best = d;
    found = candidate;
  }
  return found.empty() ? only_one_ending_with(wanted, candidates) : found;
}

std::string strip_accents(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    if (lead < 0xC3 || lead > 0xCD || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const auto next = static_cast<std::uint8_t>(text[i + 1]);
    const unsigned point = ((lead & 0x1FU) << 6U) | (next & 0x3FU);
    if (point >= 0xC0 && point < 0x180 && !kPlain[point - 0xC0].empty()) {
      out += kPlain[point - 0xC0];
    } else if (point < 0x300 || point > 0x36F) {  // combining accents (a decomposed "é") are dropped
      out += text.substr(i, 2);
    }
    ++i;
  }
  return out;
}

std::string folded(std::string_view text) {
  std::string out = to_lower_ascii(strip_accents(trim(text)));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
  return out;
}

std::string suggested_code(std::string_view name) {
  std::string out;
  for (const char c : to_upper_ascii(strip_accents(name))) {
    const bool fits = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (fits) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  out.resize(std::min(out.size(), kMaxCodeLength));
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

bool names_a_secret(std::string_view key) {
  const std::string name = folded(key);
  for (const std::string_view part : {"password", "passwd", "passphrase", "mot_de_passe", "motdepasse"}) {
    if (name.find(part) != std::string::npos) return true;
  }
  if (name.ends_with("_secret")) return true;
  for (const std::string_view whole :
       {"secret", "pass", "pwd", "mdp", "token", "api_key", "apikey", "private_key", "totp"}) {
    if (name == whole) return true;
  }
  return false;
}

}  // namespace coffre
