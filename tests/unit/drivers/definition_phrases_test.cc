#include "drivers/definition_phrases.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "drivers/driver_registry.h"
#include "support/source_tree.h"

namespace coffre {
namespace {

TEST_CASE("every text of the shipped definitions is known to translators") {
  const std::vector<std::string_view> known = definition_phrases();
  std::vector<Finding> findings;
  const auto drivers = load_drivers(coffre::test::source_dir() + "/lib/drivers/definitions", {}, findings);
  REQUIRE(drivers->all().size() >= 4);
  for (const Driver* const driver : drivers->all()) {
    const DriverDescription& description = driver->description();
    std::vector<std::string> texts = description.tested;
    texts.insert(texts.end(), description.notes.begin(), description.notes.end());
    texts.push_back(description.title);
    for (const std::string& text : texts) {
      INFO(description.name << ": " << text);
      CHECK(std::ranges::find(known, text) != known.end());
    }
  }
}

}  // namespace
}  // namespace coffre
