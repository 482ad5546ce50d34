#include "config/embedded_file.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/source_tree.h"
#include "support/temp_dir.h"

namespace coffre {

TEST_CASE("built-in files are the files of the tree, byte for byte") {
  const std::string root = test::source_dir();
  for (const char* const name : {"config.schema.json", "inventory.schema.json"}) {
    CHECK(embedded_file(name) == test::read_file(root + "/schemas/" + name));
  }
  for (const char* const name : {"coffre.fr.yaml", "coffre.en.yaml", "inventory.fr.yaml", "inventory.en.yaml"}) {
    CHECK(embedded_file(name) == test::read_file(root + "/lib/config/templates/" + name));
  }
}

TEST_CASE("a file that was not built in is our mistake") {
  CHECK_THROWS_AS(embedded_file("other"), Error);
}

}  // namespace coffre
