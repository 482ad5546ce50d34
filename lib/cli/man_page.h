// The man page, section 1, as roff (man(7) macros), from a program's table and in the current language.
#pragma once

#include <string>

#include "cli/command_line.h"

namespace coffre::cli {

// Deterministic: no date, so that packages can be built reproducibly.
std::string man_page(const Program& program);

}  // namespace coffre::cli
