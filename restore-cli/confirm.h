// A person's word before something is changed that only a person may change.
#pragma once

#include "cli/command_line.h"

namespace coffre {

struct Confirmation {
  const char* step;      // "accepting", translated
  const char* look;      // what to do when nobody is there to ask, translated
  const char* question;  // translated
};

// --yes, or yes at the terminal. Error(usage) with --json or without a terminal.
bool confirmed(const cli::Arguments& arguments, const cli::Context& context, const Confirmation& about);

}  // namespace coffre
