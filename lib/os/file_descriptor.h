// An open descriptor, closed when it dies. Move-only; moving in closes what was held.
#pragma once

#include <utility>

namespace coffre {

class FileDescriptor {
 public:
  FileDescriptor() = default;                            // holds nothing
  explicit FileDescriptor(int fd) noexcept : fd_(fd) {}  // takes it over; -1 holds nothing
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { reset(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  // Closes. What close(2) says is ignored: what matters was synced before.
  void reset() noexcept;
  // Gives it up: somebody else closes it.
  int release() noexcept { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

}  // namespace coffre
