#include "service/healing/rebuild_catalog.h"

#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <set>

#include "base/error.h"
#include "base/fault_point.h"
#include "base/text.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/in_use.h"
#include "catalog/installation.h"
#include "catalog/journal.h"
#include "model/sequence_check.h"
#include "os/file_error.h"
#include "os/folder.h"
#include "replicas/installation.h"
#include "service/healing/replica_survey.h"
#include "vault/category.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRowsPerTransaction = 500;
constexpr int kPartial = 3;
constexpr const char* kUnfinished = ".rebuilding";
const std::string kAside = ".before-rebuild-";
// SQLite's companions of a database file.
constexpr const char* kCompanions[] = {"-wal", "-shm"};

fs::path with_suffix(const fs::path& path, const char* suffix) {
  return fs::path(path.string() + suffix);
}

void require_place(const RebuildRequest& request) {
  if (!fs::exists(request.catalog) || request.existing == ExistingCatalog::keep_aside) return;
  throw Error(ErrorCode::conflict, tr("making the catalog anew"), tr("there is a catalog already"),
              tr("Keep it aside with --replace: what it still tells is taken over"))
      .on(request.catalog.string());
}

// "catalog.sqlite.before-rebuild-20261126T113000Z", and "-2" when two fall into one second.
fs::path name_aside(const fs::path& catalog, Instant now) {
  std::string stamp = to_rfc3339(now);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  const fs::path wanted = with_suffix(catalog, (kAside + stamp).c_str());
  fs::path free = wanted;
  for (int n = 2; fs::exists(free); ++n) free = with_suffix(wanted, fmt::format("-{}", n).c_str());
  return free;
}

std::string owner_of(Replica& replica) {
  const auto id = installation_id(replica);
  if (id) return *id;
  throw Error(ErrorCode::rule, tr("making the catalog anew"), tr("this place belongs to no installation"),
              tr("Is the volume mounted? Otherwise take the other place: --from local or --from cloud"))
      .on(replica.properties().name);
}

// What lies in the other replica, by path: size only.
std::map<std::string, std::uint64_t> sizes_in(Replica* replica) {
  std::map<std::string, std::uint64_t> sizes;
  if (replica == nullptr) return sizes;
  replica->list("", [&](const ObjectInfo& object) { sizes.emplace(object.path, object.size); });
  return sizes;
}

void insert_devices(Database& catalog, const Survey& survey) {
  catalog.write([&](Session& session) {
    for (const auto& entry : survey.devices) insert_device(session, entry.second);
  });
}

void insert_one(Session& session, const SurveyedBackup& backup, const RebuildRequest& request,
                const std::map<std::string, std::uint64_t>& other_sizes, Instant now) {
  insert_surveyed(session, backup, request.from.properties().name, now);
  const auto other = other_sizes.find(backup.path);
  if (other == other_sizes.end() || other->second != backup.row.file_size) return;
  put_copy(session, backup.row.digest,
           {.replica = request.other->properties().name, .path = backup.path, .seen_at = now, .state = "seen"});
}

// Backups that only the other place holds: not in the new catalog, so a person must hear of them.
std::vector<std::string> only_in_other(const Survey& survey, const RebuildRequest& request) {
  auto others = sizes_in(request.other);
  for (const SurveyedBackup& backup : survey.backups) others.erase(backup.path);
  std::vector<std::string> paths;
  const std::string own = std::string(kInstallationFolder) + "/";
  for (const auto& entry : others) {
    if (entry.first.ends_with(".bak") && !entry.first.starts_with(own)) paths.push_back(entry.first);
  }
  return paths;
}

void insert_backups(Database& catalog, const Survey& survey, const RebuildRequest& request, Instant now) {
  const auto other_sizes = sizes_in(request.other);
  for (std::size_t first = 0; first < survey.backups.size(); first += kRowsPerTransaction) {
    const std::size_t end = std::min(first + kRowsPerTransaction, survey.backups.size());
    catalog.write([&](Session& session) {
      for (std::size_t i = first; i < end; ++i) insert_one(session, survey.backups[i], request, other_sizes, now);
    });
  }
}

// Numbers that are missing, there twice or out of the chain, device by device: by the new catalog, which may have taken
// over which ones had expired.
using Findings = std::map<DeviceKey, std::vector<std::string>>;
Findings findings_by_device(const Database& catalog, const Survey& survey) {
  Findings findings;
  catalog.read([&](Session& session) {
    for (const auto& [id, device] : survey.devices) {
      std::vector<SequenceEntry> entries;
      for (const BackupRow& row : list_all_of_device(session, id)) {
        entries.push_back({.sequence = row.sequence, .digest = row.digest, .prev_digest = row.prev_digest});
      }
      auto found = sequence_findings(std::move(entries), 0);
      if (!found.empty()) findings[device.key] = std::move(found);
    }
  });
  return findings;
}

void compare_inventory(const Survey& survey, const Inventory& inventory, RebuildReport& report) {
  std::set<DeviceKey> found;
  for (const auto& entry : survey.devices) found.insert(entry.second.key);
  std::set<DeviceKey> known;
  for (const auto& entry : inventory.devices) {
    const Device& device = entry.second;
    known.insert(device.key);
    if (device.renamed_from) known.insert(*device.renamed_from);
    const bool has_some = found.contains(device.key) || (device.renamed_from && found.contains(*device.renamed_from));
    if (!has_some && !device.retired) report.without_backup.push_back(device.key);
  }
  for (const DeviceKey& device : found) {
    if (!known.contains(device)) report.not_in_inventory.push_back(device);
  }
}

// Objects, and not one that we can read: the key or the list is wrong, and an empty catalog would say otherwise.
void require_readable(const Survey& survey) {
  if (!survey.backups.empty() || survey.left_out.empty()) return;
  const LeftOut& first = survey.left_out.front();
  const auto category = category_from_string(first.category);
  throw Error(category ? error_code(*category) : ErrorCode::damaged, tr("making the catalog anew"),
              fmt::format(fmt::runtime(tr("none of {} objects can be read: {}")), survey.left_out.size(), first.reason),
              tr("Check the catalog key and the signers list; or bring a key with --identity FILE"))
      .on(first.path)
      .with_category(first.category);
}

RebuildReport report_of(const Survey& survey, const RebuildRequest& request, const std::string& id) {
  RebuildReport report;
  report.installation_id = id;
  report.devices = survey.devices.size();
  report.backups = survey.backups.size();
  for (const SurveyedBackup& backup : survey.backups) report.suspects += backup.row.suspect ? 1 : 0;
  report.own_objects = survey.own_objects;
  report.left_out = survey.left_out;
  report.only_in_other = only_in_other(survey, request);
  compare_inventory(survey, request.inventory, report);
  return report;
}

void report_gaps(const Findings& findings, RebuildReport& report) {
  for (const auto& entry : findings) {
    for (const std::string& finding : entry.second) {
      report.sequence_gaps.push_back(entry.first.display() + tr(": ") + finding);
    }
  }
}

// What the first row of the new catalog's own says of the old one.
std::string old_catalog_word(const RebuildReport& report) {
  if (!report.old.there) return "none";
  return (report.old.carried ? "taken over, " : "not taken over, ") + report.aside.filename().string();
}

void finish_catalog(Database& catalog, const Findings& gaps, const RebuildRequest& request, const RebuildReport& report,
                    Instant now) {
  const std::string from = request.from.properties().name;
  catalog.write([&](Session& session) {
    put_fact(session, "installation_id", report.installation_id);
    put_fact(session, "rebuilt_at", to_rfc3339(now));
    put_fact(session, "rebuilt_from", from);
    for (const auto& entry : gaps) {
      open_anomaly(session, AnomalyCode::sequence_gap, entry.first.display(), join(entry.second, "; "), now);
    }
    append_journal(session,
                   {.account = request.account,
                    .action = "rebuild_catalog",
                    .subject = from,
                    .result = exit_code_of(report) == 0 ? "done" : "partial",
                    .ticket = {},
                    .detail = {{"backups", std::to_string(report.backups)},
                               {"devices", std::to_string(report.devices)},
                               {"left_out", std::to_string(report.left_out.size())},
                               {"old_catalog", old_catalog_word(report)}}},
                   now);
  });
}

Error placing_error(int error_number, const fs::path& path) {
  return file_error(error_number, tr("putting the new catalog in place"), path.string());
}

void link_or_throw(const fs::path& from, const fs::path& to) {
  std::error_code problem;
  fs::create_hard_link(from, to, problem);
  if (problem) throw placing_error(problem.value(), to);
}

void remove_unfinished(const fs::path& unfinished) {
  std::error_code ignored;
  fs::remove(unfinished, ignored);
  for (const char* const companion : kCompanions) fs::remove(with_suffix(unfinished, companion), ignored);
}

// Rows that were written last may lie in the WAL alone, and a kill below may leave the old catalog without it: opening
// and closing the file folds them in. One that told us nothing stays as it is, for whoever looks into it.
void fold_wal_of_old(const fs::path& catalog, const RebuildReport& report, const Clock& clock) {
  if (report.old.carried) static_cast<void>(Database::open(catalog.string(), clock));
}

// All rows are in the one file that is given the catalog's name: SQLite removes the WAL when it has folded it in.
void require_folded(const fs::path& unfinished) {
  const fs::path wal = with_suffix(unfinished, kCompanions[0]);
  if (!fs::exists(wal)) return;
  throw Error(ErrorCode::io, tr("making the catalog anew"), tr("the new file could not be finished"),
              tr("Is there room on its disk? Then start this once more"))
      .on(unfinished.string());
}

// The old one gets a second name with its WAL, then the new one takes the first: there is a catalog at every moment. A
// WAL left behind would be replayed into the new database.
void put_in_place(const fs::path& unfinished, const fs::path& catalog, const fs::path& aside) {
  if (!aside.empty()) {
    const fs::path wal = with_suffix(catalog, kCompanions[0]);
    if (fs::exists(wal)) link_or_throw(wal, with_suffix(aside, kCompanions[0]));
    link_or_throw(catalog, aside);
  }
  fault_point("rebuild_catalog.aside");
  std::error_code problem;
  for (const char* const companion : kCompanions) {
    fs::remove(with_suffix(catalog, companion), problem);
    if (problem) throw placing_error(problem.value(), with_suffix(catalog, companion));
  }
  fault_point("rebuild_catalog.cleared");
  fs::rename(unfinished, catalog, problem);
  if (problem) throw placing_error(problem.value(), unfinished);
  fault_point("rebuild_catalog.placed");
  Folder::open(catalog.parent_path().string()).sync_folder("");
}

}  // namespace

RebuildReport rebuild_catalog(const RebuildRequest& request, const Clock& clock) {
  require_unused_catalog(request.catalog.string());
  require_place(request);
  const std::string id = owner_of(request.from);
  if (request.other != nullptr) require_installation(*request.other, id);
  const Survey survey = survey_replica(request);
  require_readable(survey);
  RebuildReport report = report_of(survey, request, id);

  const Instant now = clock.now();
  const fs::path unfinished = with_suffix(request.catalog, kUnfinished);
  remove_unfinished(unfinished);
  try {
    {
      Database catalog = Database::open(unfinished.string(), clock);
      insert_devices(catalog, survey);
      fault_point("rebuild_catalog.begun");
      insert_backups(catalog, survey, request, now);
      fault_point("rebuild_catalog.inserted");
      report.old = carry_over(request.catalog, catalog, id, clock);
      fault_point("rebuild_catalog.carried");
      if (report.old.there) report.aside = name_aside(request.catalog, now);
      const Findings gaps = findings_by_device(catalog, survey);
      report_gaps(gaps, report);
      finish_catalog(catalog, gaps, request, report, now);
    }
    require_folded(unfinished);
    fault_point("rebuild_catalog.filled");
    require_unused_catalog(request.catalog.string());  // reading the places takes its time
    fold_wal_of_old(request.catalog, report, clock);
    put_in_place(unfinished, request.catalog, report.aside);
  } catch (...) {
    remove_unfinished(unfinished);
    throw;
  }
  return report;
}

int exit_code_of(const RebuildReport& report) {
  const bool complete = report.left_out.empty() && report.only_in_other.empty() && report.without_backup.empty() &&
                        report.not_in_inventory.empty() && report.sequence_gaps.empty();
  return complete ? 0 : kPartial;
}

}  // namespace coffre
