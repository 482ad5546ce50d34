#include "service/retention/client_closure.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/backups.h"
#include "catalog/devices.h"
#include "catalog/journal.h"
#include "model/retention_history.h"
#include "service/retention/retention_facts.h"

namespace coffre {
namespace {

std::vector<DeviceRow> devices_of(Session& session, const std::string& client) {
  std::vector<DeviceRow> devices = list_devices(session);
  std::erase_if(devices, [&](const DeviceRow& device) { return device.key.client.text() != client; });
  return devices;
}

void require_known(const Installation& at, Session& session, const std::string& client) {
  const bool in_inventory =
      std::ranges::any_of(at.inventory.devices, [&](const auto& one) { return one.first.client.text() == client; });
  if (in_inventory || !devices_of(session, client).empty()) return;
  throw Error(ErrorCode::not_found, tr("closing a client"), tr("no device of this client is known"),
              tr("List the devices with: restore-cli list --devices"))
      .on(client);
}

ClosureRow closure_of(Session& session, const std::string& client) {
  auto closure = find_closure(session, client);
  if (closure) return std::move(*closure);
  throw Error(ErrorCode::not_found, tr("closing a client"), tr("it is not being closed"),
              tr("See what is: restore-cli client status"))
      .on(client);
}

ClosureView view_of(const Installation& at, Session& session, const ClosureRow& closure,
                    const RetentionSurroundings& around) {
  ClosureView view{.closure = closure};
  const RetentionContext context = retention_context(at, at.clock.now());
  for (const DeviceRow& device : devices_of(session, closure.client)) {
    const auto facts = retention_facts(at, session, device, around);
    view.left += facts.rows.size();
    for (const RetentionVerdict& verdict : plan_retention(facts.history, context)) {
      view.last_tier_end = std::max(view.last_tier_end, std::optional(verdict.tier_end));
    }
    for (const BackupRow& row : list_all_of_device(session, device.id)) view.expired += row.expired_at ? 1U : 0U;
  }
  return view;
}

std::vector<DeletedBackup> deleted_of(Session& session, const std::string& client) {
  std::vector<DeletedBackup> deleted;
  for (const DeviceRow& device : devices_of(session, client)) {
    for (const BackupRow& row : list_all_of_device(session, device.id)) {
      if (row.expired_at) deleted.push_back({row.name, row.digest, row.created_at, *row.expired_at});
    }
  }
  std::ranges::sort(deleted, {}, &DeletedBackup::name);
  return deleted;
}

void require_nothing_left(Session& session, const std::string& client) {
  std::size_t left = 0;
  std::string one;
  for (const DeviceRow& device : devices_of(session, client)) {
    for (const BackupRow& row : list_backups(session, {.device_id = device.id})) {
      ++left;
      one = row.name;
    }
  }
  if (left == 0) return;
  throw Error(ErrorCode::rule, tr("attesting a deletion"),
              fmt::format(fmt::runtime(tr("{} backups are left, {} for one")), left, one),
              tr("See when they go: restore-cli client status"))
      .on(client);
}

}  // namespace

void close_client(Installation& at, const ClosureRequest& request) {
  // Two persons who are not the same, and why: as the floor wants it.
  static_cast<void>(FloorRelease(request.first_person, request.second_person, request.reason, request.closes_at));
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    require_known(at, session, request.client);
    if (find_closure(session, request.client)) {
      throw Error(ErrorCode::conflict, tr("closing a client"), tr("it is being closed already"),
                  tr("See how far it is: restore-cli client status; take it back: restore-cli client reopen CLIENT "
                     "--reason R"))
          .on(request.client);
    }
    put_closure(session, {.client = request.client,
                          .closes_at = request.closes_at,
                          .first_person = request.first_person,
                          .second_person = request.second_person,
                          .reason = request.reason,
                          .ticket = request.ticket,
                          .account = at.account,
                          .recorded_at = now});
    append_journal(session,
                   {.account = at.account,
                    .action = "client_close",
                    .subject = request.client,
                    .result = "done",
                    .ticket = request.ticket,
                    .detail = {{"on", to_rfc3339(request.closes_at)},
                               {"first_person", request.first_person},
                               {"second_person", request.second_person},
                               {"reason", request.reason}}},
                   now);
  });
}

void reopen_client(Installation& at, const std::string& client, const std::string& reason, const std::string& ticket) {
  if (reason.empty()) throw Error(ErrorCode::usage, tr("reopening a client"), tr("a reason is needed"));
  at.catalog.write([&](Session& session) {
    if (closure_of(session, client).attested_at) {
      throw Error(ErrorCode::conflict, tr("reopening a client"), tr("its deletion is attested")).on(client);
    }
    remove_closure(session, client);
    append_journal(session,
                   {.account = at.account,
                    .action = "client_reopen",
                    .subject = client,
                    .result = "done",
                    .ticket = ticket,
                    .detail = {{"reason", reason}}},
                   at.clock.now());
  });
}

std::vector<ClosureView> list_closures(const Installation& at) {
  std::vector<ClosureView> views;
  at.catalog.read([&](Session& session) {
    const RetentionSurroundings around = retention_surroundings(session);
    for (const ClosureRow& closure : closures(session)) views.push_back(view_of(at, session, closure, around));
  });
  return views;
}

Attestation attest_deletion(Installation& at, const std::string& client) {
  Attestation attestation;
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    attestation.closure = closure_of(session, client);
    require_nothing_left(session, client);
    attestation.deleted = deleted_of(session, client);
    attestation.attested_at = attestation.closure.attested_at.value_or(now);
    if (attestation.closure.attested_at) return;
    note_attested(session, client, now);
    append_journal(session,
                   {.account = at.account,
                    .action = "client_attest",
                    .subject = client,
                    .result = "done",
                    .ticket = attestation.closure.ticket,
                    .detail = {{"deleted", std::to_string(attestation.deleted.size())}}},
                   now);
  });
  for (const Replica* place :
       {static_cast<const Replica*>(at.local.get()), static_cast<const Replica*>(at.cloud.get())}) {
    if (place != nullptr) attestation.places.push_back(place->properties().location);
  }
  return attestation;
}

}  // namespace coffre
