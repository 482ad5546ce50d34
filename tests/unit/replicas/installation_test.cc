#include "replicas/installation.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "replicas/directory.h"
#include "support/error_of.h"
#include "support/faulty_replica.h"
#include "support/temp_dir.h"

using namespace coffre;
using test::error_of;

namespace {

constexpr const char* kOurs = "00112233445566778899aabbccddeeff";
constexpr const char* kOther = "ffeeddccbbaa99887766554433221100";

struct Place {
  test::TempDir dir;
  std::unique_ptr<Replica> replica = open_directory({"cloud", "elsewhere", dir.path()});
};

}  // namespace

TEST_CASE("A replica is claimed once, by one line that a person can read") {
  Place place;
  CHECK_FALSE(installation_id(*place.replica).has_value());
  claim_installation(*place.replica, kOurs);
  CHECK(test::read_file(place.dir / "_coffre/INSTALLATION") == std::string("coffre-installation ") + kOurs + "\n");
  CHECK(installation_id(*place.replica) == kOurs);
  CHECK_NOTHROW(claim_installation(*place.replica, kOurs));
  CHECK_NOTHROW(require_installation(*place.replica, kOurs));
}

TEST_CASE("Another installation's replica is refused, both are named, nothing is overwritten") {
  Place place;
  claim_installation(*place.replica, kOther);
  for (const auto call : {claim_installation, require_installation}) {
    const Error error = error_of([&] { call(*place.replica, kOurs); });
    CHECK(error.code() == ErrorCode::rule);
    CHECK(error.category() == "FOREIGN_INSTALLATION");
    CHECK_THAT(error.reason(), Catch::Contains(kOurs) && Catch::Contains(kOther));
    CHECK(error.subject() == "cloud");
  }
  CHECK(installation_id(*place.replica) == kOther);
}

TEST_CASE("A replica that nobody claimed is refused: most likely a bare mount point") {
  Place place;
  const Error error = error_of([&] { require_installation(*place.replica, kOurs); });
  CHECK(error.code() == ErrorCode::rule);
  CHECK(error.category() == "UNCLAIMED_REPLICA");
}

TEST_CASE("An INSTALLATION of another form is damage, never taken for ours or for absence") {
  struct Row {
    std::string name;
    std::string content;
  };
  const auto row = GENERATE(values<Row>({
      {"empty", ""},
      {"cut", "coffre-installation 0011"},
      {"no line end", std::string("coffre-installation ") + kOurs},
      {"something behind", std::string("coffre-installation ") + kOurs + "\n\n"},
      {"upper case", "coffre-installation 00112233445566778899AABBCCDDEEFF\n"},
      {"other word", std::string("coffre-instellation ") + kOurs + "\n"},
      {"large", std::string(1'000'000, 'x')},
  }));
  DYNAMIC_SECTION(row.name) {
    Place place;
    test::write_file(place.dir / "_coffre/INSTALLATION", row.content);
    CHECK(error_of([&] { (void)installation_id(*place.replica); }).code() == ErrorCode::damaged);
    CHECK(error_of([&] { claim_installation(*place.replica, kOurs); }).code() == ErrorCode::damaged);
    CHECK(test::read_file(place.dir / "_coffre/INSTALLATION") == row.content);
  }
}

TEST_CASE("An id is 32 hex digits") {
  Place place;
  CHECK(error_of([&] { claim_installation(*place.replica, "short"); }).code() == ErrorCode::internal);
  CHECK_FALSE(installation_id(*place.replica).has_value());
}

TEST_CASE("A claim whose answer is lost is finished by the next one") {
  Place place;
  test::FaultyReplica faulty(*place.replica);
  faulty.fail_call(1, ErrorCode::unreachable, test::FaultMoment::after);
  CHECK(error_of([&] { claim_installation(faulty, kOurs); }).code() == ErrorCode::unreachable);
  CHECK_NOTHROW(claim_installation(faulty, kOurs));
  CHECK(installation_id(faulty) == kOurs);
}
