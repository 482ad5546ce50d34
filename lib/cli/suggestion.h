// "Did you mean ...?": the known word nearest to what was typed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace coffre::cli {

// The known word at the smallest edit distance (insert, delete, change, swap two neighbours), the first of equals;
// nullopt when even that differs in more than a third of its letters.
std::optional<std::string> nearest(std::string_view typed, const std::vector<std::string>& known);

}  // namespace coffre::cli
