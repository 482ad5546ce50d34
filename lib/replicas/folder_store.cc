#include "replicas/folder_store.h"

#include <algorithm>
#include <string>

#include "base/error.h"
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

// The re-read bytes are not those that were promised: says whose fault it is.
[[noreturn]] void throw_different(const Folder& folder, std::string_view path, const RandomReader& content,
                                  const Digest& digest) {
  const bool source_is_wrong = content_digest(content) != digest;
  Error error =
      source_is_wrong
          ? Error(ErrorCode::damaged, tr("copying to a replica"), tr("the source is not what it should be"),
                  tr("Run restore-cli verify on the object"))
          : Error(ErrorCode::damaged, tr("reading back what was written"), tr("the volume holds something else"),
                  tr("Look at the kernel's log: the disk or its memory is failing"));
  error.on(subject_of(folder, path));
  throw error;
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
  const std::string beginning = companions_prefix(path);
  std::vector<std::string> companions;
  folder.list(split_path(path).folder, [&](const std::string& other, const FileInfo&) {
    if (other.starts_with(beginning)) companions.push_back(other);
  });
  for (const std::string& companion : companions) folder.remove_file(companion);
  return {.state = was_there ? Removal::State::removed : Removal::State::absent};
}

}  // namespace coffre
