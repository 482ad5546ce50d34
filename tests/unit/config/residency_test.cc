#include "config/residency.h"

#include <catch2/catch.hpp>

namespace coffre {

TEST_CASE("endpoints of French providers are known with place and source") {
  struct Row {
    const char* host;
    const char* region;
    const char* place;
  };
  const auto row = GENERATE(values<Row>({{"s3.gra.io.cloud.ovh.net", "gra", "Gravelines"},
                                         {"S3.RBX.io.cloud.ovh.net", "rbx", "Roubaix"},
                                         {"s3.fr-par.scw.cloud", "fr-par", "Paris"},
                                         {"oos.eu-west-2.outscale.com", "eu-west-2", "Paris"},
                                         {"cellar-c2.services.clever-cloud.com", "", "Paris"}}));
  const KnownEndpoint* const known = known_in_france(row.host);
  REQUIRE(known != nullptr);
  CHECK(known->region == row.region);
  CHECK(known->place == row.place);
  CHECK_FALSE(known->source.empty());
}

TEST_CASE("the same providers elsewhere, lookalikes and parts of a name are not known") {
  for (const char* const host :
       {"s3.de.io.cloud.ovh.net", "s3.nl-ams.scw.cloud", "oos.us-east-2.outscale.com", "s3.eu-west-2.amazonaws.com",
        "s3.gra.io.cloud.ovh.net.example.com", "gra.io.cloud.ovh.net", "xs3.gra.io.cloud.ovh.net", ""}) {
    CAPTURE(host);
    CHECK(known_in_france(host) == nullptr);
  }
}

TEST_CASE("the host of an endpoint is without scheme and port") {
  CHECK(host_of_endpoint("https://s3.gra.io.cloud.ovh.net") == "s3.gra.io.cloud.ovh.net");
  CHECK(host_of_endpoint("https://192.0.2.1:9000") == "192.0.2.1");
}

}  // namespace coffre
