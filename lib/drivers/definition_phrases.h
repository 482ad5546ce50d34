// The texts of the shipped definitions, for translators: a definition is data, gettext reads sources.
#pragma once

#include <string_view>
#include <vector>

namespace coffre {

// Every `title`, `tested` and `notes` of definitions/*.yaml, each an English message id: shown by tr(text.c_str()). A
// test holds this list against the files. Texts of a site's own definitions are shown as they are written.
std::vector<std::string_view> definition_phrases();

}  // namespace coffre
