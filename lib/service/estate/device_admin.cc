#include "service/estate/device_admin.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/translate.h"
#include "bundle/bundle_writer.h"
#include "catalog/anomalies.h"
#include "catalog/journal.h"
#include "config/inventory_writer.h"
#include "os/durable_file.h"
#include "os/folder.h"
#include "service/backup/device_access.h"

namespace coffre {
namespace {

constexpr std::size_t kMaxInventoryBytes = std::size_t{8} * 1024 * 1024;

// Runs `ask` with a session at the device; a refused password stops the credential before the error goes on.
template <typename Ask>
auto with_session(Installation& at, const Device& device, const StepObserver& observer, Ask ask) {
  try {
    const auto session = driver_for(at, device).open(access_for(at, device), at.random, observer);
    auto answer = ask(*session);
    session->close();
    return answer;
  } catch (Error& error) {
    error.on(device.key.display());
    if (is_wrong_password(error)) throw stopped_by(at, device, error);
    throw;
  }
}

// --- the inventory's text
// ----------------------------------------------------------------------------------------------

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

JournalEntry entry_of(const Installation& at, std::string action, const Device& device, const std::string& ticket,
                      std::map<std::string, std::string> detail) {
  return {.account = at.account,
          .action = std::move(action),
          .subject = device.key.display(),
          .result = "done",
          .ticket = ticket,
          .detail = std::move(detail)};
}

void require_reason(const Device& device, const std::string& reason) {
  if (!reason.empty()) return;
  throw Error(ErrorCode::usage, tr("confirming the certificate"), tr("the journal wants a reason"),
              tr("Say with --reason why another certificate has answered"))
      .on(device.key.display());
}

bool is_open(Session& session, const DeviceKey& device) {
  for (const Anomaly& open : open_anomalies(session)) {
    if (open.code == AnomalyCode::pin_changed && open.subject == device.display()) return true;
  }
  return false;
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
  return with_session(
      at, device, [](const StepReport&) {}, [](DeviceSession& session) { return session.identify(); });
}

Trial try_collection(Installation& at, const Device& device, const StepObserver& observer) {
  return with_session(at, device, observer, [&](DeviceSession& session) {
    Trial trial;
    trial.identity = session.identify();
    CountingSink nowhere;
    BundleWriter bundle(nowhere, at.clock.now());
    session.collect(bundle);
    trial.parts = bundle.parts();
    return trial;
  });
}

std::filesystem::path InventoryEditor::file_of(const DeviceKey& device) const {
  const auto& devices = place_.loaded.devices;
  if (const auto own = devices.find(device); own != devices.end()) return own->second.file;
  for (const auto& [known, origin] : devices) {
    if (known.client == device.client && known.site == device.site) return origin.file;
  }
  std::vector<Finding> findings;
  const auto files = inventory_files(place_.patterns, findings);
  if (!files.empty()) return files.front();
  throw Error(ErrorCode::usage, tr("editing the inventory"), tr("the configuration names no inventory file"),
              tr("Name one under `inventory:`"));
}

void InventoryEditor::put(const Client& client, const Site& site, const Device& device) {
  InventoryChange& entries = changes_[file_of(device.key)].entries;
  const std::string site_name = site_key(site.client, site.code);
  if (!at_.inventory.clients.contains(client.code) && clients_.insert(client.code).second) {
    entries.clients.push_back(client);
  }
  if (!at_.inventory.sites.contains(site_name) && sites_.insert(site_name).second) entries.sites.push_back(site);
  entries.devices.push_back(device);
}

void InventoryEditor::set_pin_of(const DeviceKey& device, const std::string& pin) {
  changes_[file_of(device)].pins[device] = pin;
}

void InventoryEditor::write() const {
  std::map<std::filesystem::path, std::string> texts;
  for (const auto& [file, change] : changes_) {
    const std::string before = read_text(file);
    std::string text = put_all(before, file.string(), change.entries);
    for (const auto& [device, pin] : change.pins) text = set_pin(text, file.string(), device, pin);
    if (text != before) texts[file] = std::move(text);
  }
  for (const auto& [file, text] : texts) write_text(file, text);
}

std::filesystem::path add_device(Installation& at, const InventoryPlace& place, const Device& device,
                                 const NewNames& names) {
  Client client{.code = device.key.client};
  client.name = names.client.empty() ? device.key.client.text() : names.client;
  Site site{.client = device.key.client, .code = device.key.site};
  site.name = names.site.empty() ? device.key.site.text() : names.site;
  InventoryEditor editor(at, place);
  editor.put(client, site, device);
  editor.write();
  std::filesystem::path file = editor.file_of(device.key);
  at.catalog.write([&](Session& session) {
    append_journal(session,
                   entry_of(at, "device_add", device, "",
                            {{"driver", device.driver}, {"pin", device.pin}, {"file", file.string()}}),
                   at.clock.now());
  });
  return file;
}

bool is_pin_change_open(const Installation& at, const DeviceKey& device) {
  bool open = false;
  at.catalog.read([&](Session& session) { open = is_open(session, device); });
  return open;
}

std::filesystem::path set_device_pin(Installation& at, const InventoryPlace& place, const Device& device,
                                     const std::string& pin, const std::string& ticket, const std::string& reason) {
  if (!device.pin.empty() || is_pin_change_open(at, device.key)) require_reason(device, reason);
  InventoryEditor editor(at, place);
  editor.set_pin_of(device.key, pin);
  editor.write();
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    close_anomaly(session, AnomalyCode::pin_changed, device.key.display(),
                  fmt::format("{}: the new certificate was confirmed: {}", at.account, reason), now);
    append_journal(session,
                   entry_of(at, "device_pin", device, ticket, {{"old", device.pin}, {"new", pin}, {"reason", reason}}),
                   now);
  });
  return editor.file_of(device.key);
}

bool conclude_pin_change(Installation& at, const Device& device, const std::string& ticket, const std::string& reason) {
  require_reason(device, reason);
  const Instant now = at.clock.now();
  bool closed = false;
  at.catalog.write([&](Session& session) {
    closed = close_anomaly(session, AnomalyCode::pin_changed, device.key.display(),
                           fmt::format("{}: it shows the confirmed certificate again: {}", at.account, reason), now);
    if (!closed) return;
    append_journal(
        session,
        entry_of(at, "device_pin", device, ticket, {{"old", device.pin}, {"new", device.pin}, {"reason", reason}}),
        now);
  });
  return closed;
}

}  // namespace coffre
