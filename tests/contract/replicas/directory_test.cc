#include "replicas/directory.h"

#include <catch2/catch.hpp>

#include "replica_contract.h"
#include "support/temp_dir.h"

using namespace coffre;

TEST_CASE("A directory keeps the contract of a replica") {
  const test::TempDir dir;
  test::check_replica_contract([&] { return open_directory({"cloud", "elsewhere", dir.path()}); });
}

TEST_CASE("A directory loses nothing that was acknowledged while calls fail") {
  std::vector<std::unique_ptr<test::TempDir>> places;
  test::check_replica_survives_faults([&]() -> test::OpenReplica {
    places.push_back(std::make_unique<test::TempDir>());
    return [path = places.back()->path()] { return open_directory({"cloud", "elsewhere", path}); };
  });
}
