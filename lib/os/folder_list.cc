// Folder::list: the walk over a tree, in byte order.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/translate.h"
#include "os/file_error.h"
#include "os/folder.h"
#include "os/resolve.h"

namespace coffre {
namespace {

constexpr int kMaxDepth = 32;  // ours are 4 deep; more is a loop or an attack

// At the top of every ext filesystem, readable by root only. Any other folder that cannot be read is an error.
constexpr std::string_view kLostAndFound = "lost+found/";

struct Entry {
  std::string name;  // a folder's ends in "/": then sorting the entries sorts the whole paths
  FileInfo info;
};

struct DirectoryCloser {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

// Regular files and folders of one folder, sorted; everything else is left out.
std::vector<Entry> entries_of(int folder, const std::string& subject) {
  FileDescriptor own;
  const int opened = open_beneath(folder, ".", O_RDONLY | O_DIRECTORY, own);
  if (opened != 0) throw file_error(opened, tr("listing a folder"), subject);
  const std::unique_ptr<DIR, DirectoryCloser> directory(::fdopendir(own.get()));
  if (!directory) throw file_error(errno, tr("listing a folder"), subject);
  const int fd = own.get();
  own.release();  // the DIR closes it

  std::vector<Entry> entries;
  for (;;) {
    errno = 0;
    const dirent* const found = ::readdir(directory.get());
    if (found == nullptr) break;
    if (found->d_name[0] == '.') continue;
    struct stat status {};
    if (::fstatat(fd, found->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;  // gone meanwhile
    if (S_ISREG(status.st_mode))
      entries.push_back(
          {found->d_name, {static_cast<std::uint64_t>(status.st_size), from_unix(status.st_mtim.tv_sec)}});
    if (S_ISDIR(status.st_mode)) entries.push_back({std::string(found->d_name) + "/", {}});
  }
  if (errno != 0) throw file_error(errno, tr("listing a folder"), subject);
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

// `prefix` is the path of `folder`: "" or ending in "/".
void walk(int folder, const std::string& prefix, const Folder& root, const Folder::Visitor& visit, int depth) {
  const std::string subject = root.path() + "/" + prefix;
  if (depth > kMaxDepth) throw file_error(ENAMETOOLONG, tr("listing a folder"), subject);
  for (const Entry& entry : entries_of(folder, subject)) {
    if (entry.name.back() != '/') {
      visit(prefix + entry.name, entry.info);
      continue;
    }
    if (prefix.empty() && entry.name == kLostAndFound) continue;
    FileDescriptor child;
    const std::string name = entry.name.substr(0, entry.name.size() - 1);
    const int error_number = open_beneath(folder, name, O_RDONLY | O_DIRECTORY, child);
    const bool other_mount = error_number == EXDEV;
    const bool gone = error_number == ENOENT || error_number == ENOTDIR || error_number == ELOOP;
    if (other_mount || gone) continue;
    if (error_number != 0) throw file_error(error_number, tr("listing a folder"), subject + name);
    walk(child.get(), prefix + entry.name, root, visit, depth + 1);
  }
}

}  // namespace

void Folder::list(std::string_view relative, const Visitor& visit) const {
  const auto folder = open_folder(relative);
  if (!folder) return;
  walk(folder->get(), relative.empty() ? "" : std::string(relative) + "/", *this, visit, 1);
}

}  // namespace coffre
