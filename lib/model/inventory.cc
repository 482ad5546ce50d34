#include "model/inventory.h"

#include "base/error.h"
#include "base/translate.h"

namespace coffre {

const Site& Inventory::site_of(const DeviceKey& device) const {
  const auto found = sites.find(site_key(device.client, device.site));
  if (found == sites.end()) {
    throw Error(ErrorCode::internal, tr("looking for the site of a device"), tr("the inventory has no such site"))
        .on(device.display());
  }
  return found->second;
}

std::string site_key(const Code& client, const Code& site) {
  return client.text() + "/" + site.text();
}

}  // namespace coffre
