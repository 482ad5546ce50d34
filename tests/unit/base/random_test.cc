#include "base/random.h"

#include <catch2/catch.hpp>
#include <set>

namespace coffre {
namespace {

TEST_CASE("the system's generator fills exactly what it is given") {
  SystemRandom random;
  Bytes out(34, 0);
  // 32 zero bytes by chance: never. The bytes around the span stay.
  random.fill(ByteSpan(out).subspan(1, 32));
  CHECK(out.front() == 0);
  CHECK(out.back() == 0);
  CHECK_FALSE(equal(ByteView(out).subspan(1, 32), Bytes(32, 0)));
  random.fill({});
}

TEST_CASE("random values do not repeat") {
  SystemRandom random;
  std::set<Bytes> seen;
  for (int i = 0; i < 1000; ++i) {
    Bytes out(16);
    random.fill(out);
    seen.insert(out);
  }
  CHECK(seen.size() == 1000);
}

}  // namespace
}  // namespace coffre
