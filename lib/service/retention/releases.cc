#include "service/retention/releases.h"

#include <algorithm>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/journal.h"
#include "service/reading/listing.h"
#include "service/retention/retention_facts.h"

namespace coffre {
namespace {

constexpr const char* kStep = tr_noop("releasing a device's last backup");

Error refused(const BackupRow& backup, ErrorCode code, const char* why, const char* hint) {
  return Error(code, tr(kStep), why, hint).on(backup.name);
}

bool is_of_the_floor(const RetentionVerdict& verdict) {
  return std::ranges::any_of(verdict.reasons, [](const Reason& reason) {
    return reason.code == ReasonCode::floor_newest_proven || reason.code == ReasonCode::floor_highest_level ||
           reason.code == ReasonCode::no_successor;
  });
}

// Only what the floor alone can keep for ever needs two persons; whatever else is asked for is a misunderstanding.
void require_releasable(const Installation& at, Session& session, const BackupRow& backup) {
  const auto device = find_device_by_id(session, backup.device_id);
  const DeviceRetention facts = retention_facts(at, session, *device, retention_surroundings(session));
  const auto row = std::ranges::find(facts.rows, backup.digest, &BackupRow::digest);
  if (row == facts.rows.end()) {
    throw refused(backup, ErrorCode::conflict, tr("it has expired"),
                  tr("See what is left: restore-cli list --device CLIENT/SITE/TYPE_NAME"));
  }
  if (facts.history.state == DeviceState::client_closed) {
    throw refused(backup, ErrorCode::rule, tr("its client's contract has ended: that lets all of them go"),
                  tr("See when: restore-cli client status"));
  }
  if (facts.history.state == DeviceState::active) {
    throw refused(backup, ErrorCode::rule, tr("its device is not retired: the last proven backup of a device stays"),
                  tr("Mark the device `retired: {date, by, reason}` in the inventory, then: backupd run"));
  }
  const auto index = static_cast<std::size_t>(row - facts.rows.begin());
  if (facts.history.backups[index].release) {
    throw refused(
        backup, ErrorCode::conflict, tr("it is released already"),
        tr("See the releases with: restore-cli release; take it back: restore-cli unrelease NAME --reason R"));
  }
  const auto verdicts = plan_retention(facts.history, retention_context(at, at.clock.now()));
  if (is_of_the_floor(verdicts[index])) return;
  throw refused(backup, ErrorCode::rule, tr("it is not among the device's last ones, and needs no release to go"),
                tr("See why it is kept, and when it goes: restore-cli expire --plan --all"));
}

}  // namespace

std::string release_backup(Installation& at, const ReleaseRequest& request) {
  const Instant now = at.clock.now();
  // Two persons who are not the same, and why: as the floor wants it.
  static_cast<void>(FloorRelease(request.first_person, request.second_person, request.reason, now));
  const BackupRow backup = find_backup_view(at, request.name).backup;
  at.catalog.write([&](Session& session) {
    require_releasable(at, session, backup);
    put_release(session, {.digest = backup.digest,
                          .first_person = request.first_person,
                          .second_person = request.second_person,
                          .reason = request.reason,
                          .ticket = request.ticket,
                          .account = at.account,
                          .at = now});
    append_journal(session,
                   {.account = at.account,
                    .action = "release",
                    .subject = backup.name,
                    .result = "done",
                    .ticket = request.ticket,
                    .detail = {{"digest", to_hex(backup.digest)},
                               {"first_person", request.first_person},
                               {"second_person", request.second_person},
                               {"reason", request.reason}}},
                   now);
  });
  return backup.name;
}

std::string take_back_release(Installation& at, const std::string& name, const std::string& reason,
                              const std::string& ticket) {
  if (reason.empty()) throw Error(ErrorCode::usage, tr("taking a release back"), tr("a reason is needed"));
  const BackupRow backup = find_backup_view(at, name).backup;
  at.catalog.write([&](Session& session) {
    if (!remove_release(session, backup.digest)) {
      throw Error(ErrorCode::not_found, tr("taking a release back"), tr("it is not released"),
                  tr("See the releases with: restore-cli release"))
          .on(backup.name);
    }
    if (find_backup_by_digest(session, backup.digest)->expired_at) {
      throw Error(ErrorCode::conflict, tr("taking a release back"), tr("it has expired")).on(backup.name);
    }
    append_journal(session,
                   {.account = at.account,
                    .action = "unrelease",
                    .subject = backup.name,
                    .result = "done",
                    .ticket = ticket,
                    .detail = {{"reason", reason}}},
                   at.clock.now());
  });
  return backup.name;
}

std::vector<ReleaseView> list_releases(const Installation& at) {
  std::vector<ReleaseView> views;
  at.catalog.read([&](Session& session) {
    for (const ReleaseRow& release : releases(session)) {
      const auto backup = find_backup_by_digest(session, release.digest);
      ReleaseView view{.release = release, .name = backup->name, .expired_at = backup->expired_at};
      for (ExpiryItem& item : device_expiry(at, session, backup->device_id)) {
        if (item.backup.digest == release.digest) view.item = std::move(item);
      }
      views.push_back(std::move(view));
    }
  });
  return views;
}

}  // namespace coffre
