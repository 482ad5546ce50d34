// What is wrong at which place of a file that a person wrote. Every reader of this room collects findings instead of
// stopping at the first, and gives them to its caller; a caller that cannot go on turns them into one Error.
//
// Threads: plain values. Texts are translated when the finding is made, are one line, and never repeat a value that may
// be a secret.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace coffre {

// As editors count: the first line and the first column are 1; columns count characters, not bytes.
// 0:0 means "the file as a whole" (it cannot be opened, for example).
struct Position {
  std::size_t line = 0;
  std::size_t column = 0;
  auto operator<=>(const Position&) const = default;
};

struct Finding {
  std::string file;
  Position at;
  std::string pointer;  // JSON pointer (RFC 6901); "" = the whole document
  std::string text;     // what is wrong, and what is allowed

  // "FILE:LINE:COLUMN: /pointer: text"; without the place when it is 0:0, without the pointer when that is empty.
  [[nodiscard]] std::string line() const;
};

// In the order in which a person walks through the files: by file (first seen first), then by place.
void sort_by_place(std::vector<Finding>& findings);

// The Error(usage) that ends an operation for these findings (at least one): the first one in full, how many more there
// are, and the command that lists all.
Error error_of(std::string_view step, const std::vector<Finding>& findings);

// "~" and "/" of a key escaped as in RFC 6901, with a "/" in front: one step of a JSON pointer.
std::string pointer_step(std::string_view key);

}  // namespace coffre
