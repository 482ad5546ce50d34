#include "service/keys/trusted_before.h"

#include <algorithm>
#include <map>

namespace coffre {
namespace {

// Sets what makes the view count; false when something lacks.
bool note_evidence(TrustedBackup& trusted, const BackupView& view, Instant before) {
  std::optional<Instant> sealed;
  std::optional<Instant> read_back;
  std::set<std::string> places;
  for (const Evidence& one : view.evidence) {
    if (one.at >= before) continue;
    if (one.type == EvidenceType::sealed) sealed = std::max(sealed.value_or(one.at), one.at);
    if (one.type != EvidenceType::replicated) continue;
    read_back = std::max(read_back.value_or(one.at), one.at);
    places.insert(one.detail);
  }
  if (view.backup.suspect || view.backup.created_at >= before || !sealed || !read_back) return false;
  trusted.sealed = sealed;
  trusted.read_back = read_back;
  trusted.places = std::move(places);
  return true;
}

}  // namespace

std::vector<TrustedBackup> trusted_before(const Installation& at, const ListFilter& filter, Instant before) {
  std::map<std::string, TrustedBackup> by_device;
  // A device that never had a backup is listed too, not absent.
  for (const DeviceView& device : list_device_views(at, filter)) {
    const std::string key = device.device.key.display();
    if (!device.device.retired || device.backups > 0) by_device.emplace(key, TrustedBackup{.device = key});
  }
  for (BackupView& view : list_backup_views(at, filter)) {  // newest first
    TrustedBackup& trusted = by_device.try_emplace(view.device, TrustedBackup{.device = view.device}).first->second;
    if (trusted.backup) continue;
    if (note_evidence(trusted, view, before)) {
      trusted.backup = std::move(view);
    } else {
      ++trusted.later;
    }
  }
  std::vector<TrustedBackup> all;
  for (auto& entry : by_device) all.push_back(std::move(entry.second));
  std::stable_partition(all.begin(), all.end(), [](const TrustedBackup& one) { return !one.backup; });
  return all;
}

}  // namespace coffre
