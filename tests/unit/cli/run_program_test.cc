#include "cli/run_program.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "sample_program.h"

namespace coffre::cli {
namespace {

struct Result {
  int code;
  std::string out;
  std::string err;
};

Result run(const std::vector<std::string>& words, const Program& program = test::sample_program()) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const int code = run_program(program, words, Streams{.in = in, .out = out, .err = err});
  return {code, out.str(), err.str()};
}

TEST_CASE("a command's result goes to stdout and its code is the program's") {
  const Result result = run({"show", "a", "b"});
  CHECK(result.code == 0);
  CHECK(result.out == "a\nb\n");
  CHECK(result.err.empty());
}

TEST_CASE("an error is one line on stderr and the documented exit code") {
  const Result result = run({"fail"});
  CHECK(result.code == 6);
  CHECK(result.out.empty());
  CHECK(result.err == "A.bak: opening: no key fits. Bring the recovery key\n");
}

TEST_CASE("with --json an error is one object on stdout") {
  const Result result = run({"--json", "fail"});
  CHECK(result.code == 6);
  CHECK(result.err.empty());
  CHECK(result.out == R"({
  "error": {
    "code": "no_key",
    "category": "E_NO_KEY",
    "subject": "A.bak",
    "step": "opening",
    "reason": "no key fits",
    "hint": "Bring the recovery key"
  },
  "exit_code": 6
}
)");
}

TEST_CASE("a mistake in the command line is exit code 2, in the form that was asked for") {
  CHECK(run({"shwo"}).code == 2);
  CHECK(run({"shwo"}).err == "sample: reading the command line: unknown command 'shwo'. Did you mean show?\n");
  CHECK(run({"shwo", "--json"}).err.empty());
  CHECK(run({"shwo", "--json"}).out.find("\"code\": \"usage\"") != std::string::npos);
}

TEST_CASE("what a library throws is internal, exit code 1") {
  const Result result = run({"fail", "foreign"});
  CHECK(result.code == 1);
  CHECK(result.err == "running the command: a library's words\n");
}

TEST_CASE("help and version go to stdout with exit code 0") {
  CHECK(run({"--help"}).out.starts_with("sample 1.2.3 - a program for tests\n"));
  CHECK(run({"--help"}).code == 0);
  CHECK(run({"secret", "set", "--help"}).out.starts_with("sample secret set - store a password\n"));
  CHECK(run({"--version"}).out == "sample 1.2.3\n");
  CHECK(run({"--version", "--json"}).out == "{\n  \"name\": \"sample\",\n  \"version\": \"1.2.3\"\n}\n");
}

TEST_CASE("every program prints its completion scripts and its manual page, and lists both commands") {
  CHECK(run({"completion", "bash"}).out.find("complete -o filenames -F _sample sample\n") != std::string::npos);
  CHECK(run({"completion", "zsh"}).out.starts_with("#compdef sample\n"));
  CHECK(run({"completion", "fish"}).code == 2);
  CHECK(run({"man"}).out.starts_with(".TH SAMPLE 1"));
  CHECK(run({"--help"}).out.find("  completion   print the completion script of a shell\n") != std::string::npos);
}

TEST_CASE("a command knows how to speak: quiet, JSON, terminal, NO_COLOR") {
  struct Seen {
    bool quiet, json, colors, progress;
    std::string config;
  } seen{};
  Program program = test::sample_program();
  program.commands[0].run = [&](const Arguments&, Context& context) {
    seen = {context.quiet, context.json, context.colors, context.err_is_terminal, context.config_file};
    return 3;
  };
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Streams terminal{.in = in, .out = out, .err = err, .out_is_terminal = true, .err_is_terminal = true};
  unsetenv("NO_COLOR");
  CHECK(run_program(program, {"show", "n", "--quiet", "--config", "F"}, terminal) == 3);
  CHECK(seen.quiet);
  CHECK_FALSE(seen.json);
  CHECK(seen.colors);
  CHECK(seen.progress);
  CHECK(seen.config == "F");
  setenv("NO_COLOR", "1", 1);
  run_program(program, {"show", "n", "--json"}, terminal);
  CHECK(seen.json);
  CHECK_FALSE(seen.colors);
  unsetenv("NO_COLOR");
}

}  // namespace
}  // namespace coffre::cli
