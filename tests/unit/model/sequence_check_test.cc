#include "model/sequence_check.h"

#include <catch2/catch.hpp>

namespace coffre {
namespace {

Digest digest(std::uint8_t mark) {
  Digest digest{};
  digest.fill(mark);
  return digest;
}

// The file of this number whose content is named by `mark`, made after the one named by `before` (0: none).
SequenceEntry file(std::uint64_t sequence, std::uint8_t mark, std::uint8_t before) {
  return {.sequence = sequence, .digest = digest(mark), .prev_digest = digest(before)};
}

TEST_CASE("numbers that are missing, there twice or out of the chain are found, and nothing else") {
  struct Row {
    std::string name;
    std::vector<SequenceEntry> entries;
    std::uint64_t head;
    std::vector<std::string> findings;
  };
  const std::vector<Row> rows = {
      {"no file, none known", {}, 0, {}},
      {"whole", {file(1, 1, 0), file(2, 2, 1), file(3, 3, 2)}, 3, {}},
      {"whole, in another order", {file(3, 3, 2), file(1, 1, 0), file(2, 2, 1)}, 0, {}},
      {"newer than what the catalog knows", {file(1, 1, 0), file(2, 2, 1)}, 1, {}},
      {"the first is gone", {file(2, 2, 1), file(3, 3, 2)}, 3, {"1 missing"}},
      {"one in the middle", {file(1, 1, 0), file(3, 3, 2)}, 3, {"2 missing"}},
      {"several in the middle", {file(1, 1, 0), file(5, 5, 4)}, 5, {"2 to 4 missing"}},
      {"the newest is gone: rollback", {file(1, 1, 0), file(2, 2, 1)}, 3, {"3 missing"}},
      {"all are gone", {}, 4, {"1 to 4 missing"}},
      {"a twin", {file(1, 1, 0), file(2, 2, 1), file(2, 9, 1), file(3, 3, 2)}, 3, {"2 twice"}},
      {"exchanged for another",
       {file(1, 1, 0), file(2, 9, 1), file(3, 3, 2)},
       3,
       {"3 does not follow 2: another file was before it"}},
      {"a first that is none", {file(1, 1, 7)}, 1, {"1 does not follow 0: another file was before it"}},
      {"two gaps and a twin",
       {file(2, 2, 1), file(2, 8, 1), file(5, 5, 4)},
       6,
       {"1 missing", "2 twice", "3 to 4 missing", "6 missing"}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK(sequence_findings(row.entries, row.head) == row.findings);
    }
  }
}

}  // namespace
}  // namespace coffre
