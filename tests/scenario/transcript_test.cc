// The runner itself: what it accepts, and that it notices what goes otherwise than written.
#include "transcript.h"

#include <catch2/catch.hpp>

#include "support/temp_dir.h"
#include "transcript_runner.h"

namespace coffre::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("a transcript is read into steps") {
  const auto steps = parse_transcript(
      "# a comment\n@env A=b\n@file x/y\nfirst\n\n$ not a command\n@end\n$ prog --a\n< typed\n<\nout\n\n\\$ odd\n2> "
      "bad\n"
      "? 3\n! gone\n= there\n");
  REQUIRE(steps.size() == 5);
  CHECK(steps[0].type == StepType::environment);
  CHECK(steps[0].text == "A=b");
  CHECK(steps[1].type == StepType::file);
  CHECK(steps[1].out == Lines{"first", "", "$ not a command"});
  CHECK(steps[2].type == StepType::run);
  CHECK(steps[2].line == 8);
  CHECK(steps[2].text == "prog --a");
  CHECK(steps[2].input == "typed\n\n");
  CHECK(steps[2].out == Lines{"out", "", "$ odd"});
  CHECK(steps[2].err == Lines{"bad"});
  CHECK(steps[2].exit_code == 3);
  CHECK(steps[3].type == StepType::absent);
  CHECK(steps[4].type == StepType::exists);
}

struct BadRow {
  const char* name;
  const char* text;
  const char* what;
};

TEST_CASE("a transcript that is not one says where") {
  const auto row = GENERATE(values<BadRow>({{"output first", "# x\nout\n", "2: output without a command before it"},
                                            {"unknown directive", "@nope x\n", "1: unknown directive @nope"},
                                            {"no end", "\n@file x\nline\n", "2: @file without @end"},
                                            {"no number", "$ a\n? many\n", "2: an exit code is a number"}}));
  DYNAMIC_SECTION(row.name) {
    CHECK_THROWS_WITH(parse_transcript(row.text), row.what);
  }
}

struct LineRow {
  const char* expected;
  const char* line;
  bool matches;
};

TEST_CASE("a line matches as a whole, with wildcards") {
  const auto row = GENERATE(values<LineRow>({{"abc", "abc", true},
                                             {"abc", "abcd", false},
                                             {"a.c", "abc", false},
                                             {"a[...]c", "a.(x)*c", true},
                                             {"a[...]c", "ab", false},
                                             {"n <re:[0-9]+> (x)", "n 42 (x)", true},
                                             {"n <re:[0-9]+> (x)", "n 4a (x)", false},
                                             {"[...]<re:b+>[...]", "xxbbyy", true},
                                             {"{\"a\": [1]}", "{\"a\": [1]}", true}}));
  DYNAMIC_SECTION(row.expected << " / " << row.line) {
    CHECK(matches_line(row.expected, row.line) == row.matches);
  }
}

TEST_CASE("a line of dots stands for any number of lines") {
  CHECK(matches_lines({"a", "[...]", "d"}, "a\nb\nc\nd\n"));
  CHECK(matches_lines({"a", "[...]", "d"}, "a\nd\n"));
  CHECK(matches_lines({"[...]"}, ""));
  CHECK(matches_lines({"[...]", "c", "[...]", "e"}, "a\nc\nc\nd\ne\n"));
  CHECK_FALSE(matches_lines({"a", "[...]", "d"}, "a\nd\ne\n"));
  CHECK_FALSE(matches_lines({}, "a\n"));
  CHECK_FALSE(matches_lines({"a"}, ""));
  CHECK(matches_lines({"a", "", "b", ""}, "a\n\nb\n"));
  CHECK_FALSE(matches_lines({"a", "b"}, "a\n\nb\n"));
}

// The finding's first line without the folder, "" when all went as written.
std::string finding_of(std::string_view transcript) {
  const TempDir folder;
  write_file(folder / "t.transcript", transcript);
  const std::string found = run_transcript(folder / "t.transcript").value_or("");
  const auto name = found.find("t.transcript:");
  return name == std::string::npos ? found : found.substr(name, found.find('\n') - name);
}

TEST_CASE("what goes as written is silent") {
  CHECK(finding_of(
            "@env WORD=there\n@file a/b.txt\nin ${TMP}\n@end\n$ cat a/b.txt; echo $WORD; cat; echo bad >&2; exit 4\n"
            "< typed\nin ${TMP}\nthere\ntyped\n2> bad\n? 4\n= a/*.txt\n! c\n") == "");
}

TEST_CASE("what a command prints has a name from then on, when it is one line") {
  CHECK(finding_of("$ touch a-20261121.bak\n@let BACKUP ls *.bak\n$ echo ${BACKUP}\na-20261121.bak\n= ${BACKUP}\n") ==
        "");
  CHECK(finding_of("@let BACKUP ls *.bak\n") == "t.transcript:1: @let BACKUP ls *.bak");
  CHECK(finding_of("@let TWO printf 'a\\nb\\n'\n") == "t.transcript:1: @let TWO printf 'a\\nb\\n'");
  CHECK(finding_of("@let TWO\n") == "t.transcript:1: @let NAME COMMAND");
}

TEST_CASE("commands see a small, fixed environment") {
  CHECK(finding_of("$ env | cut -d= -f1 | grep -v '^_$\\|SHLVL\\|PWD' | sort\nHOME\nLANGUAGE\nLC_ALL\nNO_COLOR\nPATH\n"
                   "TMPDIR\nTZ\n") == "");
}

TEST_CASE("what goes otherwise is found, with its line") {
  CHECK(finding_of("\n$ echo a\nb\n") == "t.transcript:2: $ echo a");
  CHECK(finding_of("$ echo a\n") == "t.transcript:1: $ echo a");
  CHECK(finding_of("$ echo a >&2\n") == "t.transcript:1: $ echo a >&2");
  CHECK(finding_of("$ exit 1\n") == "t.transcript:1: $ exit 1");
  CHECK(finding_of("$ true\n? 1\n") == "t.transcript:1: $ true");
  CHECK(finding_of("$ touch x\n! x\n") == "t.transcript:2: x exists");
  CHECK(finding_of("= x\n") == "t.transcript:1: x does not exist");
  CHECK(finding_of("@tell HALL heal\n") == "t.transcript:1: no simulator is called HALL");
  CHECK(finding_of("@env A\n") == "t.transcript:1: KEY=VALUE is expected, not A");
}

TEST_CASE("a simulator is there under its name, can be told things, and counts its requests") {
  CHECK(
      finding_of("@simulator hikvision name=HALL size=4096\n@tell HALL fault status on=identify 500\n@tell HALL heal\n"
                 "$ echo ${HALL.url} ${HALL.pin}\nhttps://127.0.0.1:<re:[0-9]+> sha256//[...]\n"
                 "@requests HALL connections=0 total=0\n") == "");
  CHECK(finding_of("@simulator hikvision name=HALL\n@requests HALL total=1\n") ==
        "t.transcript:2: HALL: 0 total, expected 1");
}

}  // namespace
}  // namespace coffre::test
