// A small program's table, for the tests of parsing, help, completion and man.
#pragma once

#include "base/error.h"
#include "cli/command_line.h"

namespace coffre::test {

inline int say_words(const cli::Arguments& arguments, cli::Context& context) {
  for (const std::string& word : arguments.all("NAME")) context.out << word << '\n';
  return 0;
}

inline cli::Program sample_program() {
  using namespace cli;
  const Command show{
      .name = "show",
      .person = Person::technician,
      .summary = tr_noop("show some things"),
      .description = tr_noop("Shows each thing that is named, one line each."),
      .positionals = {repeatable(positional("NAME", Takes::file, tr_noop("a thing")))},
      .options = {repeatable(option("--site", Takes::text, "SITE", tr_noop("only this site"))),
                  option("--days", Takes::number, "DAYS", tr_noop("at most so old")),
                  choice("--kind", {"pre", "post"}, tr_noop("only this kind")), flag("--all", tr_noop("everything"))},
      .examples = {{"sample show a --site PARIS", tr_noop("the thing a, of one site")}},
      .run = say_words};
  const Command set{.name = "secret set",
                    .person = Person::operation,
                    .summary = tr_noop("store a password"),
                    .positionals = {positional("NAME", Takes::text, tr_noop("of the credential"))},
                    .options = {required(option("--user", Takes::text, "USER", tr_noop("account")))},
                    .run = say_words};
  const Command list{.name = "secret list",
                     .person = Person::operation,
                     .summary = tr_noop("list the passwords' names"),
                     .run = [](const Arguments&, Context&) { return 0; }};
  const Command fail{.name = "fail",
                     .person = Person::disaster,
                     .summary = tr_noop("fail as asked"),
                     .positionals = {optional(positional("NAME", Takes::text, tr_noop("how")))},
                     .run = [](const Arguments& arguments, Context&) -> int {
                       if (arguments.text("NAME") == "foreign") throw std::runtime_error("a library's words");
                       throw Error(ErrorCode::no_key, "opening", "no key fits", "Bring the recovery key")
                           .on("A.bak")
                           .with_category("E_NO_KEY");
                     }};
  return {.name = "sample",
          .version = "1.2.3",
          .summary = tr_noop("a program for tests"),
          .description = tr_noop("It does nothing of use."),
          .commands = {show, set, list, fail},
          .examples = {{"sample show --all x", tr_noop("everything about x")}}};
}

}  // namespace coffre::test
