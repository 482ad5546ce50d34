// Shell completion scripts from a program's table: commands, their second words, options, choices, files and folders.
#pragma once

#include <string>

#include "cli/command_line.h"

namespace coffre::cli {

// To be read by the shell: `source <(restore-cli completion bash)`, or installed where it looks
// (share/bash-completion/completions/NAME).
std::string bash_completion(const Program& program);
// For zsh: bash's script run through zsh's own bashcompinit (share/zsh/site-functions/_NAME).
std::string zsh_completion(const Program& program);

}  // namespace coffre::cli
