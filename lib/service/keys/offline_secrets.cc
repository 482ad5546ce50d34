#include "service/keys/offline_secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/secret.h"
#include "base/translate.h"
#include "config/settings.h"
#include "os/file_walk.h"
#include "vault/bak_format.h"
#include "vault/offline_secrets.h"

namespace coffre {
namespace {

// A key file is some lines; larger files (a database, sealed backups) are not searched.
constexpr std::uint64_t kMaxSearchedBytes = std::uint64_t{1024} * 1024;

// The places are full of sealed files: one look at the beginning, and they are not searched.
bool is_sealed(const RandomReader& file) {
  std::array<std::uint8_t, kMagic.size()> beginning{};
  if (file.size() < beginning.size()) return false;
  file.read_at(0, beginning);
  return beginning == kMagic;
}

bool opens_backups(const RandomReader& file) {
  if (file.size() > kMaxSearchedBytes || is_sealed(file)) return false;
  ClearBytes content(static_cast<std::size_t>(file.size()));
  file.read_at(0, content);
  const OfflineSecrets found = find_offline_secrets(content);
  return found.full_identity || found.root_key;
}

}  // namespace

std::vector<std::filesystem::path> find_identities(const Settings& settings) {
  std::vector<std::filesystem::path> found;
  const auto look = [&](const std::string& path, const RandomReader& file) {
    if (opens_backups(file)) found.emplace_back(path);
  };
  // The database is in use, and its locks must stay (os/file_walk.h).
  WalkLimits limits;
  for (const char* part : {"", "-wal", "-shm", "-journal"}) {
    limits.never_opened.push_back(settings.installation.catalog.string() + part);
  }
  std::vector<std::filesystem::path> folders = {settings.file.parent_path(), settings.installation.data,
                                                settings.local.path};
  if (!settings.cloud.bucket) folders.push_back(settings.cloud.directory);  // a bucket holds only what we put there
  for (const std::filesystem::path& folder : folders) walk_files(folder.string(), limits, look);
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());  // one folder may lie below another
  return found;
}

void require_no_identities(const Settings& settings) {
  if (settings.same_machine_station) return;
  const auto found = find_identities(settings);
  if (found.empty()) return;
  throw Error(ErrorCode::rule, tr("looking for keys that must not be here"),
              tr("this file holds a key that opens backups; the machine that takes backups must not have one"),
              tr("Move it to the restore station; or say `station: same-machine` in the configuration, aloud"))
      .on(found.front().string());
}

}  // namespace coffre
