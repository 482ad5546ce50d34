// Reading the lines of an HTTP/1.1 response head, one at a time. Pure; bytes come from a peer that may lie.
//
// Source: RFC 9112 (lines), RFC 9110 section 11.6.1 (challenges), RFC 7616 (stale).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace coffre {

// The status of a line "HTTP/1.1 200 OK" (also HTTP/1.0); nullopt when it is no status line.
std::optional<int> status_of_line(std::string_view line);

// Name in lower case and value without blanks around it; nullopt for a line without a colon (blank line, folding).
std::optional<std::pair<std::string, std::string>> header_of_line(std::string_view line);

// A Content-Length: digits only, below 2^63; nullopt otherwise.
std::optional<std::uint64_t> parse_content_length(std::string_view value);

// Schemes of one WWW-Authenticate value in lower case, in their order: "Digest realm="a, b", Basic" -> digest, basic.
std::vector<std::string> auth_schemes(std::string_view challenge);

// Whether a Digest challenge in the value has stale=true (quoted or not, any case).
bool says_stale(std::string_view challenge);

}  // namespace coffre
