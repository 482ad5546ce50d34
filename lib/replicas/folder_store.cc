#include "replicas/folder_store.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "base/fault_point.h"
#include "base/translate.h"
#include "os/durable_file.h"

namespace coffre {
namespace {

constexpr std::size_t kCopyBlock = std::size_t{256} * 1024;

void copy(const RandomReader& from, ByteSink& to) {
  Bytes block(static_cast<std::size_t>(std::min<std::uint64_t>(kCopyBlock, from.size())));
  for (std::uint64_t offset = 0; offset < from.size();) {
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), from.size() - offset));
    from.read_at(offset, ByteSpan(block).first(length));
    to.write(ByteView(block).first(length));
    offset += length;
  }
}

std::string subject_of(const Folder& folder, std::string_view path) {
  return folder.path() + "/" + std::string(path);
}

[[noreturn]] void throw_wrong_source(const Folder& folder, std::string_view path) {
  Error error(ErrorCode::damaged, tr("copying to a replica"), tr("the source is not what it should be"),
              tr("Run restore-cli verify on the object"));
  error.on(subject_of(folder, path));
  throw error;
}

// The re-read bytes are not those that were promised: says whose fault it is.
[[noreturn]] void throw_different(const Folder& folder, std::string_view path, const RandomReader& content,
                                  const Digest& digest) {
  if (content_digest(content) != digest) throw_wrong_source(folder, path);
  Error error(ErrorCode::damaged, tr("reading back what was written"), tr("the volume holds something else"),
              tr("Look at the kernel's log: the disk or its memory is failing"));
  error.on(subject_of(folder, path));
  throw error;
}

// What cannot be read counts as another content: a bad sector is the usual damage.
bool is_in_the_way(const Folder& folder, std::string_view path, const Digest& digest) {
  const auto existing = folder.open_file(path);
  if (!existing) return false;
  try {
    return content_digest(*existing) != digest;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::io && error.code() != ErrorCode::damaged) throw;
    return true;
  }
}

std::string quarantine_prefix(std::string_view path) {
  return std::string(kQuarantineFolder) + "/" + std::string(path) + ".";
}

// Under the first free number; "" when somebody else was faster.
std::string set_aside(const Folder& folder, std::string_view path) {
  for (std::size_t number = 1;; ++number) {
    std::string target = quarantine_prefix(path) + std::to_string(number);
    const MoveResult result = folder.move_file(path, target);
    if (result == MoveResult::moved) return target;
    if (result == MoveResult::absent) return {};
  }
}

void remove_beginning_with(const Folder& folder, const std::string& beginning) {
  std::vector<std::string> found;
  folder.list(split_path(beginning).folder, [&](const std::string& path, const FileInfo&) {
    if (path.starts_with(beginning)) found.push_back(path);
  });
  for (const std::string& path : found) folder.remove_file(path);
}

// What the object that is there already means for the one that should be put; nullopt when there is none.
std::optional<PutResult> judge_existing(const Folder& folder, std::string_view path, const Digest& digest) {
  const auto existing = folder.open_file(path);
  if (!existing) return std::nullopt;
  if (content_digest(*existing) != digest) return PutResult::conflict_other_content;
  // Its writer may have died before the folder was synced, and what we acknowledge must stay.
  const std::string above = split_path(path).folder;
  (void)folder.make_folders(above);
  folder.sync_folder(above);
  return PutResult::already_same;
}

}  // namespace

PutResult store_put(const Folder& folder, std::string_view path, const RandomReader& content, const Digest& digest,
                    const std::function<void()>& check) {
  check();
  if (const auto result = judge_existing(folder, path, digest)) return *result;
  DurableFile file(folder, split_path(path).folder);
  copy(content, file);
  file.sync();
  if (content_digest(*file.reread()) != digest) throw_different(folder, path, content, digest);
  check();
  if (file.publish(path) == PublishResult::published) return PutResult::stored;
  // Somebody was faster.
  return judge_existing(folder, path, digest).value_or(PutResult::conflict_other_content);
}

std::string store_repair(const Folder& folder, std::string_view path, const RandomReader& content, const Digest& digest,
                         const std::function<void()>& check) {
  check();
  // Before anything moves: without a good source, what is there stays where it is.
  if (content_digest(content) != digest) throw_wrong_source(folder, path);
  std::string kept;
  do {
    while (is_in_the_way(folder, path, digest)) kept = set_aside(folder, path);
    fault_point("repair.set_aside");
  } while (store_put(folder, path, content, digest, check) == PutResult::conflict_other_content);
  return kept;
}

std::unique_ptr<RandomReader> store_open(const Folder& folder, std::string_view path) {
  folder.require_mounted();
  return folder.open_file(path);
}

std::optional<ObjectInfo> store_head(const Folder& folder, std::string_view path) {
  folder.require_mounted();
  const auto info = folder.head(path);
  if (!info) return std::nullopt;
  return ObjectInfo{std::string(path), info->size, info->modified};
}

void store_list(const Folder& folder, std::string_view prefix, const Replica::Visitor& visit) {
  folder.require_mounted();
  folder.list(prefix, [&](const std::string& path, const FileInfo& info) { visit({path, info.size, info.modified}); });
}

Removal store_remove(const Folder& folder, std::string_view path) {
  folder.require_mounted();
  const bool was_there = folder.remove_file(path);
  remove_beginning_with(folder, companions_prefix(path));
  remove_beginning_with(folder, quarantine_prefix(path));
  return {.state = was_there ? Removal::State::removed : Removal::State::absent};
}

}  // namespace coffre
