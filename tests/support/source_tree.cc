#include "support/source_tree.h"

namespace coffre::test {

const std::string& source_dir() {
  static const std::string kSourceDir = COFFRE_SOURCE_DIR;
  return kSourceDir;
}

const std::string& binary_dir() {
  static const std::string kBinaryDir = COFFRE_BINARY_DIR;
  return kBinaryDir;
}

}  // namespace coffre::test
