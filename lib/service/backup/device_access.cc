#include "service/backup/device_access.h"

#include <fmt/format.h>

#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/credentials.h"
#include "catalog/journal.h"
#include "service/backup/unknown_drivers.h"
#include "service/keys/secrets.h"
#include "vault/wrap.h"

namespace coffre {
namespace {

CredentialRow credential_row(Installation& at, const Device& device) {
  std::optional<CredentialRow> row;
  at.catalog.read([&](Session& session) { row = find_credential(session, device.credential); });
  if (!row) {
    throw Error(ErrorCode::usage, tr("looking up the credential"),
                fmt::format(fmt::runtime(tr("there is no credential \"{}\"")), device.credential),
                fmt::format(fmt::runtime(tr("Store it with: backupd secret set {} --user USER")), device.credential))
        .on(device.key.display());
  }
  if (row->stopped) {
    throw Error(
        ErrorCode::locked_out, tr("logging in"),
        fmt::format(fmt::runtime(tr("credential \"{}\" is stopped: {} refused it ({})")), device.credential,
                    row->stopped_by, row->stopped_reason),
        fmt::format(fmt::runtime(tr(
                        "Check the password, then: backupd secret set {0}, or backupd secret release {0} --reason R")),
                    device.credential))
        .with_category("CREDENTIAL_STOPPED")
        .on(device.key.display());
  }
  return *row;
}

}  // namespace

const Driver& driver_for(const Installation& at, const Device& device) {
  const Driver* const driver = at.drivers->find(device.driver);
  if (driver == nullptr) {
    throw Error(ErrorCode::usage, tr("choosing the driver"), no_such_driver(device.driver, *at.drivers),
                tr("List the drivers with: backupd driver list"))
        .on(device.key.display());
  }
  return *driver;
}

const std::vector<std::string>& networks_of(const Installation& at, const Device& device) {
  static const std::vector<std::string> kNone;
  const auto site = at.inventory.sites.find(site_key(device.key.client, device.key.site));
  return site == at.inventory.sites.end() ? kNone : site->second.networks;
}

std::optional<Date> weak_key_allowed(const Installation& at, const Device& device) {
  const LocalMinute now = at.zones.installation->to_local(at.clock.now()).minute;
  const Date today{.year = now.year, .month = now.month, .day = now.day};
  std::optional<Date> last;
  for (const AllowedException& one : at.policy.exceptions) {
    const bool holds = one.kind == ExceptionKind::weak_tls && one.device == device.key && today <= one.until;
    if (holds && (!last || *last < one.until)) last = one.until;
  }
  return last;
}

DeviceAccess access_for(Installation& at, const Device& device) {
  if (device.pin.empty()) {
    throw Error(ErrorCode::usage, tr("connecting"), tr("its certificate was never confirmed"),
                fmt::format(fmt::runtime(tr("Confirm it with: backupd device pin {}")), device.key.display()))
        .on(device.key.display());
  }
  DeviceAccess access;
  access.address = device.address;
  access.pin = device.pin;
  access.networks = networks_of(at, device);
  access.settings = device.settings;
  access.limits = at.policy.limits;
  access.allow_weak_key = weak_key_allowed(at, device).has_value();
  if (device.credential.empty()) return access;
  const CredentialRow row = credential_row(at, device);
  access.user = row.user;
  access.password = unwrap_text(at.keys->kek, credential_place(row.name), row.wrapped);
  return access;
}

bool is_wrong_password(const Error& error) {
  return error.category() == "WRONG_PASSWORD";
}

std::string advice_on_wrong_password(const Device& device) {
  return fmt::format(
      fmt::runtime(tr("Correct it with: backupd secret set {0}; if it is right after all: backupd secret release {0} "
                      "--reason R")),
      device.credential);
}

void stop_credential_of(Installation& at, const Device& device, const Error& cause) {
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    if (!stop_credential(session, device.credential, now, device.key.display(), cause.reason())) return;
    open_anomaly(session, AnomalyCode::credential_stopped, device.credential,
                 device.key.display() + tr(": ") + cause.reason(), now);
    append_journal(session,
                   {.account = at.account,
                    .action = "secret_stop",
                    .subject = device.credential,
                    .result = "stopped",
                    .ticket = {},
                    .detail = {{"device", device.key.display()}, {"reason", cause.reason()}}},
                   now);
  });
}

Error stopped_by(Installation& at, const Device& device, const Error& cause) {
  stop_credential_of(at, device, cause);
  Error error(cause.code(), cause.step(), cause.reason(), advice_on_wrong_password(device));
  return error.with_category(cause.category()).on(device.key.display());
}

}  // namespace coffre
