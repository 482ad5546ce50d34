// How often everything that is kept is read again, and how much of it at once.
#pragma once

#include <chrono>
#include <cstdint>

namespace coffre {

struct ScrubPolicy {
  std::chrono::days within{30};  // each copy is read again at least this often
  std::uint64_t bytes_per_pass = std::uint64_t{8} * 1024 * 1024 * 1024;
};

}  // namespace coffre
