// When each copy was last read, and what each place should hold: for whoever reads everything again, or compares.
// A backup that expiry has begun to remove, from whichever place, is in neither.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "catalog/database.h"

namespace coffre {

struct CopyAge {
  Digest digest{};
  std::string name{};
  std::string replica{};
  std::uint64_t file_size = 0;
  Instant seen_at{};
  bool never_read = false;  // "seen": known from a rebuilt catalog only
};

// Copies never read, then those last looked at before that moment, oldest first.
std::vector<CopyAge> copies_to_read(Session& session, Instant before);

struct PlacedCopy {
  Digest digest{};
  std::string name{};
  std::string path{};
  std::string state{};  // as CopyRow::state
};
// By path.
std::vector<PlacedCopy> copies_in(Session& session, std::string_view replica);

// Whether expiry has removed a copy of it, or begun to.
bool has_expired_copy(Session& session, const Digest& digest);

}  // namespace coffre
