#include "service/places/local_place.h"

#include <catch2/catch.hpp>

#include "service/backup/run_pass.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("each failure of the first place opens its own matter, and a run that passes closes all of them") {
  struct Row {
    ErrorCode code;
    const char* category;
    AnomalyCode opens;
  };
  const auto row = GENERATE(values<Row>({
      {ErrorCode::rule, "VOLUME_NOT_ENCRYPTED", AnomalyCode::volume_not_encrypted},
      {ErrorCode::no_space, "", AnomalyCode::disk_space},
      {ErrorCode::io, "", AnomalyCode::replica_unavailable},
      {ErrorCode::rule, "UNCLAIMED_REPLICA", AnomalyCode::replica_unavailable},
  }));
  InstallationFixture fixture;
  Error error(row.code, "checking the volume", "no");
  error.with_category(row.category);
  note_local_failure(fixture.at().catalog, error, fixture.clock().now());
  CHECK(is_open(fixture, row.opens, kLocalReplica));
  CHECK(list_anomalies(fixture.at()).size() == 1);

  const std::atomic<bool> stop = false;
  run_pass(fixture.at(), {}, {}, stop);
  CHECK_FALSE(is_open(fixture, row.opens, kLocalReplica));
}
