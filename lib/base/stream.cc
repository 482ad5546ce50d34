#include "base/stream.h"

#include <algorithm>

#include "base/error.h"

namespace coffre {

void MemoryReader::read_at(std::uint64_t offset, ByteSpan out) const {
  if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
    throw Error(ErrorCode::damaged, "reading from memory", "the data ends early");
  }
  std::ranges::copy(bytes_.subspan(offset, out.size()), out.begin());
}

}  // namespace coffre
