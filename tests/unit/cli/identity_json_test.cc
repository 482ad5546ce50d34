#include "cli/identity_json.h"

#include <catch2/catch.hpp>

using namespace coffre;

TEST_CASE("an identity has every field, empty ones too, and its counts by name") {
  const DeviceIdentity identity{"Exemple", "X-1", "SN \"1\"", "", {{"channels", 16}, {"users", 0}}};
  CHECK(cli::Json::object().set("identity", cli::identity_json(identity)).text() == R"({
  "identity": {
    "vendor": "Exemple",
    "model": "X-1",
    "serial": "SN \"1\"",
    "firmware": "",
    "counts": {
      "channels": 16,
      "users": 0
    }
  }
}
)");
}
