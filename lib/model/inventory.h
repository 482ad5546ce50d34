// Who is backed up: clients, their sites, the devices there. Read by config/inventory_loader.h; formats and meaning of
// each field: schemas/inventory.schema.json. Plain values; an Inventory that exists has been checked (unique keys,
// existing references, valid codes).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/backup_name.h"

namespace coffre {

struct Person {
  std::string name{};
  std::string mail{};
  std::string phone{};
};

struct Date {
  int year = 0;
  unsigned month = 1;
  unsigned day = 1;
  auto operator<=>(const Date&) const = default;
};

struct Client {
  Code code;
  std::string name{};
  std::optional<Person> representative{};
  std::optional<Person> on_call_contact{};
  std::optional<Person> security_manager{};
  std::string report_address{};
  std::optional<Date> contract_from{};
  std::optional<Date> contract_to{};
};

enum class Contract { standard, reinforced };

// When a site's scheduled backups may start, in the site's own zone. `to` may lie on the next day (from > to);
// from == to is a whole day.
struct Window {
  unsigned iso_weekday = 7;     // 1 Monday .. 7 Sunday: the day on which the window starts
  unsigned from_minute = 60;    // minutes after local midnight, 0..1439
  unsigned to_minute = 5 * 60;  // exclusive; 1440 is the same as 0: the midnight that ends the day
};

struct Site {
  Code client;
  Code code;
  std::string name{};
  Contract contract = Contract::standard;
  std::optional<Person> backup_owner{};
  std::optional<Person> deputy{};
  Window window{};
  std::string zone{};  // "" = the installation's
  std::string report_address{};
  std::vector<std::string> networks{};  // CIDR; addresses that names of this site's devices may resolve to
};

enum class Collection { automatic, manual };

struct Retired {
  Date date;
  std::string by{};
  std::string reason{};
};

struct Device {
  DeviceKey key;
  std::string driver{};      // name of a definition: "hikvision-isapi"
  std::string address{};     // "https://host[:port]"
  std::string pin{};         // "sha256//<base64>" of the public key; "" = not confirmed yet
  std::string credential{};  // name of a stored credential; "" only where the driver needs none
  Collection collection = Collection::automatic;
  std::vector<std::string> recipients{};  // coffre-recipient lines of the client's own keys, added to the list's
  std::optional<Retired> retired{};
  std::optional<DeviceKey> renamed_from{};
  std::map<std::string, std::string> settings{};  // driver-specific, e.g. {"export": "encrypted"}
};

struct Inventory {
  std::map<Code, Client> clients;
  std::map<std::string, Site> sites;  // by "CLIENT/SITE"
  std::map<DeviceKey, Device> devices;

  // Throws Error(internal) for a device that is not of this inventory.
  [[nodiscard]] const Site& site_of(const DeviceKey& device) const;
};

std::string site_key(const Code& client, const Code& site);  // "CLIENT/SITE"

}  // namespace coffre
