// Where this tree lies, for tests that read its files. A function, not a definition on every command line: objects are
// then the same in each clone, and ccache finds them.
#pragma once

#include <string>

namespace coffre::test {

const std::string& source_dir();  // absolute, without a slash at its end

}  // namespace coffre::test
