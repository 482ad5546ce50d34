// A FileLayer that fails on request and remembers what was asked of it.
//
// Threads: one at a time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "os/file_layer.h"

namespace coffre::test {

// Names of calls as they appear in calls(): "create_unnamed", "create_named", "write", "sync", "link", "rename",
// "remove_file", "make_folder".
class FaultyFileLayer final : public FileLayer {
 public:
  explicit FaultyFileLayer(FileLayer& below = system_file_layer()) : below_(below) {}

  // The `number`-th call from now on (1 is the next) fails once with that errno value; the disk is not touched.
  void fail_call(std::size_t number, int error_number);
  // Every call of that name fails until healed.
  void fail_every(const std::string& call, int error_number) { always_[call] = error_number; }
  // The next call of that name fails, later ones work.
  void fail_next(const std::string& call, int error_number) { once_[call] = error_number; }
  // Each write takes at most so many bytes.
  void shorten_writes(std::size_t most) { most_ = most; }
  void heal();

  [[nodiscard]] const std::vector<std::string>& calls() const { return calls_; }
  [[nodiscard]] bool has_failed() const { return has_failed_; }

  int create_unnamed(int folder, FileDescriptor& out) override;
  int create_named(int folder, const std::string& name, FileDescriptor& out) override;
  int write(int file, ByteView bytes, std::size_t& written) override;
  int sync(int file_or_folder) override;
  int link(int file, int folder, const std::string& name) override;
  int rename(int folder, const std::string& from, const std::string& to) override;
  int remove_file(int folder, const std::string& name) override;
  int make_folder(int folder, const std::string& name) override;

 private:
  int fault(const std::string& call);

  FileLayer& below_;
  std::vector<std::string> calls_;
  std::map<std::string, int> always_;
  std::map<std::string, int> once_;
  std::optional<std::size_t> failing_call_;
  int failing_error_ = 0;
  std::size_t most_ = 0;
  bool has_failed_ = false;
};

}  // namespace coffre::test
