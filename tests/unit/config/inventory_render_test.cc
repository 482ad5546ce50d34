#include "config/inventory_render.h"

#include <catch2/catch.hpp>

namespace coffre {
namespace {

using Lines = std::vector<std::string>;

Code code(const char* text) {
  return Code::create(text).value();
}

}  // namespace

TEST_CASE("a client is written with what it has, and nothing else") {
  Client client{code("C"), "Dupont & Fils", {}, {}, {}, {}, {}, {}};
  CHECK(render_client(client) == Lines{"name: \"Dupont & Fils\""});
  client.representative = Person{"Claire", "c@x.example", "01 23"};
  client.contract_to = Date{2028, 12, 31};
  CHECK(render_client(client) == Lines{"name: \"Dupont & Fils\"",
                                       "representative: {name: Claire, mail: c@x.example, phone: 01 23}",
                                       "contract:", "  to: 2028-12-31"});
}

TEST_CASE("a site's window is written when it is not the usual one") {
  Site site{code("C"), code("S"), "Siège", Contract::reinforced, {}, {}, {}, "Indian/Reunion", {}, {"192.0.2.0/24"}};
  CHECK(render_site(site) ==
        Lines{"name: Siège", "contract: reinforced", "zone: Indian/Reunion", "networks:", "  - 192.0.2.0/24"});
  site.window.iso_weekday = 1;
  CHECK(render_site(site).at(2) == "window: {day: monday, from: \"01:00\", to: \"05:00\"}");
}

TEST_CASE("a device without a confirmed pin says how to confirm it") {
  Device device{DeviceKey{code("C"), code("S"), code("NVR"), code("N")},
                "d",
                "https://192.0.2.1",
                {},
                "cred",
                Collection::automatic,
                {},
                {},
                {},
                {}};
  CHECK(render_device(device) == Lines{"driver: d", "address: https://192.0.2.1",
                                       "# pin: not confirmed yet, see `backupd device pin C/S/NVR_N`",
                                       "credential: cred"});
  device.collection = Collection::manual;
  device.settings = {{"a", ""}, {"b", "1"}};
  device.retired = Retired{{2026, 1, 2}, "Anne", "trop vieux, cassé"};
  CHECK(render_device(device) == Lines{"driver: d", "address: https://192.0.2.1", "credential: cred",
                                       "collection: manual", "settings:", "  a: \"\"", "  b: \"1\"",
                                       "retired: {date: 2026-01-02, by: Anne, reason: \"trop vieux, cassé\"}"});
}

}  // namespace coffre
