#include "service/keys/sidecars.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/log.h"
#include "base/translate.h"
#include "os/file_reader.h"
#include "os/folder.h"
#include "vault/bak_format.h"
#include "vault/category.h"
#include "vault/open.h"
#include "vault/sidecar.h"

namespace coffre {
namespace {

constexpr std::size_t kFrameSize = 60 + 32;  // before and after the stanzas (schemas/bak-format.md)

void add(std::vector<StoredSidecar>& into, std::uint32_t epoch, std::string path, const RandomReader& reader) {
  try {
    Bytes content = read_sidecar(reader);
    into.push_back({.epoch = epoch, .path = std::move(path), .content = std::move(content)});
  } catch (const Error& error) {
    if (error.category() != to_string(Category::sidecar)) throw;
    log(LogLevel::warning, path, error.reason());
  }
}

std::vector<StoredSidecar> newest_first(std::vector<StoredSidecar> sidecars) {
  std::ranges::sort(sidecars, std::ranges::greater{}, &StoredSidecar::epoch);
  return sidecars;
}

}  // namespace

std::vector<StoredSidecar> stored_sidecars(Replica& replica, std::string_view bak_path) {
  const SplitPath split = split_path(bak_path);
  std::vector<std::pair<std::uint32_t, std::string>> found;
  replica.list(split.folder, [&](const ObjectInfo& object) {
    if (const auto epoch = sidecar_epoch(object.path, bak_path)) found.emplace_back(*epoch, object.path);
  });
  std::vector<StoredSidecar> sidecars;
  for (const auto& [epoch, path] : found) {
    if (const auto reader = replica.open(path)) add(sidecars, epoch, path, *reader);
  }
  return newest_first(std::move(sidecars));
}

std::vector<StoredSidecar> sidecars_beside(const std::filesystem::path& bak_file) {
  const std::filesystem::path absolute = std::filesystem::absolute(bak_file);
  const std::string name = absolute.filename().string();
  std::vector<StoredSidecar> sidecars;
  std::error_code unreadable;  // a folder that may be entered and not listed: then there are none
  for (const auto& entry : std::filesystem::directory_iterator(absolute.parent_path(), unreadable)) {
    const auto epoch = sidecar_epoch(entry.path().filename().string(), name);
    if (!epoch || !entry.is_regular_file(unreadable)) continue;
    add(sidecars, *epoch, entry.path().string(), *open_path(entry.path().string()));
  }
  return newest_first(std::move(sidecars));
}

std::vector<Bytes> fitting_sidecar(const RandomReader& file, std::span<const Identity> identities,
                                   const std::function<std::vector<StoredSidecar>()>& find) {
  if (identities.empty() || is_sealed_to(file, identities)) return {};
  for (StoredSidecar& sidecar : find()) {
    if (gives_access(file, sidecar.content, identities)) return {std::move(sidecar.content)};
    log(LogLevel::info, sidecar.path, tr("this sidecar gives the keys at hand no access"));
  }
  return {};
}

Bytes read_sidecar(const RandomReader& reader) {
  if (reader.size() > kFrameSize + kMaxStanzas * kStanzaSize) throw refusal(Category::sidecar);
  Bytes content(static_cast<std::size_t>(reader.size()));
  reader.read_at(0, content);
  return content;
}

}  // namespace coffre
