// run-transcript FILE: exit code 0 when everything in the transcript (transcript.h) goes as written.
#include <iostream>

#include "transcript_runner.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "run-transcript FILE\n";
    return 2;
  }
  const auto wrong = coffre::test::run_transcript(argv[1]);
  if (wrong) std::cerr << *wrong << '\n';
  return wrong ? 1 : 0;
}
