#include "vault/key_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::size_t kMaxRoleSize = 32;

// Offsets of the words of a recipient and a signer line.
constexpr std::size_t kRecipientKey = 3;
constexpr std::size_t kRecipientOption = 4;
constexpr std::size_t kSignerKey = 2;
constexpr std::size_t kSignerOption = 3;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (;;) {
    const auto begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos || line[begin] == '#') return words;
    line.remove_prefix(begin);
    const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
    words.push_back(word);
    line.remove_prefix(word.size());
  }
}

bool is_role(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.size() <= kMaxRoleSize && std::ranges::all_of(text, fits);
}

}  // namespace

void KeyLine::fail(std::string why) const {
  Error error(origin.code, tr("reading keys"), std::move(why), tr(origin.hint));
  const std::string source(origin.source);
  throw error.on(number == 0 ? source : fmt::format("{}:{}", source, number)).with_category(origin.category);
}

void KeyLine::fail_at(std::size_t index, const std::string& why) const {
  fail(fmt::format(fmt::runtime(tr("word {}: {}")), index + 1, why));
}

void KeyLine::require_words(std::size_t count) const {
  if (words.size() < count) fail(tr("something is missing at the end"));
  if (words.size() > count) fail_at(count, tr("nothing more is expected here"));
}

void KeyLine::require_word(std::size_t index, std::string_view expected) const {
  if (index >= words.size()) fail(tr("something is missing at the end"));
  if (words[index] != expected) fail_at(index, fmt::format(fmt::runtime(tr("\"{}\" is expected here")), expected));
}

void KeyLine::read_hex(std::size_t index, ByteSpan out) const {
  if (index >= words.size()) fail(tr("something is missing at the end"));
  const std::string_view word = words[index];
  if (word.size() != 2 * out.size()) {
    fail_at(index,
            fmt::format(fmt::runtime(tr("the key has {} characters instead of {}")), word.size(), 2 * out.size()));
  }
  if (from_hex_exact(word, out)) return;
  const std::size_t wrong = word.find_first_not_of(kHexDigits);
  fail_at(index, fmt::format(fmt::runtime(tr("character {} of the key is none of 0-9 and a-f")), wrong + 1));
}

SecretBytes KeyLine::read_secret(std::size_t index, std::size_t size) const {
  SecretBytes secret = SecretBytes::zeroed(size);
  read_hex(index, secret.reveal_writable());
  return secret;
}

Scope KeyLine::read_scope(std::size_t index) const {
  if (index >= words.size()) fail(tr("something is missing at the end"));
  if (words[index] == to_string(Scope::full)) return Scope::full;
  if (words[index] == to_string(Scope::meta)) return Scope::meta;
  fail_at(index, tr("the scope must be full or meta"));
}

std::vector<KeyLine> key_lines(std::string_view text, const LineOrigin& origin) {
  std::vector<KeyLine> lines;
  std::size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);  // written by an editor of another system
    auto words = words_of(line);
    if (!words.empty()) lines.push_back({origin, number, std::move(words)});
  }
  return lines;
}

Recipient read_recipient(const KeyLine& line) {
  line.require_word(0, kRecipientWord);
  line.require_word(1, "x25519");
  Recipient recipient;
  recipient.scope = line.read_scope(2);
  line.read_hex(kRecipientKey, recipient.key);
  if (line.words.size() == kRecipientOption) return recipient;
  line.require_words(kRecipientOption + 2);
  line.require_word(kRecipientOption, "role");
  const std::string_view role = line.words[kRecipientOption + 1];
  if (!is_role(role)) line.fail_at(kRecipientOption + 1, tr("a role has 1 to 32 characters of a-z, 0-9 and -"));
  recipient.role = role;
  return recipient;
}

Signer read_signer(const KeyLine& line) {
  line.require_word(0, kSignerWord);
  line.require_word(1, "ed25519");
  Signer signer;
  line.read_hex(kSignerKey, signer.key);

  struct Option {
    std::string_view word;
    std::optional<Instant>* value;
  };
  std::size_t next = kSignerOption;
  for (const Option& option : {Option{"from", &signer.from}, {"to", &signer.to}, {"revoked", &signer.revoked}}) {
    if (next >= line.words.size() || line.words[next] != option.word) continue;
    if (next + 1 >= line.words.size()) line.fail(tr("something is missing at the end"));
    const auto at = from_rfc3339(line.words[next + 1]);
    if (!at) {
      line.fail_at(next + 1, fmt::format(fmt::runtime(tr("after \"{}\" comes a time that exists, written like "
                                                         "2026-11-21T03:00:00Z")),
                                         option.word));
    }
    *option.value = *at;
    next += 2;
  }
  if (next != line.words.size()) {
    line.fail_at(next, tr("after the key only from, to, revoked may follow, in this order"));
  }
  if (signer.from && signer.to && *signer.from > *signer.to) line.fail(tr("the validity ends before it begins"));
  return signer;
}

}  // namespace coffre
