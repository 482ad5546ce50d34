#include "service/retention/holds.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/backups.h"
#include "catalog/devices.h"
#include "catalog/journal.h"
#include "service/reading/listing.h"

namespace coffre {
namespace {

constexpr std::string_view kEnd = ".bak";

void require_reason(const std::string& reason, const char* step) {
  if (!reason.empty()) return;
  throw Error(ErrorCode::usage, step, tr("a reason is needed"));
}

bool is_of(const DeviceKey& device, const std::string& subject) {
  const std::string all = device.display();
  return all == subject || all.starts_with(subject + "/");
}

// The backup's name, or the subject when a device of the catalog or of the inventory lies below it.
std::string known_subject(const Installation& at, const std::string& subject) {
  if (subject.find('_') != std::string::npos && subject.find('/') == std::string::npos) {
    return find_backup_view(at, subject).backup.name;
  }
  bool known = std::ranges::any_of(at.inventory.devices, [&](const auto& one) { return is_of(one.first, subject); });
  at.catalog.read([&](Session& session) {
    for (const DeviceRow& device : list_devices(session)) known = known || is_of(device.key, subject);
  });
  if (known) return subject;
  throw Error(ErrorCode::not_found, tr("holding"), tr("no backup, client, site or device has this name"),
              tr("Names are those of: restore-cli list"))
      .on(subject);
}

JournalEntry entry_of(const Installation& at, const HoldRow& row, const char* action) {
  return {.account = at.account,
          .action = action,
          .subject = row.subject,
          .result = "done",
          .ticket = row.ticket,
          .detail = {{"reason", row.reason}, {"kind", row.kind == Hold::legal ? "legal" : "contract"}}};
}

std::string put(Installation& at, const HoldRequest& request, const std::string& subject, const char* action) {
  const HoldRow row{.subject = subject,
                    .kind = request.kind,
                    .reason = request.reason,
                    .ticket = request.ticket,
                    .account = at.account,
                    .at = at.clock.now()};
  at.catalog.write([&](Session& session) {
    for (const HoldRow& there : holds(session)) {
      if (there.subject != subject) continue;
      throw Error(ErrorCode::conflict, tr("holding"),
                  fmt::format(fmt::runtime(tr("it is under a hold already, by {}: {}")), there.account, there.reason),
                  tr("See the holds with: restore-cli hold"))
          .on(subject);
    }
    put_hold(session, row);
    append_journal(session, entry_of(at, row, action), row.at);
  });
  return subject;
}

}  // namespace

std::string hold(Installation& at, const HoldRequest& request) {
  require_reason(request.reason, tr("holding"));
  return put(at, request, known_subject(at, request.subject), "hold");
}

void unhold(Installation& at, const std::string& subject, const std::string& reason, const std::string& ticket) {
  require_reason(reason, tr("lifting a hold"));
  at.catalog.write([&](Session& session) {
    std::string name = subject;
    bool lifted = remove_hold(session, name);
    if (!lifted && !subject.ends_with(kEnd)) lifted = remove_hold(session, name = subject + std::string(kEnd));
    if (!lifted) {
      throw Error(ErrorCode::not_found, tr("lifting a hold"), tr("it is under no hold"),
                  tr("See the holds with: restore-cli hold"))
          .on(subject);
    }
    append_journal(session,
                   {.account = at.account,
                    .action = "unhold",
                    .subject = name,
                    .result = "done",
                    .ticket = ticket,
                    .detail = {{"reason", reason}}},
                   at.clock.now());
  });
}

std::string veto_expiry(Installation& at, const HoldRequest& request) {
  require_reason(request.reason, tr("refusing an expiry"));
  const BackupRow backup = find_backup_view(at, request.subject).backup;
  bool announced = false;
  at.catalog.read([&](Session& session) {
    announced = std::ranges::any_of(announcements(session),
                                    [&](const Announcement& one) { return one.digest == backup.digest; });
  });
  if (!announced) {
    throw Error(ErrorCode::not_found, tr("refusing an expiry"), tr("it is not announced to expire"),
                tr("See what is: restore-cli expire --plan; keep a backup anyway: restore-cli hold NAME --reason R"))
        .on(backup.name);
  }
  std::string name = put(at, request, backup.name, "expire_veto");
  at.catalog.write([&](Session& session) { remove_announcement(session, backup.digest); });
  return name;
}

std::vector<HoldRow> list_holds(const Installation& at) {
  std::vector<HoldRow> found;
  at.catalog.read([&](Session& session) { found = holds(session); });
  return found;
}

}  // namespace coffre
