#include "catalog/closures.h"

#include <catch2/catch.hpp>

#include "support/error_of.h"
#include "support/print_instant.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

const ClosureRow kClosure{.client = "CLIEXEMP",
                          .closes_at = from_unix(1'803'000'000),
                          .first_person = "A. Martin",
                          .second_person = "B. Durand",
                          .reason = "contract ended",
                          .ticket = "T-2",
                          .account = "paul",
                          .recorded_at = from_unix(1'795'230'000)};

TEST_CASE("a client is closed once, and the row says by whom", "[catalog]") {
  test::SampleCatalog f;
  const auto put = [&](const ClosureRow& row) {
    f.database.write([&](Session& session) { put_closure(session, row); });
  };
  put(kClosure);
  CHECK(test::error_of([&] { put(kClosure); }).code() == ErrorCode::conflict);
  f.database.write([&](Session& session) {
    const auto row = find_closure(session, "CLIEXEMP");
    REQUIRE(row);
    CHECK(row->closes_at == kClosure.closes_at);
    CHECK(row->first_person == "A. Martin");
    CHECK(row->second_person == "B. Durand");
    CHECK_FALSE(row->attested_at);
    CHECK_FALSE(find_closure(session, "CLI"));
    note_attested(session, "CLIEXEMP", from_unix(1'900'000'000));
    CHECK(closures(session).at(0).attested_at == from_unix(1'900'000'000));
    CHECK(remove_closure(session, "CLIEXEMP"));
    CHECK_FALSE(remove_closure(session, "CLIEXEMP"));
  });
}

TEST_CASE("the same person twice is not two, also for the database", "[catalog]") {
  test::SampleCatalog f;
  ClosureRow row = kClosure;
  row.second_person = row.first_person;
  CHECK_THROWS_AS(f.database.write([&](Session& session) { put_closure(session, row); }), Error);
}

}  // namespace
}  // namespace coffre
