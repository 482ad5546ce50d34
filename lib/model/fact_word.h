// What the facts and counts of a device are called, to people.
#pragma once

#include <string>
#include <string_view>

namespace coffre {

// "serial", "channels", ... in the current language. A count that only a site's own definition knows keeps its name;
// printable in any case.
std::string fact_word(std::string_view name);

}  // namespace coffre
