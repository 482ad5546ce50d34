// Small text helpers that several rooms need.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace coffre {

// The text for a terminal, a log line or a CSV field: control characters (C0, C1, DEL), bidirectional overrides and
// invalid UTF-8 become "\xNN" / "\u{NNNN}" escapes. Line breaks too: the result is one line.
std::string printable(std::string_view text);

// Whether the text is well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
bool is_utf8(std::string_view text);

std::string_view trim(std::string_view text);  // blanks, tabs, CR, LF at both ends
std::vector<std::string_view> split(std::string_view text, char separator);
std::string to_upper_ascii(std::string_view text);
std::string to_lower_ascii(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

// Shell-style match of a whole text: `*` any run, `?` one character (UTF-8); nothing else is special.
bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace coffre
