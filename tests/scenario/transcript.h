// Transcripts: what a person types and sees, as a test. One file, one fresh folder; lines are done in order.
//
//   # a comment                          (also blank lines between the blocks)
//   @simulator hikvision name=HALL size=65536      a recorder; further words are recorder-simulator's options
//   @tell HALL fault truncated           fault KIND [ARGUMENT] | heal | set KEY VALUE | certificate
//   @requests HALL with_credentials=1    what it was asked so far: connections, total, with_credentials, wrong
//   @env LANGUAGE=fr                     for the commands that follow
//   @let NAME basename local/*.bak       what the command prints is ${NAME} from now on: names that hold today's date
//   @file demo/site.yaml                 the lines up to @end, in a file below the folder
//   ...
//   @end
//   $ backupd run --json                 run by bash in the folder; our programs come first in PATH
//   < typed                              a line of its standard input (otherwise empty)
//   a line of stdout                     "[...]": anything; "<re:[0-9]+>": a regular expression; alone on a line,
//   [...]                                "[...]" stands for any number of lines; without such lines: no output at all
//   2> a line of stderr
//   ? 3                                  exit code; 0 when not said
//   ! out/*.zip                          nothing of that name exists (shell pattern)
//   = out/manifest.json                  something of that name exists
//
// A line of output that begins like one of these begins with a backslash here. Known variables are replaced in
// commands, files and expected lines: ${TMP} (the folder), ${HALL.url}, ${HALL.pin}, ${HALL.host}, ${SOURCE},
// ${BUILD}, and those of @let.
// Environment: PATH, HOME (the folder), LANGUAGE=en, TZ=UTC, LC_ALL=C.UTF-8, NO_COLOR, TMPDIR pointing nowhere.
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace coffre::test {

enum class StepType { run, exists, absent, file, simulator, tell, requests, environment, let };

struct Step {
  StepType type = StepType::run;
  std::size_t line = 0;               // where it stands, 1 is the first
  std::string text = {};              // the command, the pattern, or the words after the directive's name
  std::string input = {};             // run
  std::vector<std::string> out = {};  // run: expected lines; file: its lines
  std::vector<std::string> err = {};  // run
  int exit_code = 0;                  // run
};

// "LINE: what is wrong with the transcript".
class TranscriptError : public std::runtime_error {
 public:
  TranscriptError(std::size_t line, const std::string& what) : std::runtime_error(std::to_string(line) + ": " + what) {}
};

std::vector<Step> parse_transcript(std::string_view text);

// Whether one line of output is what the expected line says.
bool matches_line(std::string_view expected, std::string_view line);
// Whether the lines of `output` are the expected ones; blank lines at both ends do not count.
bool matches_lines(const std::vector<std::string>& expected, std::string_view output);

}  // namespace coffre::test
