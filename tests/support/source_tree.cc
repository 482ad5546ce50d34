#include "support/source_tree.h"

namespace coffre::test {

const std::string& source_dir() {
  static const std::string kSourceDir = COFFRE_SOURCE_DIR;
  return kSourceDir;
}

}  // namespace coffre::test
