#include "service/healing/reconcile.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/backups.h"
#include "catalog/devices.h"
#include "catalog/read_backs.h"
#include "catalog/sidecars.h"
#include "model/sequence_check.h"
#include "service/backup/recover.h"
#include "service/backup/sequence.h"
#include "service/healing/adopt.h"
#include "service/places/stored_copy.h"
#include "service/places/stored_file.h"
#include "service/reading/conclude.h"
#include "service/reading/proof_of.h"
#include "vault/sidecar.h"

namespace coffre {
namespace {

bool is_own_object(const std::string& path) {
  return path.starts_with(std::string(kInstallationFolder) + "/");
}

// One place, as its listing and the catalog have it.
class PlaceView {
 public:
  PlaceView(Installation& at, Replica& place, Reconciliation& result)
      : at_(at), place_(place), name_(place.properties().name), result_(result) {}

  void compare() {
    // The listing first: what is published meanwhile has a row by then, or is seen as vanished and asked for.
    place_.list("", [&](const ObjectInfo& object) {
      if (!is_own_object(object.path)) listed_.insert(object.path);
    });
    at_.catalog.read([&](Session& session) {
      rows_.clear();
      for (PlacedCopy& copy : copies_in(session, name_)) rows_.emplace(copy.path, std::move(copy));
    });
    find_vanished();
    for (const std::string& path : listed_) look_at(path);
    find_lost_sidecars();
    settle_matter();
  }

 private:
  void find_vanished() {
    for (const auto& [path, copy] : rows_) {
      const bool should_be_there = copy.state == "good" || copy.state == "seen";
      if (should_be_there && !listed_.contains(path) && !place_.head(path)) result_.to_heal.push_back(copy.digest);
    }
  }

  void look_at(const std::string& path) {
    if (path.ends_with(".rwk")) return look_at_sidecar(path);
    if (!path.ends_with(".bak")) {
      result_.strays.push_back(name_ + ": " + path);
    } else if (!rows_.contains(path)) {
      look_at_unknown(path);
    }
  }

  void look_at_sidecar(const std::string& path) {
    const std::size_t epoch = path.rfind('.', path.size() - sizeof ".rwk");
    if (!listed_.contains(path.substr(0, epoch) + ".bak")) result_.strays.push_back(name_ + ": " + path);
  }

  // Under the lock of the folder's device: a run that is about to record this very file is not overtaken.
  void look_at_unknown(const std::string& path) {
    const auto name = BackupName::parse(std::string_view(path).substr(path.rfind('/') + 1));
    if (!name) return foreign(path, "name");
    const auto lock = at_.local->try_lock(name->device.path(), at_.clock);
    if (!lock) return;
    finish_interrupted(name->device);
    try {
      if (const auto file = read_stored_object(at_, place_, path)) take_in(*file);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::damaged && error.code() != ErrorCode::rule && error.code() != ErrorCode::no_key)
        throw;
      take_unreadable(path, *name, error);
    }
  }

  // What a run published before it died is recorded from its intent, which knows more of it than the file says.
  void finish_interrupted(const DeviceKey& key) {
    std::optional<DeviceRow> device;
    at_.catalog.read([&](Session& session) { device = find_device(session, key); });
    if (device) recover_device(at_, key, device->id);
  }

  void take_in(const StoredFile& file) {
    std::optional<BackupRow> known;
    bool expiring = false;
    at_.catalog.read([&](Session& session) {
      known = find_backup_by_digest(session, file.digest);
      expiring = known && has_expired_copy(session, file.digest);
    });
    if (expiring) return foreign(file.path, "expired");
    if (known) return known_elsewhere(*known, file.path);
    if (file.by_revoked_signer) return foreign(file.path, "E_REVOKED");
    const auto row = adopt(at_, name_, file);
    if (!row) return foreign(file.path, "name");
    result_.adopted.push_back(row->name);
    result_.to_heal.push_back(row->digest);
  }

  void known_elsewhere(const BackupRow& backup, const std::string& path) {
    if (object_path(backup) != path) return foreign(path, "name");
    result_.to_heal.push_back(backup.digest);
  }

  // Where a known backup belongs, what lies there is its damaged copy: the healing's matter.
  void take_unreadable(const std::string& path, const BackupName& name, const Error& error) {
    std::optional<BackupRow> known;
    at_.catalog.read([&](Session& session) {
      known = find_backup_by_name(session, name.text());
      if (known && has_expired_copy(session, known->digest)) known.reset();
    });
    if (known && object_path(*known) == path) return result_.to_heal.push_back(known->digest);
    foreign(path, error.category().empty() ? std::string(to_string(error.code())) : error.category());
  }

  void foreign(const std::string& path, std::string category) {
    result_.foreign.push_back({.replica = name_, .path = path, .category = std::move(category)});
    foreign_.push_back(path + " (" + result_.foreign.back().category + ")");
  }

  void find_lost_sidecars() {
    std::map<Digest, std::vector<SidecarRow>> sidecars;
    at_.catalog.read([&](Session& session) { sidecars = all_sidecars(session); });
    for (const auto& entry : rows_) {
      const PlacedCopy& copy = entry.second;
      for (const SidecarRow& row : sidecars[copy.digest]) {
        if (row.replica != name_) continue;
        const std::string path = sidecar_name(copy.path, row.epoch);
        if (listed_.contains(path) || place_.head(path)) continue;
        result_.lost_sidecars.push_back(copy.name);
        break;
      }
    }
  }

  // One matter a place: whoever can write there could make any number of objects.
  void settle_matter() {
    const Instant now = at_.clock.now();
    at_.catalog.write([&](Session& session) {
      if (foreign_.empty()) {
        close_anomaly(session, AnomalyCode::foreign_object, name_, "none is left", now);
        forget_conclusion(session, AnomalyCode::foreign_object, name_);
        return;
      }
      constexpr std::size_t kNamed = 3;
      const std::vector<std::string> first(
          foreign_.begin(), foreign_.begin() + static_cast<std::ptrdiff_t>(std::min(kNamed, foreign_.size())));
      const std::string more = foreign_.size() > kNamed ? ", ..." : "";
      open_unless_concluded(session, AnomalyCode::foreign_object, name_,
                            fmt::format("{}: {}{}", foreign_.size(), join(first, ", "), more), now);
    });
  }

  Installation& at_;
  Replica& place_;
  std::string name_;
  Reconciliation& result_;
  std::set<std::string> listed_;
  std::map<std::string, PlacedCopy> rows_;  // by path
  std::vector<std::string> foreign_;
};

template <typename T>
void sort_once(std::vector<T>& all) {
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

std::vector<SequenceEntry> entries_of(Session& session, const DeviceRow& device) {
  std::vector<SequenceEntry> entries;
  for (const BackupRow& backup : list_all_of_device(session, device.id)) {
    const std::vector<CopyRow> copies = copies_of(session, backup.digest);
    const bool accounted_for = backup.expired_at || std::ranges::any_of(copies, [](const CopyRow& copy) {
                                 return is_held(copy) || copy.state == "expired";
                               });
    if (accounted_for)
      entries.push_back({.sequence = backup.sequence, .digest = backup.digest, .prev_digest = backup.prev_digest});
  }
  return entries;
}

}  // namespace

Reconciliation reconcile(Installation& at, const std::vector<Replica*>& places) {
  Reconciliation result;
  for (Replica* const place : places) PlaceView(at, *place, result).compare();
  sort_once(result.adopted);
  sort_once(result.to_heal);
  sort_once(result.lost_sidecars);
  return result;
}

std::vector<std::string> check_sequences(Installation& at) {
  std::vector<DeviceRow> devices;
  at.catalog.read([&](Session& session) { devices = list_devices(session); });
  std::vector<std::string> gaps;
  for (const DeviceRow& device : devices) {
    std::vector<std::string> findings;
    bool any = false;
    at.catalog.read([&](Session& session) {
      const auto head = sequence_head(session, device.id);
      any = head.has_value();
      if (any) findings = sequence_findings(entries_of(session, device), head->sequence);
    });
    if (!any) continue;
    settle_sequence(at, device.key, findings);
    for (const std::string& finding : findings) gaps.push_back(device.key.display() + ": " + finding);
  }
  return gaps;
}

}  // namespace coffre
