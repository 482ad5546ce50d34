// Random bytes, injected so that vectors can be made again. Never for secrets kept in SecretBytes: those use
// SecretBytes::random.
#pragma once

#include "base/bytes.h"

namespace coffre {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(ByteSpan out) = 0;
};

// The operating system's generator. Thread-safe.
class SystemRandom final : public Random {
 public:
  void fill(ByteSpan out) override;
};

}  // namespace coffre
