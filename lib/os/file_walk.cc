#include "os/file_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "os/file_reader.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

class Walk {
 public:
  Walk(const WalkLimits& limits, const FileVisitor& visit) : limits_(limits), visit_(visit) {}

  void file(const fs::path& path) {
    if (is_left_closed(path)) return;
    // O_NOFOLLOW and O_NONBLOCK: neither a link nor a FIFO that somebody put there since it was listed.
    FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat status {};
    if (!fd.valid() || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return;
    ++result_.files;
    visit_(path.string(), *make_file_reader(std::move(fd), path.string()));
  }

  void folder(const fs::path& path, dev_t device, int depth) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return;  // gone meanwhile
    if (status.st_dev != device || depth > limits_.max_depth || result_.files >= limits_.max_files) {
      result_.not_walked.push_back(path.string());
      return;
    }
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    for (const auto& entry : fs::directory_iterator(path, fs::directory_options::skip_permission_denied, error))
      entries.push_back(entry);
    std::sort(entries.begin(), entries.end());
    for (const auto& entry : entries) visit_entry(entry, path, device, depth);
  }

  [[nodiscard]] WalkResult take() { return std::move(result_); }

 private:
  [[nodiscard]] bool is_left_closed(const fs::path& path) const {
    return std::any_of(limits_.never_opened.begin(), limits_.never_opened.end(), [&path](const std::string& closed) {
      std::error_code absent;
      return fs::equivalent(path, closed, absent);
    });
  }

  void visit_entry(const fs::directory_entry& entry, const fs::path& parent, dev_t device, int depth) {
    std::error_code error;
    const fs::file_type type = entry.symlink_status(error).type();
    if (type == fs::file_type::directory) folder(entry.path(), device, depth + 1);
    if (type != fs::file_type::regular) return;
    if (result_.files < limits_.max_files) return file(entry.path());
    if (result_.not_walked.empty() || result_.not_walked.back() != parent.string())
      result_.not_walked.push_back(parent.string());
  }

  const WalkLimits& limits_;
  const FileVisitor& visit_;
  WalkResult result_;
};

}  // namespace

WalkResult walk_files(const std::string& path, const WalkLimits& limits, const FileVisitor& visit) {
  Walk walk(limits, visit);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (S_ISREG(status.st_mode)) walk.file(path);
  if (S_ISDIR(status.st_mode)) walk.folder(path, status.st_dev, 1);
  return walk.take();
}

}  // namespace coffre
