#include "cli/parse.h"

#include <catch2/catch.hpp>

#include "sample_program.h"

namespace coffre::cli {
namespace {

using Words = std::vector<std::string>;

const Program& program() {
  static const Program sample = test::sample_program();
  return sample;
}

std::string mistake(const Words& words) {
  try {
    parse(program(), words);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    return error.what();
  }
  return "no mistake";
}

struct CommonRow {
  const char* name;
  Words words;
};

TEST_CASE("the common options stand before, between or after the command's words") {
  const auto row =
      GENERATE(values<CommonRow>({{"before", {"--config", "F", "--json", "--quiet", "secret", "list"}},
                                  {"between", {"secret", "--config", "F", "--json", "--quiet", "list"}},
                                  {"after", {"secret", "list", "--quiet", "--json", "--config", "F"}},
                                  {"with an equals sign", {"--quiet", "secret", "--config=F", "list", "--json"}}}));
  DYNAMIC_SECTION(row.name) {
    const Invocation invocation = parse(program(), row.words);
    REQUIRE(invocation.command != nullptr);
    CHECK(invocation.command->name == "secret list");
    CHECK(invocation.common.config_file == "F");
    CHECK(invocation.common.json);
    CHECK(invocation.common.quiet);
    CHECK_FALSE(invocation.common.help);
  }
}

TEST_CASE("options and positionals of a command mix in any order and keep their own order") {
  const Invocation invocation = parse(
      program(), {"show", "b", "--site", "PARIS", "a", "--days=30", "--site=LYON", "--all", "--kind", "pre", "c"});
  const Arguments& arguments = invocation.arguments;
  CHECK(arguments.all("NAME") == Words{"b", "a", "c"});
  CHECK(arguments.all("--site") == Words{"PARIS", "LYON"});
  CHECK(arguments.number("--days") == 30);
  CHECK(arguments.text("--kind") == "pre");
  CHECK(arguments.has("--all"));
}

struct PositionalRow {
  const char* name;
  Words words;
  Words expected;
};

TEST_CASE("what looks odd may be a positional") {
  const auto row =
      GENERATE(values<PositionalRow>({{"the name of another command", {"show", "show", "fail"}, {"show", "fail"}},
                                      {"a single hyphen", {"show", "-"}, {"-"}},
                                      {"after two hyphens", {"show", "--", "--all", "-x"}, {"--all", "-x"}},
                                      {"brackets and commas", {"show", "[a,b]", "a,b"}, {"[a,b]", "a,b"}},
                                      {"blanks and quotes", {"show", "a b", "\"c\""}, {"a b", "\"c\""}},
                                      {"an equals sign", {"show", "a=b"}, {"a=b"}},
                                      {"percent signs", {"show", "%%", "b"}, {"%%", "b"}},
                                      {"an empty text", {"show", ""}, {""}}}));
  DYNAMIC_SECTION(row.name) {
    CHECK(parse(program(), row.words).arguments.all("NAME") == row.expected);
  }
}

TEST_CASE("a value is taken as typed, even when it looks odd") {
  const auto row = GENERATE(values<PositionalRow>({{"brackets", {"show", "n", "--site", "[a,b]"}, {"[a,b]"}},
                                                   {"a hyphen first", {"show", "n", "--site", "-x"}, {"-x"}},
                                                   {"empty", {"show", "n", "--site", ""}, {""}},
                                                   {"an equals sign", {"show", "n", "--site=a=b"}, {"a=b"}}}));
  DYNAMIC_SECTION(row.name) {
    CHECK(parse(program(), row.words).arguments.all("--site") == row.expected);
  }
}

struct MistakeRow {
  const char* name;
  Words words;
  const char* line;
};

TEST_CASE("a mistake is one line that names the command, what is wrong, and what to type instead") {
  const auto row = GENERATE(values<MistakeRow>({
      {"nothing", {}, "sample: reading the command line: a command is missing: show, secret, fail. See sample --help"},
      {"unknown command",
       {"shwo", "x"},
       "sample: reading the command line: unknown command 'shwo'. Did you mean show?"},
      {"far from any",
       {"frobnicate"},
       "sample: reading the command line: unknown command 'frobnicate'. See sample --help"},
      {"second word missing",
       {"secret", "--json"},
       "sample secret: reading the command line: a command is missing: set, list. See sample secret --help"},
      {"second word unknown",
       {"secret", "lits"},
       "sample secret: reading the command line: unknown command 'lits'. Did you mean list?"},
      {"unknown option",
       {"show", "--stie", "P", "n"},
       "sample show: reading the command line: unknown option --stie. Did you mean --site?"},
      {"unknown option, its value not repeated",
       {"show", "n", "--password=hunter2"},
       "sample show: reading the command line: unknown option --password. See sample show --help"},
      {"unknown common option",
       {"--jsn", "show", "n"},
       "sample show: reading the command line: unknown option --jsn. Did you mean --json?"},
      {"unknown short option",
       {"show", "n", "-z"},
       "sample show: reading the command line: unknown option -z. See sample show --help"},
      {"unknown option without command",
       {"--jsn"},
       "sample: reading the command line: unknown option --jsn. Did you mean --json?"},
      {"value missing",
       {"show", "n", "--site"},
       "sample show: reading the command line: --site needs a value. See sample show --help"},
      {"nothing after the equals sign",
       {"show", "n", "--site="},
       "sample show: reading the command line: --site needs a value. See sample show --help"},
      {"config's value missing",
       {"show", "n", "--config"},
       "sample show: reading the command line: --config needs a value. See sample show --help"},
      {"value for a flag",
       {"show", "n", "--all=no"},
       "sample show: reading the command line: --all takes no value. See sample show --help"},
      {"not a number",
       {"show", "n", "--days", "many"},
       "sample show: reading the command line: --days takes a whole number. See sample show --help"},
      {"negative number",
       {"show", "n", "--days=-1"},
       "sample show: reading the command line: --days takes a whole number. See sample show --help"},
      {"number beyond 64 bits",
       {"show", "n", "--days", "9223372036854775808"},
       "sample show: reading the command line: --days takes a whole number. See sample show --help"},
      {"not one of the choices",
       {"show", "n", "--kind", "hebdo"},
       "sample show: reading the command line: --kind takes one of: pre, post. See sample show --help"},
      {"given twice",
       {"show", "n", "--days", "1", "--days", "2"},
       "sample show: reading the command line: --days is given more than once. See sample show --help"},
      {"config given twice",
       {"show", "n", "--config", "a", "--config", "b"},
       "sample show: reading the command line: --config is given more than once. See sample show --help"},
      {"positional missing",
       {"show"},
       "sample show: reading the command line: NAME is missing. See sample show --help"},
      {"required option missing",
       {"secret", "set", "n"},
       "sample secret set: reading the command line: --user is missing. See sample secret set --help"},
      {"one word too many, perhaps a password: not repeated",
       {"secret", "set", "n", "hunter2", "--user", "u"},
       "sample secret set: reading the command line: too many words; it takes: NAME. See sample secret set --help"},
      {"a word where there are none",
       {"secret", "list", "x"},
       "sample secret list: reading the command line: takes options only, no other words. See sample secret list "
       "--help"},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(mistake(row.words) == row.line);
  }
}

TEST_CASE("a flag may be repeated") {
  CHECK(parse(program(), {"show", "n", "--all", "--all"}).arguments.has("--all"));
}

struct HelpRow {
  const char* name;
  Words words;
  const char* command;  // "" = of the program
};

TEST_CASE("help and version are understood where they stand, whatever else is missing") {
  const auto row = GENERATE(values<HelpRow>({{"of the program", {"--help"}, ""},
                                             {"short", {"-h"}, ""},
                                             {"of a command", {"show", "--help"}, "show"},
                                             {"short, of a command", {"secret", "set", "-h"}, "secret set"},
                                             {"before the command", {"--help", "secret", "set"}, "secret set"},
                                             {"of a group: of the program", {"secret", "--help"}, ""}}));
  DYNAMIC_SECTION(row.name) {
    const Invocation invocation = parse(program(), row.words);
    CHECK(invocation.common.help);
    CHECK((invocation.command == nullptr ? "" : invocation.command->name) == row.command);
  }
  CHECK(parse(program(), {"--version"}).common.version);
  CHECK(parse(program(), {"show", "--version"}).common.version);
}

TEST_CASE("the common options are seen even where the rest is not understood") {
  const CommonOptions common = peek_common_options({"frob", "--json", "--nope", "--config=F", "--quiet"});
  CHECK(common.json);
  CHECK(common.quiet);
  CHECK(common.config_file == "F");
  CHECK(peek_common_options({"x", "--config", "G"}).config_file == "G");
  CHECK_FALSE(peek_common_options({"x", "--", "--json"}).json);
}

}  // namespace
}  // namespace coffre::cli
