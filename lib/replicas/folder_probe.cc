#include "replicas/folder_probe.h"

#include <algorithm>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr std::string_view kFolder = "_coffre/probe";
constexpr std::string_view kOnce = "_coffre/probe/once";
constexpr std::string_view kDamaged = "_coffre/probe/damaged";
constexpr std::string_view kFirst = "first";
constexpr std::string_view kSecond = "second";

PutResult put(Replica& folder, std::string_view path, std::string_view content, std::string_view digest_of) {
  return folder.put_if_absent(path, MemoryReader(as_bytes(content)), sha256(as_bytes(digest_of)));
}

Measured ask_second_put(Replica& folder) {
  put(folder, kOnce, kFirst, kFirst);
  const PutResult second = put(folder, kOnce, kSecond, kSecond);
  const auto kept = folder.open(kOnce);
  const bool is_first = kept && content_digest(*kept) == sha256(as_bytes(kFirst));
  if (second == PutResult::conflict_other_content && is_first) {
    return {Capability::conditional_put, Ability::yes, tr("the second put was refused")};
  }
  return {Capability::conditional_put, Ability::no, tr("the second put was taken too")};
}

Measured ask_checksum(Replica& folder) {
  try {
    put(folder, kDamaged, kFirst, kSecond);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::damaged) throw;
    if (!folder.head(kDamaged)) return {Capability::checksum, Ability::yes, "SHA-256"};
  }
  return {Capability::checksum, Ability::no, tr("a put with a wrong SHA-256 was taken")};
}

Measured ask_listing(Replica& folder) {
  std::vector<std::string> listed;
  folder.list(kFolder, [&](const ObjectInfo& object) { listed.push_back(object.path); });
  if (std::ranges::count(listed, kOnce) == 1)
    return {Capability::pagination, Ability::yes, tr("what was put is listed")};
  return {Capability::pagination, Ability::no, tr("what was put is not listed")};
}

}  // namespace

std::vector<Measured> measure_folder(Replica& folder) {
  std::vector<Measured> all;
  all.push_back(ask_second_put(folder));
  all.push_back(ask_checksum(folder));
  all.push_back(ask_listing(folder));
  for (const Capability what : all_capabilities()) {
    if (std::ranges::find(all, what, &Measured::what) != all.end()) continue;
    all.push_back({what, Ability::not_measured, tr("a folder has nothing of the kind")});
  }
  std::ranges::sort(all, {}, &Measured::what);
  return all;
}

}  // namespace coffre
