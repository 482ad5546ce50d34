#include "vault/offline_secrets.h"

#include <algorithm>
#include <string_view>

#include "vault/keys.h"

namespace coffre {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kSecretDigits = 2 * kSecretKeySize;

// The next word of a line, taken off its front.
std::string_view next_word(std::string_view& text) {
  const auto begin = std::min(text.find_first_not_of(kBlanks), text.size());
  text.remove_prefix(begin);
  const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n"));
  text.remove_prefix(word.size());
  return word;
}

// Any hex counts here, in either case: a line that a reader would refuse may still hold the secret.
bool is_secret(std::string_view word) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  return word.size() >= kSecretDigits && std::ranges::all_of(word.substr(0, kSecretDigits), is_hex);
}

// `text` begins with the first word of a key line; what follows decides.
void judge(std::string_view text, OfflineSecrets& found) {
  const std::string_view word = next_word(text);
  next_word(text);  // algorithm
  if (word == "coffre-identity" || word == "coffre-identity-locked") {
    const std::string_view scope = next_word(text);
    if (word.ends_with("-locked")) next_word(text);
    if (!is_secret(next_word(text))) return;
    if (scope == to_string(Scope::full)) found.full_identity = true;
    if (scope == to_string(Scope::meta)) found.meta_identity = true;
  }
  if (word == "coffre-root-key" || word == "coffre-root-key-locked") {
    if (word.ends_with("-locked")) next_word(text);
    if (is_secret(next_word(text))) found.root_key = true;
  }
}

}  // namespace

OfflineSecrets find_offline_secrets(ByteView content) {
  constexpr std::string_view kStart = "coffre-";
  OfflineSecrets found;
  const std::string_view text = as_text(content);
  for (auto at = text.find(kStart); at != std::string_view::npos; at = text.find(kStart, at + kStart.size())) {
    judge(text.substr(at), found);
  }
  return found;
}

}  // namespace coffre
