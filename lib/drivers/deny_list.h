// Requests that look like reads and destroy (vendor-apis.md, 18.18): refused when a definition is loaded, and again
// when a path has been filled in.
//
// Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace coffre {

// The word of the deny-list that the text holds; "" when it holds none. Case, percent-encoding (also repeated) and
// backslashes do not hide a word.
std::string denied_word(std::string_view path_or_body);

}  // namespace coffre
