// What a scrub found, in the words of both programs: `restore-cli scrub`, and the end of `backupd run`.
#pragma once

#include <string>
#include <vector>

#include "cli/json.h"
#include "service/healing/scrub.h"

namespace coffre::cli {

// As schemas/cli-json.md, "scrub", without the exit code.
Json scrub_json(const ScrubReport& report);

// What was done and what a person must look at, one translated line each; empty when all was in order.
std::vector<std::string> scrub_lines(const ScrubReport& report);

}  // namespace coffre::cli
