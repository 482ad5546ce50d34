#include "bundle/zip_directory.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "bundle_fixture.h"

using namespace coffre;

namespace {

std::string number(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>((value >> (8 * i)) & 0xffU));
  return out;
}

constexpr std::uint64_t kFiveGiB = 5ULL << 30U;
constexpr std::uint64_t kNarrow = 0xffffffff;

// One entry of 5 GiB at offset 0, so every number needs its 64-bit place; `offset` is where the directory says it is.
std::string large_directory(std::uint64_t size_said, std::uint64_t directory_offset) {
  const std::string extra = number(1, 2) + number(16, 2) + number(size_said, 8) + number(kFiveGiB, 8);
  const std::string name = "restore/big";
  const std::string record = number(0x02014b50, 4) + number(0x032d, 2) + number(45, 2) + number(8, 2) + number(0, 2) +
                             number(0, 8) + number(kNarrow, 4) + number(kNarrow, 4) + number(name.size(), 2) +
                             number(extra.size(), 2) + number(0, 2) + number(0, 2) + number(0, 2) +
                             number(0100600ULL << 16U, 4) + number(0, 4) + name + extra;
  const std::uint64_t end_at = kFiveGiB + 100 + record.size();
  return record + number(0x06064b50, 4) + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8) + number(1, 8) +
         number(1, 8) + number(record.size(), 8) + number(directory_offset, 8) + number(0x07064b50, 4) + number(0, 4) +
         number(end_at, 8) + number(1, 4) + number(0x06054b50, 4) + number(0, 4) + number(1, 2) + number(1, 2) +
         number(record.size(), 4) + number(kNarrow, 4) + number(0, 2);
}

std::string refusal(std::string_view text) {
  test::TextSource source(text);
  try {
    check_zip_directory(source, kFiveGiB + 100, {{"restore/big", 0, kFiveGiB}});
    return {};
  } catch (const Error& error) {
    return error.reason();
  }
}

}  // namespace

TEST_CASE("a directory of an archive beyond 4 GiB is understood") {
  CHECK(refusal(large_directory(kFiveGiB, kFiveGiB + 100)).empty());
}

TEST_CASE("64-bit numbers that lie are refused") {
  CHECK(refusal(large_directory(kFiveGiB + 1, kFiveGiB + 100)) == "the ZIP directory describes other entries");
  CHECK(refusal(large_directory(kFiveGiB, kFiveGiB)) == "the ZIP's end record describes another directory");
}

TEST_CASE("a 64-bit directory cut anywhere is refused") {
  const std::string whole = large_directory(kFiveGiB, kFiveGiB + 100);
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(refusal(whole.substr(0, size)).empty());
}
