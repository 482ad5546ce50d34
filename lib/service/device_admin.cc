#include "service/device_admin.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/translate.h"
#include "bundle/bundle_writer.h"
#include "catalog/anomalies.h"
#include "catalog/journal.h"
#include "config/inventory_writer.h"
#include "os/durable_file.h"
#include "os/folder.h"
#include "service/device_access.h"

namespace coffre {
namespace {

constexpr std::size_t kMaxInventoryBytes = std::size_t{8} * 1024 * 1024;

// Runs `ask` with a session at the device; a refused password stops the credential before the error goes on.
template <typename Ask>
auto with_session(Installation& at, const Device& device, Ask ask) {
  try {
    const auto session = driver_for(at, device).open(access_for(at, device), at.random, [](const StepReport&) {});
    auto answer = ask(*session);
    session->close();
    return answer;
  } catch (Error& error) {
    error.on(device.key.display());
    if (stops_credential(error)) stop_credential_of(at, device, error);
    throw;
  }
}

// --- the inventory's text
// ----------------------------------------------------------------------------------------------

std::filesystem::path file_for(const InventoryPlace& place, const DeviceKey& key) {
  for (const auto& [known, origin] : place.loaded.devices) {
    if (known == key) return origin.file;
  }
  for (const auto& [known, origin] : place.loaded.devices) {
    if (known.client == key.client && known.site == key.site) return origin.file;
  }
  std::vector<Finding> findings;
  const auto files = inventory_files(place.patterns, findings);
  if (!files.empty()) return files.front();
  throw Error(ErrorCode::usage, tr("editing the inventory"), tr("the configuration names no inventory file"),
              tr("Name one under `inventory:`"));
}

std::string read_text(const std::filesystem::path& file) {
  const Folder folder = Folder::open(file.parent_path().string());
  auto text = folder.read_small(file.filename().string(), kMaxInventoryBytes);
  if (!text) throw Error(ErrorCode::not_found, tr("editing the inventory"), tr("the file is gone")).on(file.string());
  return *text;
}

void write_text(const std::filesystem::path& file, const std::string& text) {
  const Folder folder = Folder::open(file.parent_path().string());
  atomic_replace(folder, file.filename().string(), as_bytes(text));
}

void journal(Installation& at, std::string action, const Device& device, const std::string& ticket,
             std::map<std::string, std::string> detail) {
  at.catalog.write([&](Session& session) {
    append_journal(session,
                   {.account = at.account,
                    .action = std::move(action),
                    .subject = device.key.display(),
                    .result = "done",
                    .ticket = ticket,
                    .detail = std::move(detail)},
                   at.clock.now());
  });
}

}  // namespace

ServerCertificate look_at_certificate(const Installation& at, const Device& device) {
  try {
    return probe_certificate(device.address, networks_of(at, device), Limits{});
  } catch (Error& error) {
    throw error.on(device.key.display());
  }
}

void require_pin(const Device& device, const ServerCertificate& shown, const std::string& expected) {
  if (shown.pin == expected) return;
  throw Error(ErrorCode::rule, tr("comparing the certificate"),
              fmt::format(fmt::runtime(tr("{} was expected, the device shows {}")), expected, shown.pin),
              tr("Compare with what the device itself shows before you trust either"))
      .with_category("PIN_MISMATCH")
      .on(device.key.display());
}

DeviceIdentity identify_device(Installation& at, const Device& device) {
  return with_session(at, device, [](DeviceSession& session) { return session.identify(); });
}

Trial try_collection(Installation& at, const Device& device) {
  return with_session(at, device, [&](DeviceSession& session) {
    Trial trial;
    trial.identity = session.identify();
    CountingSink nowhere;
    BundleWriter bundle(nowhere, at.clock.now());
    session.collect(bundle);
    trial.parts = bundle.parts();
    return trial;
  });
}

InventoryEditor::InventoryEditor(const Installation& at, const InventoryPlace& place) : at_(at), place_(place) {}

std::filesystem::path InventoryEditor::file_of(const DeviceKey& device) const {
  return file_for(place_, device);
}

std::string& InventoryEditor::text_of(const std::filesystem::path& file) {
  const auto known = texts_.find(file);
  if (known != texts_.end()) return known->second;
  before_[file] = read_text(file);
  return texts_[file] = before_[file];
}

void InventoryEditor::put(const Client& client, const Site& site, const Device& device) {
  const std::filesystem::path file = file_of(device.key);
  std::string& text = text_of(file);
  const std::string site_name = site_key(site.client, site.code);
  if (!at_.inventory.clients.contains(client.code) && clients_.insert(client.code).second) {
    text = put_client(text, file.string(), client);
  }
  if (!at_.inventory.sites.contains(site_name) && sites_.insert(site_name).second) {
    text = put_site(text, file.string(), site);
  }
  text = put_device(text, file.string(), device);
}

void InventoryEditor::set_pin_of(const DeviceKey& device, const std::string& pin) {
  const std::filesystem::path file = file_of(device);
  std::string& text = text_of(file);
  text = set_pin(text, file.string(), device, pin);
}

void InventoryEditor::write() {
  for (const auto& [file, text] : texts_) {
    if (text != before_.at(file)) write_text(file, text);
  }
}

std::filesystem::path add_device(Installation& at, const InventoryPlace& place, const Device& device) {
  Client client{.code = device.key.client};
  client.name = device.key.client.text();
  Site site{.client = device.key.client, .code = device.key.site};
  site.name = device.key.site.text();
  InventoryEditor editor(at, place);
  editor.put(client, site, device);
  editor.write();
  std::filesystem::path file = editor.file_of(device.key);
  journal(at, "device_add", device, "", {{"driver", device.driver}, {"pin", device.pin}, {"file", file.string()}});
  return file;
}

std::filesystem::path set_device_pin(Installation& at, const InventoryPlace& place, const Device& device,
                                     const std::string& pin, const std::string& ticket, const std::string& reason) {
  InventoryEditor editor(at, place);
  editor.set_pin_of(device.key, pin);
  editor.write();
  at.catalog.write([&](Session& session) {
    close_anomaly(session, AnomalyCode::pin_changed, device.key.display(), "the new certificate was confirmed",
                  at.clock.now());
  });
  journal(at, "device_pin", device, ticket, {{"old", device.pin}, {"new", pin}, {"reason", reason}});
  return editor.file_of(device.key);
}

}  // namespace coffre
