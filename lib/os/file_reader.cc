#include "os/file_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/translate.h"
#include "os/file_error.h"

namespace coffre {
namespace {

class FileReader final : public RandomReader {
 public:
  FileReader(FileDescriptor file, std::uint64_t size, std::string subject)
      : file_(std::move(file)), size_(size), subject_(std::move(subject)) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }

  void read_at(std::uint64_t offset, ByteSpan out) const override {
    if (offset > size_ || out.size() > size_ - offset) throw too_short();
    while (!out.empty()) {
      const ssize_t got = ::pread(file_.get(), out.data(), out.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw file_error(errno, tr("reading a file"), subject_);
      if (got == 0) throw too_short();  // cut while it was open
      offset += static_cast<std::uint64_t>(got);
      out = out.subspan(static_cast<std::size_t>(got));
    }
  }

 private:
  [[nodiscard]] Error too_short() const {
    Error error(ErrorCode::damaged, tr("reading a file"), tr("it is shorter than it should be"));
    error.on(subject_);
    return error;
  }

  FileDescriptor file_;
  std::uint64_t size_;
  std::string subject_;
};

}  // namespace

std::unique_ptr<RandomReader> make_file_reader(FileDescriptor file, std::string subject) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw file_error(errno, tr("reading a file"), subject);
  if (!S_ISREG(status.st_mode)) {
    Error error(ErrorCode::io, tr("reading a file"), tr("it is not a regular file"));
    error.on(subject);
    throw error;
  }
  ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);  // best effort: the scrub reads everything again later
  return std::make_unique<FileReader>(std::move(file), static_cast<std::uint64_t>(status.st_size), std::move(subject));
}

std::unique_ptr<RandomReader> open_path(const std::string& path) {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (file.valid()) return make_file_reader(std::move(file), path);
  if (errno != ENOENT && errno != ENOTDIR) throw file_error(errno, tr("reading a file"), path);
  const Error found = file_error(errno, tr("reading a file"), path);
  Error error(ErrorCode::not_found, found.step(), found.reason(), found.hint());
  error.on(path);
  throw error;
}

}  // namespace coffre
