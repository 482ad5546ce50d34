// Where this tree and this build lie, for tests that read their files. A function, not a definition on every command
// line: objects are then the same in each clone, and ccache finds them.
#pragma once

#include <string>

namespace coffre::test {

const std::string& source_dir();  // absolute, without a slash at its end; so is the other
const std::string& binary_dir();

}  // namespace coffre::test
