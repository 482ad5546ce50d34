// The command line of recorder-simulator.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "simulators/settings.h"

namespace coffre::simulator {

struct Options {
  bool help = false;
  std::vector<Settings> recorders;
  std::vector<std::string> commands;  // faults given at start, as lines of the control channel
};

// Throws std::runtime_error naming the option that is wrong. With --devices N > 1 names get "-1" ... "-N", seeds
// differ.
Options parse_options(const std::vector<std::string>& arguments);
std::string help_text();

}  // namespace coffre::simulator
