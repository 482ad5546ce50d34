#include "base/random.h"

#include <sodium.h>

#include "base/error.h"

namespace coffre {

void SystemRandom::fill(ByteSpan out) {
  if (sodium_init() < 0) throw Error(ErrorCode::internal, "starting libsodium", "sodium_init failed");
  if (!out.empty()) randombytes_buf(out.data(), out.size());
}

}  // namespace coffre
