// How a device comes into the inventory, and how its certificate is confirmed again: `backupd device add|pin|identify`.
//
// First contact sends nothing: the certificate is shown to a person, who compares its fingerprint with what the device
// itself shows. Only a confirmed pin is ever used with credentials. Inventory files are changed by one entry, durably;
// everything else in them stays byte for byte.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "bundle/manifest.h"
#include "config/inventory_loader.h"
#include "config/inventory_writer.h"
#include "drivers/driver.h"
#include "model/device_identity.h"
#include "net/https_client.h"
#include "service/installation.h"

namespace coffre {

// TLS handshake only. Errors as probe_certificate().
ServerCertificate look_at_certificate(const Installation& at, const Device& device);

// What a trial collection found: sizes, never contents. Nothing is stored, here or at the device.
struct Trial {
  DeviceIdentity identity;
  std::vector<Part> parts;
};

// Identifies, collects into nothing; each request is told to `observer` as it is answered. `device` need not be in the
// inventory. A wrong password stops the credential.
Trial try_collection(Installation& at, const Device& device, const StepObserver& observer);

// The device's own word, now. Stops the credential on a wrong password.
DeviceIdentity identify_device(Installation& at, const Device& device);

// Where the inventory's text lies, for editing.
struct InventoryPlace {
  const std::vector<std::filesystem::path>& patterns;  // of the configuration
  const InventoryResult& loaded;
};

// Changes to the inventory's text, gathered by file; write() makes all those of one file in one edit. Clients and sites
// that the inventory has already stay as they are. Dying before write() changes nothing. Each device at most once.
class InventoryEditor {
 public:
  InventoryEditor(const Installation& at, const InventoryPlace& place) : at_(at), place_(place) {}
  void put(const Client& client, const Site& site, const Device& device);
  void set_pin_of(const DeviceKey& device, const std::string& pin);
  // Every new text is made (and checked) before the first file is written. Durably, one file after the other; files
  // whose text did not change are not touched. Errors as config/inventory_writer.h.
  void write() const;
  // The file that holds the device, else a device of its site, else the first inventory file. Error(usage) when the
  // configuration names none.
  [[nodiscard]] std::filesystem::path file_of(const DeviceKey& device) const;

 private:
  struct FileChange {
    InventoryChange entries;
    std::map<DeviceKey, std::string> pins;
  };

  const Installation& at_;
  const InventoryPlace& place_;
  std::map<std::filesystem::path, FileChange> changes_;
  std::set<Code> clients_;  // added by this editor
  std::set<std::string> sites_;
};

// What people call a client and a site that come into the inventory with their first device; "" = by its code.
struct NewNames {
  std::string client{};
  std::string site{};
};

// Adds or replaces the device; client and site are added under `names` when the inventory lacks them, and stay as they
// are when it has them. Written to InventoryEditor::file_of. Journal row. Returns the file. Error(usage) when the
// inventory has no file at all, or a text that cannot be edited by lines.
std::filesystem::path add_device(Installation& at, const InventoryPlace& place, const Device& device,
                                 const NewNames& names);

// Whether EMPREINTE_CHANGEE is open for the device: another certificate than the pinned one has answered, and no person
// has said why yet.
bool is_pin_change_open(const Installation& at, const DeviceKey& device);

// Writes the new pin; closes EMPREINTE_CHANGEE; journal row with old and new. Returns the file. `reason` may be empty
// only for a first confirmation (the device had no pin and nothing is open): Error(usage) otherwise.
std::filesystem::path set_device_pin(Installation& at, const InventoryPlace& place, const Device& device,
                                     const std::string& pin, const std::string& ticket, const std::string& reason);

// The device shows its pinned certificate again: a person says what it was, which closes EMPREINTE_CHANGEE. Journal row
// (device_pin) whose old and new pin are the same. False, and no row, when nothing was open. Error(usage) for an empty
// reason.
bool conclude_pin_change(Installation& at, const Device& device, const std::string& ticket, const std::string& reason);

// Error(refused, PIN_MISMATCH) unless `expected` is what the device shows.
void require_pin(const Device& device, const ServerCertificate& shown, const std::string& expected);

}  // namespace coffre
