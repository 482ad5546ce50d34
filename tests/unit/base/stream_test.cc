#include "base/stream.h"

#include <catch2/catch.hpp>
#include <limits>

#include "base/error.h"

namespace coffre {
namespace {

TEST_CASE("memory is read anywhere and more than once") {
  const Bytes content = {1, 2, 3, 4, 5};
  const MemoryReader reader(content);
  CHECK(reader.size() == 5);
  Bytes out(2);
  reader.read_at(3, out);
  CHECK(out == Bytes{4, 5});
  reader.read_at(0, out);
  CHECK(out == Bytes{1, 2});
  reader.read_at(5, {});  // nothing, at the very end
}

TEST_CASE("reading past the end is damage, whatever the numbers") {
  const Bytes content = {1, 2, 3, 4, 5};
  const MemoryReader reader(content);
  Bytes out(2);
  for (const std::uint64_t offset :
       {std::uint64_t{4}, std::uint64_t{5}, std::uint64_t{6}, std::numeric_limits<std::uint64_t>::max()}) {
    CAPTURE(offset);
    try {
      reader.read_at(offset, out);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::damaged);
    }
  }
  CHECK_THROWS_AS(reader.read_at(6, {}), Error);
}

TEST_CASE("a memory sink collects in order and can be emptied") {
  MemorySink sink;
  sink.write(Bytes{1, 2});
  sink.write({});
  sink.write(Bytes{3});
  CHECK(sink.bytes() == Bytes{1, 2, 3});
  CHECK(sink.take() == Bytes{1, 2, 3});
}

TEST_CASE("a counting sink counts") {
  CountingSink sink;
  sink.write(Bytes(1000));
  sink.write({});
  sink.write(Bytes(1));
  CHECK(sink.count() == 1001);
}

}  // namespace
}  // namespace coffre
