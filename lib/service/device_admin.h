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

// Identifies, collects into nothing. `device` need not be in the inventory. A wrong password stops the credential.
Trial try_collection(Installation& at, const Device& device);

// The device's own word, now. Stops the credential on a wrong password.
DeviceIdentity identify_device(Installation& at, const Device& device);

// Where the inventory's text lies, for editing.
struct InventoryPlace {
  const std::vector<std::filesystem::path>& patterns;  // of the configuration
  const InventoryResult& loaded;
};

// Changes to the inventory's text, gathered by file and written together by write(). Clients and sites that the
// inventory has already stay as they are. Dying before write() changes nothing.
class InventoryEditor {
 public:
  InventoryEditor(const Installation& at, const InventoryPlace& place);
  void put(const Client& client, const Site& site, const Device& device);
  void set_pin_of(const DeviceKey& device, const std::string& pin);
  // Durably, one file after the other; files whose text did not change are not touched.
  void write();
  [[nodiscard]] std::filesystem::path file_of(const DeviceKey& device) const;

 private:
  std::string& text_of(const std::filesystem::path& file);

  const Installation& at_;
  const InventoryPlace& place_;
  std::map<std::filesystem::path, std::string> before_;
  std::map<std::filesystem::path, std::string> texts_;
  std::set<Code> clients_;  // added by this editor
  std::set<std::string> sites_;
};

// Adds or replaces the device; client and site are added, named by their codes, when the inventory lacks them. Written
// to the file that holds the device, else a device of its site, else the first inventory file. Journal row. Returns the
// file. Error(usage) when the inventory has no file at all, or a text that cannot be edited by lines.
std::filesystem::path add_device(Installation& at, const InventoryPlace& place, const Device& device);

// Writes the new pin; closes EMPREINTE_CHANGEE; journal row with old and new. Returns the file.
std::filesystem::path set_device_pin(Installation& at, const InventoryPlace& place, const Device& device,
                                     const std::string& pin, const std::string& ticket, const std::string& reason);

// Error(refused, PIN_MISMATCH) unless `expected` is what the device shows.
void require_pin(const Device& device, const ServerCertificate& shown, const std::string& expected);

}  // namespace coffre
