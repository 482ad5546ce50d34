#include "cli/completion.h"

#include <stdio.h>

#include <catch2/catch.hpp>

#include "sample_program.h"
#include "support/temp_dir.h"

namespace coffre::cli {
namespace {

// What bash itself proposes after `typed` words, the last one being completed: "show secret fail".
std::string proposed(const std::vector<std::string>& typed) {
  const test::TempDir folder;
  test::write_file(folder / "afile", "");
  std::string script = bash_completion(test::sample_program());
  script += "cd '" + folder.path().string() + "'\nCOMP_WORDS=(";
  for (const std::string& word : typed) script += "'" + word + "' ";
  script += ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_sample\necho \"${COMPREPLY[@]}\"\n";
  test::write_file(folder / "script", script);

  const std::string command = "bash --norc '" + (folder / "script").string() + "' 2>&1";
  FILE* const pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) out += static_cast<char>(c);
  CHECK(pclose(pipe) == 0);
  return out.substr(0, out.find('\n'));
}

struct Row {
  const char* name;
  std::vector<std::string> typed;
  const char* expected;
};

TEST_CASE("bash proposes what may be typed next") {
  const auto row =
      GENERATE(values<Row>({{"commands, a group's first word once", {"sample", ""}, "show secret fail"},
                            {"commands that begin so", {"sample", "s"}, "show secret"},
                            {"second words", {"sample", "secret", ""}, "set list"},
                            {"second words after a common option", {"sample", "--config", "x", "secret", "l"}, "list"},
                            {"options of a command", {"sample", "secret", "set", "--u"}, "--user"},
                            {"common options too", {"sample", "show", "--j"}, "--json"},
                            {"common options before a command", {"sample", "--c"}, "--config"},
                            {"choices of an option", {"sample", "show", "x", "--kind", "p"}, "pre post"},
                            {"files for a file", {"sample", "show", "a"}, "afile"},
                            {"files for --config", {"sample", "secret", "list", "--config", "a"}, "afile"},
                            {"nothing for a free text", {"sample", "show", "--site", ""}, ""}}));
  DYNAMIC_SECTION(row.name) {
    CHECK(proposed(row.typed) == row.expected);
  }
}

TEST_CASE("the script for zsh is bash's, behind zsh's own bridge") {
  const std::string script = zsh_completion(test::sample_program());
  CHECK(script.starts_with("#compdef sample\nautoload -U +X bashcompinit && bashcompinit\n"));
  CHECK(script.ends_with(bash_completion(test::sample_program())));
}

}  // namespace
}  // namespace coffre::cli
