#include "cli/help.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "cli/output.h"
#include "sample_program.h"

namespace coffre::cli {
namespace {

TEST_CASE("the program's help is one list grouped by person, with options, exit codes and examples") {
  CHECK(help_of(test::sample_program()) == R"(sample 1.2.3 - a program for tests

Usage
  sample COMMAND [options]

It does nothing of use.

Technician
  show  show some things

Operation
  secret set   store a password
  secret list  list the passwords' names

Disaster
  fail  fail as asked

Options of every command
  --config FILE  configuration to use instead of the usual one
  --json         print one JSON document instead of text
  --quiet        print no progress and no notes
  --help         print this help (also -h)
  --version      print name and version

Exit codes
  0    all done, and proven as asked
  1    failed
  2    mistake in the command line or in the configuration
  3    partial: some devices failed, the others are done
  4    refused by a rule (floor, lock, authorization, signer)
  5    damaged data
  6    wrong or missing key
  7    device unreachable, refused or locked out
  130  interrupted

Examples
  sample show --all x
      everything about x
)");
}

TEST_CASE("a command's help says how it is typed and what each word and option is") {
  const Program program = test::sample_program();
  const std::string text = help_of(program, program.commands[0]);
  CHECK(text.substr(0, text.find("\nOptions of every command")) == R"(sample show - show some things

Usage
  sample show NAME... [options]

Shows each thing that is named, one line each.

Words
  NAME  a thing

Options
  --site SITE      only this site [repeatable]
  --days DAYS      at most so old
  --kind pre|post  only this kind (pre, post)
  --all            everything
)");
  CHECK(text.ends_with("\nExamples\n  sample show a --site PARIS\n      the thing a, of one site\n"));
}

TEST_CASE("the usage line spells out what is required") {
  const Program program = test::sample_program();
  CHECK(usage_line(program, program.commands[1]) == "sample secret set NAME --user USER [options]");
  CHECK(usage_line(program, program.commands[3]) == "sample fail [NAME] [options]");
}

TEST_CASE("long texts are broken at blanks and stay in their column") {
  Program program = test::sample_program();
  program.commands[0].options = {
      flag("--a-very-long-name-that-needs-a-line-of-its-own", "word "),
      flag("--long",
           "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
           "seventeen eighteen nineteen twenty")};
  const std::string text = help_of(program, program.commands[0]);
  for (const std::string_view line : split(text, '\n')) CHECK(display_width(line) <= 100);
  CHECK(text.find("fourteen fifteen\n                                  sixteen") == std::string::npos);
  CHECK(text.find("--a-very-long-name-that-needs-a-line-of-its-own\n") != std::string::npos);
}

}  // namespace
}  // namespace coffre::cli
