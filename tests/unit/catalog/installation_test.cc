#include "catalog/installation.h"

#include <catch2/catch.hpp>

#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

TEST_CASE("a fact is absent, put, and replaced", "[catalog]") {
  test::SampleCatalog catalog;
  catalog.database.write([](Session& session) {
    CHECK_FALSE(get_fact(session, "installation_id"));
    put_fact(session, "installation_id", "00112233445566778899aabbccddeeff");
    CHECK(get_fact(session, "installation_id") == "00112233445566778899aabbccddeeff");
    put_fact(session, "installation_id", "");
    CHECK(get_fact(session, "installation_id") == "");
    CHECK_FALSE(get_fact(session, "rebuilt_at"));
  });
}

}  // namespace
}  // namespace coffre
