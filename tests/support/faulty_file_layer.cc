#include "support/faulty_file_layer.h"

#include <algorithm>

namespace coffre::test {

void FaultyFileLayer::fail_call(std::size_t number, int error_number) {
  failing_call_ = calls_.size() + number;
  failing_error_ = error_number;
}

void FaultyFileLayer::heal() {
  always_.clear();
  once_.clear();
  failing_call_.reset();
}

int FaultyFileLayer::fault(const std::string& call) {
  calls_.push_back(call);
  int error_number = 0;
  if (failing_call_ == calls_.size()) error_number = failing_error_;
  if (const auto found = always_.find(call); found != always_.end()) error_number = found->second;
  if (const auto found = once_.find(call); found != once_.end()) {
    error_number = found->second;
    once_.erase(found);
  }
  if (error_number != 0) has_failed_ = true;
  return error_number;
}

int FaultyFileLayer::create_unnamed(int folder, FileDescriptor& out) {
  if (const int error = fault("create_unnamed")) return error;
  return below_.create_unnamed(folder, out);
}

int FaultyFileLayer::create_named(int folder, const std::string& name, FileDescriptor& out) {
  if (const int error = fault("create_named")) return error;
  return below_.create_named(folder, name, out);
}

int FaultyFileLayer::write(int file, ByteView bytes, std::size_t& written) {
  if (const int error = fault("write")) return error;
  return below_.write(file, most_ == 0 ? bytes : bytes.first(std::min(most_, bytes.size())), written);
}

int FaultyFileLayer::sync(int file_or_folder) {
  if (const int error = fault("sync")) return error;
  return below_.sync(file_or_folder);
}

int FaultyFileLayer::link(int file, int folder, const std::string& name) {
  if (const int error = fault("link")) return error;
  return below_.link(file, folder, name);
}

int FaultyFileLayer::rename(int folder, const std::string& from, const std::string& to) {
  if (const int error = fault("rename")) return error;
  return below_.rename(folder, from, to);
}

int FaultyFileLayer::remove_file(int folder, const std::string& name) {
  if (const int error = fault("remove_file")) return error;
  return below_.remove_file(folder, name);
}

int FaultyFileLayer::make_folder(int folder, const std::string& name) {
  if (const int error = fault("make_folder")) return error;
  return below_.make_folder(folder, name);
}

}  // namespace coffre::test
