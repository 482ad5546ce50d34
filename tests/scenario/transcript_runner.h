// Does what a transcript says (transcript.h), in a folder of its own, with simulators of its own.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace coffre::test {

// What went otherwise than written, "FILE:LINE: ..." with what was seen; nullopt when all went as written. Nothing
// after the first such thing is done. A transcript that cannot be read is such a thing too.
std::optional<std::string> run_transcript(const std::filesystem::path& file);

}  // namespace coffre::test
