#include "cli/identity_json.h"

namespace coffre::cli {

Json identity_json(const DeviceIdentity& identity) {
  Json counts = Json::object();
  for (const auto& [name, count] : identity.counts) counts.set(name, count);
  return Json::object()
      .set("vendor", identity.vendor)
      .set("model", identity.model)
      .set("serial", identity.serial)
      .set("firmware", identity.firmware)
      .set("counts", std::move(counts));
}

}  // namespace coffre::cli
