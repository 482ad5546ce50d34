#include "service/healing/replica_survey.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/translate.h"
#include "service/backup/learned_facts.h"
#include "service/places/stored_file.h"

namespace coffre {
namespace {

bool is_own_object(const std::string& path) {
  return path.starts_with(std::string(kInstallationFolder) + "/");
}

class Surveyor {
 public:
  explicit Surveyor(const RebuildRequest& request) : request_(request) {}

  Survey take() {
    const std::vector<std::string> paths = all_paths();
    std::size_t done = 0;
    for (const std::string& path : paths) {
      look_at(path);
      if (request_.progress) request_.progress(++done, paths.size());
    }
    return std::move(survey_);
  }

 private:
  std::vector<std::string> all_paths() {
    std::vector<std::string> paths;
    request_.from.list("", [&](const ObjectInfo& object) {
      if (is_own_object(object.path)) {
        ++survey_.own_objects;
      } else {
        paths.push_back(object.path);
      }
    });
    return paths;
  }

  void leave_out(const std::string& path, std::string category, std::string reason) {
    survey_.left_out.push_back({.path = path, .category = std::move(category), .reason = std::move(reason)});
  }

  void look_at(const std::string& path) {
    if (path.ends_with(".rwk")) return;  // a sidecar: belongs to its .bak
    try {
      const auto reader = request_.from.open(path);
      if (!reader) return leave_out(path, "", tr("it disappeared meanwhile"));
      add(path, read_stored_file(*reader, path, request_.ring.signers, request_.ring.identities));
    } catch (const Error& error) {
      if (!is_about_the_object(error)) throw;
      if (!look_at_others(path)) leave_out(path, error.category(), error.reason());
    }
  }

  static bool is_about_the_object(const Error& error) {
    return error.code() == ErrorCode::damaged || error.code() == ErrorCode::rule || error.code() == ErrorCode::no_key;
  }

  // A repaired bucket keeps the damaged version before the good one.
  bool look_at_others(const std::string& path) {
    bool found = false;
    request_.from.open_others(path, [&](const std::unique_ptr<RandomReader>& other) {
      try {
        add(path, read_stored_file(*other, path, request_.ring.signers, request_.ring.identities));
        found = true;
      } catch (const Error& error) {
        if (!is_about_the_object(error)) throw;
      }
      return found;
    });
    return found;
  }

  void add(const std::string& path, const StoredFile& file) {
    auto backup = surveyed(file);
    if (!backup) return leave_out(path, "name", tr("it lies where its name does not belong"));
    if (!names_.insert(backup->row.name).second) {
      return leave_out(path, "twin", tr("another object has this name already"));
    }
    if (!digests_.insert(file.digest).second) return leave_out(path, "twin", tr("the same file lies elsewhere too"));
    note_device(backup->row, backup->device);
    survey_.backups.push_back(std::move(*backup));
  }

  // The newest backup says what the device is called today, the newest good one what it is.
  void note_device(const BackupRow& row, const DeviceKey& key) {
    auto [found, is_new] = survey_.devices.try_emplace(row.device_id, DeviceRow{.id = row.device_id, .key = key});
    DeviceRow& device = found->second;
    std::uint64_t& newest = newest_[row.device_id];
    if (is_new || row.sequence > newest) {
      newest = row.sequence;
      device.key = key;
    }
    if (!device.last_attempt || *device.last_attempt < row.created_at) device.last_attempt = row.created_at;
    if (row.suspect || row.sequence < newest_good_[row.device_id]) return;
    newest_good_[row.device_id] = row.sequence;
    device.last_success = row.created_at;
    device.expectation = parse_facts(row.facts);
  }

  const RebuildRequest& request_;
  Survey survey_;
  std::set<std::string> names_;
  std::set<Digest> digests_;
  std::map<std::string, std::uint64_t> newest_;
  std::map<std::string, std::uint64_t> newest_good_;
};

// Two ids that end under one key (a device taken out and put in again without its history): the one whose newest backup
// is the later keeps the key; the other's backups cannot be placed.
void settle_keys(Survey& survey) {
  std::map<DeviceKey, std::string> owner;
  std::set<std::string> displaced;
  for (const auto& entry : survey.devices) {
    const DeviceRow& device = entry.second;
    const auto [found, is_new] = owner.try_emplace(device.key, device.id);
    if (is_new) continue;
    std::string loser = device.id;
    if (survey.devices.at(found->second).last_attempt < device.last_attempt) std::swap(loser, found->second);
    displaced.insert(loser);
  }
  if (displaced.empty()) return;
  std::erase_if(survey.devices, [&](const auto& entry) { return displaced.contains(entry.first); });
  for (const SurveyedBackup& backup : survey.backups) {
    if (!displaced.contains(backup.row.device_id)) continue;
    survey.left_out.push_back(
        {.path = backup.path, .category = "device", .reason = tr("another device bears this name today")});
  }
  std::erase_if(survey.backups, [&](const SurveyedBackup& backup) { return displaced.contains(backup.row.device_id); });
}

}  // namespace

Survey survey_replica(const RebuildRequest& request) {
  Survey survey = Surveyor(request).take();
  settle_keys(survey);
  return survey;
}

}  // namespace coffre
