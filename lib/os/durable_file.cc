#include "os/durable_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"
#include "base/translate.h"
#include "os/file_error.h"
#include "os/file_lock.h"
#include "os/file_reader.h"
#include "os/resolve.h"

namespace coffre {
namespace {

constexpr std::string_view kUnfinishedPrefix = ".coffre-unfinished-";
constexpr int kNameAttempts = 8;
constexpr std::size_t kCompareBlock = std::size_t{64} * 1024;

std::string unfinished_name() {
  std::array<std::uint8_t, 8> bytes{};
  SystemRandom().fill(bytes);
  return std::string(kUnfinishedPrefix) + to_hex(ByteView(bytes));
}

// Where O_TMPFILE is not supported: a hidden name, locked as long as its writer lives (remove_unfinished respects
// that).
int create_hidden(FileLayer& layer, int folder, FileDescriptor& file, std::string& name) {
  int error_number = EEXIST;
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    const std::string candidate = unfinished_name();
    error_number = layer.create_named(folder, candidate, file);
    if (error_number == EEXIST) continue;
    if (error_number != 0) return error_number;
    error_number = lock_file(file.get());
    if (error_number != 0 && error_number != EAGAIN) {
      layer.remove_file(folder, candidate);
      return error_number;
    }
    struct stat status {};
    const bool cleaned_away = error_number == EAGAIN || ::fstat(file.get(), &status) != 0 || status.st_nlink == 0;
    name = candidate;
    if (!cleaned_away) return 0;
    error_number = EEXIST;  // somebody's remove_unfinished came between creating and locking
  }
  return error_number;
}

std::string joined(std::string_view root, std::string_view relative) {
  return std::string(root) + "/" + std::string(relative);
}

int write_all(FileLayer& layer, int file, ByteView bytes) {
  while (!bytes.empty()) {
    std::size_t written = 0;
    const int error_number = layer.write(file, bytes, written);
    if (error_number != 0) return error_number;
    if (written == 0) return EIO;  // no progress and no reason: never spin
    bytes = bytes.subspan(written);
  }
  return 0;
}

void require_same(const RandomReader& reader, ByteView expected, std::string_view subject) {
  bool same = reader.size() == expected.size();
  Bytes block(std::min(kCompareBlock, expected.size()));
  for (std::size_t offset = 0; same && offset < expected.size(); offset += block.size()) {
    const ByteView part = expected.subspan(offset, std::min(block.size(), expected.size() - offset));
    reader.read_at(offset, ByteSpan(block).first(part.size()));
    same = equal(ByteView(block).first(part.size()), part);
  }
  if (same) return;
  Error error(ErrorCode::damaged, tr("reading back what was written"), tr("the volume holds something else"),
              tr("Look at the kernel's log: the disk or its memory is failing"));
  error.on(subject);
  throw error;
}

FileDescriptor reopen(int file, std::string_view subject) {
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  FileDescriptor fresh(::open(link.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fresh.valid()) throw file_error(errno, tr("reading back what was written"), subject);
  return fresh;
}

// Names in `folder` that start like unfinished files.
std::vector<std::string> unfinished_names(int folder, std::string_view subject) {
  FileDescriptor own;
  const int opened = open_beneath(folder, ".", O_RDONLY | O_DIRECTORY, own);
  if (opened != 0) throw file_error(opened, tr("listing a folder"), subject);
  DIR* const directory = ::fdopendir(own.get());
  if (directory == nullptr) throw file_error(errno, tr("listing a folder"), subject);
  own.release();  // the DIR closes it
  std::vector<std::string> names;
  while (const dirent* const found = ::readdir(directory)) {
    std::string name = found->d_name;
    if (name.rfind(kUnfinishedPrefix, 0) == 0) names.push_back(std::move(name));
  }
  ::closedir(directory);
  return names;
}

}  // namespace

DurableFile::DurableFile(const Folder& root, std::string_view folder)
    : root_(root), subject_(joined(root.path(), folder)) {
  root.require_mounted();
  folder_ = root.make_folders(folder);
  int error_number = root.layer().create_unnamed(folder_.get(), file_);
  // EISDIR: what kernels and filesystems answer that have never heard of O_TMPFILE (open(2)).
  if (error_number == EOPNOTSUPP || error_number == EISDIR) {
    remove_unfinished(root, folder);
    error_number = create_hidden(root.layer(), folder_.get(), file_, temporary_name_);
  }
  if (error_number != 0) throw file_error(error_number, tr("starting a file"), subject_);
}

DurableFile::~DurableFile() {
  if (!temporary_name_.empty()) root_.layer().remove_file(folder_.get(), temporary_name_);
}

void DurableFile::require_usable() const {
  if (failed_ != 0) throw file_error(failed_, tr("using a file after its first failure"), subject_);
  if (published_) throw Error(ErrorCode::internal, "using a file that was published", subject_);
}

void DurableFile::fail(int error_number, std::string step) {
  failed_ = error_number;
  throw file_error(error_number, std::move(step), subject_);
}

void DurableFile::write(ByteView bytes) {
  require_usable();
  if (synced_) throw Error(ErrorCode::internal, "writing to a file that was synced", subject_);
  const int error_number = write_all(root_.layer(), file_.get(), bytes);
  if (error_number != 0) fail(error_number, tr("writing a file"));
  size_ += bytes.size();
}

void DurableFile::sync() {
  require_usable();
  if (synced_) return;
  const int error_number = root_.layer().sync(file_.get());
  if (error_number != 0) fail(error_number, tr("syncing a file to the disk"));
  synced_ = true;
}

std::unique_ptr<RandomReader> DurableFile::reread() const {
  if (failed_ != 0) throw file_error(failed_, tr("using a file after its first failure"), subject_);
  if (!synced_) throw Error(ErrorCode::internal, "reading a file that was not synced", subject_);
  return make_file_reader(reopen(file_.get(), subject_), subject_);
}

PublishResult DurableFile::publish(std::string_view path) {
  require_usable();
  if (!synced_) throw Error(ErrorCode::internal, "publishing a file that was not synced", subject_);
  root_.require_mounted();
  const SplitPath split = split_path(path);
  const FileDescriptor target = root_.make_folders(split.folder);
  const int linked = root_.layer().link(file_.get(), target.get(), split.name);
  if (linked == EEXIST) return PublishResult::exists;
  subject_ = joined(root_.path(), path);
  if (linked != 0) fail(linked, tr("giving a file its name"));
  if (!temporary_name_.empty()) root_.layer().remove_file(folder_.get(), temporary_name_);
  temporary_name_.clear();
  const int synced = root_.layer().sync(target.get());
  if (synced != 0) fail(synced, tr("syncing a folder"));
  published_ = true;
  return PublishResult::published;
}

PublishResult put_if_absent(const Folder& root, std::string_view path, ByteView content) {
  const SplitPath split = split_path(path);
  DurableFile file(root, split.folder);
  file.write(content);
  file.sync();
  require_same(*file.reread(), content, path);
  const PublishResult result = file.publish(path);
  // Whoever made it may have died before its folder was synced: what we report as there must stay there.
  if (result == PublishResult::exists) root.sync_folder(split.folder);
  return result;
}

void atomic_replace(const Folder& root, std::string_view path, ByteView content) {
  const std::string subject = joined(root.path(), path);
  const SplitPath split = split_path(path);
  FileLayer& layer = root.layer();
  root.require_mounted();
  const FileDescriptor folder = root.make_folders(split.folder);
  const std::string fresh = "." + split.name + ".new";
  const auto check = [&](int error_number, const char* step) {
    if (error_number == 0) return;
    layer.remove_file(folder.get(), fresh);  // best effort: the next call does it again
    throw file_error(error_number, step, subject);
  };

  FileDescriptor file;
  const int removed = layer.remove_file(folder.get(), fresh);  // of a process that died here
  check(removed == ENOENT ? 0 : removed, tr("replacing a file"));
  check(layer.create_named(folder.get(), fresh, file), tr("replacing a file"));
  check(write_all(layer, file.get(), content), tr("writing a file"));
  check(layer.sync(file.get()), tr("syncing a file to the disk"));
  require_same(*make_file_reader(reopen(file.get(), subject), subject), content, subject);
  check(layer.rename(folder.get(), fresh, split.name), tr("replacing a file"));
  check(layer.sync(folder.get()), tr("syncing a folder"));
}

std::size_t remove_unfinished(const Folder& root, std::string_view folder) {
  const std::string subject = joined(root.path(), folder);
  const auto fd = root.open_folder(folder);
  if (!fd) return 0;
  std::size_t removed = 0;
  for (const std::string& name : unfinished_names(fd->get(), subject)) {
    FileDescriptor file;
    if (open_beneath(fd->get(), name, O_RDWR | O_NONBLOCK, file) != 0) continue;  // gone meanwhile, or not ours
    if (lock_file(file.get()) != 0) continue;                                     // its writer lives
    const int error_number = root.layer().remove_file(fd->get(), name);
    if (error_number != 0 && error_number != ENOENT)
      throw file_error(error_number, tr("removing an unfinished file"), joined(subject, name));
    ++removed;
  }
  return removed;
}

}  // namespace coffre
