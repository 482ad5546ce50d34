// The bucket's key where no catalog can give it: a person brings it, in a file or at the terminal.
#pragma once

#include <filesystem>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "base/sleeper.h"
#include "cli/command_line.h"
#include "service/places/places.h"

namespace coffre {

// --s3-credentials FILE.
cli::Parameter store_key_option();

// Two lines, access key and secret key, in a file that only its owner can read (0600). Errors: not_found, rule (others
// can read it), usage (not two lines). Hardens the process.
S3Credentials read_store_key(const std::filesystem::path& file);

class BroughtStoreKey {
 public:
  // "": it is asked at the terminal, or taken from two lines of standard input.
  explicit BroughtStoreKey(std::filesystem::path file) : file_(std::move(file)) {}
  // Hardens the process when the key is needed. Holds as long as this, which stays where it is.
  [[nodiscard]] StoreAccess access();

 private:
  std::filesystem::path file_;
  SystemClock clock_;
  SystemRandom random_;
  SystemSleeper sleeper_;
};

}  // namespace coffre
