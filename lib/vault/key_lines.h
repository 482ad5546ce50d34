// The line grammar that key files and signed lists share (schemas/key-files.md): one item a line, words separated by
// blanks, `#` starts a comment, lower-case hex. Inner part of vault/key_files.h and vault/signed_list.h.
//
// Words are views into the caller's text, so that no secret is copied. Errors are on "SOURCE:LINE" and say which word,
// by its number, never the word itself. Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "vault/keys.h"
#include "vault/signers.h"

namespace coffre {

// Where a text comes from, and what kind of Error a bad line is.
struct LineOrigin {
  std::string_view source;  // file name for messages
  ErrorCode code = ErrorCode::no_key;
  std::string_view category = {};  // "" or "E_LIST"
  const char* hint = "";           // msgid
};

struct KeyLine {
  LineOrigin origin;
  std::size_t number = 1;               // 0: the text has no lines, but is one
  std::vector<std::string_view> words;  // not empty

  [[noreturn]] void fail(std::string why) const;
  // About one word; `index` counts from 0, people are told from 1.
  [[noreturn]] void fail_at(std::size_t index, const std::string& why) const;
  // Throws unless the line has exactly `count` words.
  void require_words(std::size_t count) const;
  // Throws unless word `index` is there and equal to `expected`.
  void require_word(std::size_t index, std::string_view expected) const;
  // Hex of exactly out.size() bytes in word `index`.
  void read_hex(std::size_t index, ByteSpan out) const;
  [[nodiscard]] SecretBytes read_secret(std::size_t index, std::size_t size) const;
  [[nodiscard]] Scope read_scope(std::size_t index) const;
};

// The lines that are not empty and not comments only.
std::vector<KeyLine> key_lines(std::string_view text, const LineOrigin& origin);

inline constexpr std::string_view kRecipientWord = "coffre-recipient";
inline constexpr std::string_view kSignerWord = "coffre-signer";
inline constexpr std::string_view kRootWord = "coffre-root";

// Lines that begin with kRecipientWord / kSignerWord.
Recipient read_recipient(const KeyLine& line);
Signer read_signer(const KeyLine& line);

}  // namespace coffre
