#include "service/reading/accept.h"

#include <set>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/backups.h"
#include "catalog/devices.h"
#include "catalog/journal.h"
#include "service/backup/learned_facts.h"

namespace coffre {
namespace {

[[noreturn]] void refuse(ErrorCode code, const std::string& subject, const char* why, const char* hint) {
  throw Error(code, tr("accepting"), why, hint).on(subject);
}

DeviceRow device_row(Session& session, const std::string& id) {
  auto row = find_device_by_id(session, id);
  if (!row) throw Error(ErrorCode::damaged, tr("reading the catalog"), tr("a backup has no device")).on(id);
  return *row;
}

SuspectReview review_of(Session& session, const BackupRow& backup) {
  if (!backup.suspect) {
    refuse(ErrorCode::usage, backup.name, tr("this backup is not suspect"),
           tr("See what is open: restore-cli list --anomalies"));
  }
  if (!can_be_right(backup.doubts)) {
    refuse(ErrorCode::rule, backup.name, tr("what came is no export: there is nothing to expect of the device by it"),
           tr("Look at what answers at the device, then run: backupd run --device DEVICE"));
  }
  const auto good = newest_good_backup(session, backup.device_id);
  if (good && good->sequence > backup.sequence) {
    refuse(ErrorCode::conflict, backup.name, tr("a newer backup of the device is good: there is nothing to accept"),
           tr("List the device's backups with: restore-cli list --device DEVICE"));
  }
  const DeviceRow device = device_row(session, backup.device_id);
  return {.device = device.key,
          .device_id = device.id,
          .backup = backup.name,
          .doubts = backup.doubts,
          .expected = device.expectation,
          .accepted = parse_facts(backup.facts)};
}

std::optional<Anomaly> suspect_anomaly(Session& session, const std::string& device) {
  for (Anomaly& open : open_anomalies(session)) {
    if (open.code == AnomalyCode::backup_suspect && open.subject == device) return std::move(open);
  }
  return std::nullopt;
}

SuspectReview review_of_device(Session& session, const DeviceKey& key) {
  const auto device = find_device(session, key);
  if (!device) {
    refuse(ErrorCode::not_found, key.display(), tr("the catalog does not know this device"),
           tr("List the devices with: restore-cli list --devices"));
  }
  const auto rows = list_backups(session, {.client = {}, .site = {}, .device_id = device->id, .from = {}, .to = {}});
  if (!rows.empty() && rows.front().suspect) return review_of(session, rows.front());
  const auto anomaly = suspect_anomaly(session, key.display());
  if (!anomaly) {
    refuse(ErrorCode::usage, key.display(), tr("nothing about this device is suspect"),
           tr("See what is open: restore-cli list --anomalies"));
  }
  return {.device = key,
          .device_id = device->id,
          .backup = {},
          .doubts = anomaly->detail,
          .expected = device->expectation,
          .accepted = std::nullopt};
}

std::string fact_text(const std::optional<Expectation>& facts) {
  return facts ? format_facts(*facts) : std::string();
}

JournalEntry journal_entry(const Installation& at, const SuspectReview& review, const std::string& ticket,
                           const std::string& reason) {
  JournalEntry entry{.account = at.account,
                     .action = "accept",
                     .subject = review.backup.empty() ? review.device.display() : review.backup,
                     .result = "done",
                     .ticket = ticket,
                     .detail = {{"reason", reason}, {"device", review.device.display()}}};
  for (const ComparedFact& fact : compare_facts(review)) {
    if (fact.expected != fact.accepted) entry.detail[fact.name] = fact.expected + " -> " + fact.accepted;
  }
  return entry;
}

using Rows = std::vector<ComparedFact>;

void add_counts(Rows& rows, const SuspectReview& review) {
  std::set<std::string> names;
  for (const auto* side : {&review.expected, &review.accepted}) {
    if (!*side) continue;
    for (const auto& entry : (*side)->identity.counts) names.insert(entry.first);
  }
  const auto count = [](const std::optional<Expectation>& side, const std::string& name) -> std::string {
    if (!side) return {};
    const auto found = side->identity.counts.find(name);
    return found == side->identity.counts.end() ? std::string() : std::to_string(found->second);
  };
  for (const std::string& name : names) {
    rows.push_back({.name = name, .expected = count(review.expected, name), .accepted = count(review.accepted, name)});
  }
}

}  // namespace

bool can_be_right(std::string_view doubts) {
  for (const std::string_view doubt : split(doubts, ';')) {
    const std::string_view code = trim(doubt.substr(0, doubt.find(':')));
    if (code == to_string(Doubt::implausible_answer) || code == to_string(Doubt::empty)) return false;
  }
  return true;
}

SuspectReview review_suspect(const Installation& at, const std::string& subject) {
  std::optional<SuspectReview> review;
  at.catalog.read([&](Session& session) {
    if (const auto key = DeviceKey::from_path(subject)) {
      review = review_of_device(session, *key);
      return;
    }
    const std::string name = subject.ends_with(".bak") ? subject : subject + ".bak";
    const auto backup = find_backup_by_name(session, name);
    if (!backup) {
      refuse(ErrorCode::not_found, name, tr("the catalog has no backup of this name"),
             tr("List them with: restore-cli list"));
    }
    review = review_of(session, *backup);
  });
  return std::move(*review);
}

void accept_suspect(Installation& at, const SuspectReview& review, const std::string& ticket,
                    const std::string& reason) {
  if (ticket.empty() || reason.empty()) {
    refuse(ErrorCode::usage, review.device.display(), tr("a ticket and a reason are wanted"),
           tr("restore-cli accept NAME --ticket T --reason R"));
  }
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    DeviceRow device = device_row(session, review.device_id);
    if (fact_text(device.expectation) != fact_text(review.expected)) {
      refuse(ErrorCode::conflict, review.device.display(), tr("what is expected of the device changed meanwhile"),
             tr("Compare again: restore-cli accept NAME"));
    }
    device.expectation = review.accepted;
    device.collect_requested = true;
    update_device(session, device);
    // Refreshed, not closed: only a proven backup closes it.
    open_anomaly(session, AnomalyCode::backup_suspect, review.device.display(),
                 "accepted by " + at.account + " (" + ticket + "): a new collection is queued", now);
    append_journal(session, journal_entry(at, review, ticket, reason), now);
  });
}

std::vector<ComparedFact> compare_facts(const SuspectReview& review) {
  Rows rows;
  const auto text = [&](const char* name, std::string DeviceIdentity::*field) {
    rows.push_back({.name = name,
                    .expected = review.expected ? review.expected->identity.*field : std::string(),
                    .accepted = review.accepted ? review.accepted->identity.*field : std::string()});
  };
  text("vendor", &DeviceIdentity::vendor);
  text("model", &DeviceIdentity::model);
  text("serial", &DeviceIdentity::serial);
  text("firmware", &DeviceIdentity::firmware);
  const auto size = [](const std::optional<Expectation>& side) {
    return side ? std::to_string(side->restore_bytes) : std::string();
  };
  rows.push_back({.name = "restore_bytes", .expected = size(review.expected), .accepted = size(review.accepted)});
  add_counts(rows, review);
  return rows;
}

}  // namespace coffre
