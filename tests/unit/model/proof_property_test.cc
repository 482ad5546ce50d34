// model/proof.h again: what must hold for every history of evidence.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "model/proof.h"
#include "support/paris_zone.h"
#include "support/print_instant.h"

namespace coffre {
namespace {

using std::chrono::days;
using Type = EvidenceType;

constexpr int kRandomHistories = 2000;

Instant now() {
  return test::utc("2026-11-21T03:00:00Z");
}

int number(const Proof& proof) {
  return proof.level ? static_cast<int>(*proof.level) : -1;
}

// What a nightly run leaves: level 4 while its key proofs count.
std::vector<Evidence> nightly() {
  const Instant at = now() - days{7};
  return {{Type::collected, at, ""},       {Type::sealed, at, ""},    {Type::replicated, at, "local"},
          {Type::replicated, at, "cloud"}, {Type::opened, at, "run"}, {Type::understood, at, "artefact"}};
}

// Random histories: mostly sensible rows, some stale, some from the future, some with details that mean nothing.
class History {
 public:
  explicit History(unsigned seed) : engine_(seed) {}

  unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>(0, limit - 1)(engine_); }

  Instant instant() { return now() + days{5} - Seconds{static_cast<std::int64_t>(below(200U * 24 * 3600))}; }

  Evidence evidence() {
    static const std::vector<Evidence> kinds = {{Type::collected, {}, ""},         {Type::sealed, {}, ""},
                                                {Type::replicated, {}, "local"},   {Type::replicated, {}, "cloud"},
                                                {Type::replicated, {}, "attic"},   {Type::opened, {}, "run"},
                                                {Type::opened, {}, "drill"},       {Type::opened, {}, "nobody"},
                                                {Type::understood, {}, "inspect"}, {Type::understood, {}, "artefact"},
                                                {Type::restored, {}, "simulated"}, {Type::restored, {}, "real"}};
    Evidence row = kinds[below(static_cast<unsigned>(kinds.size()))];
    row.at = instant();
    return row;
  }

  std::vector<Evidence> rows() {
    std::vector<Evidence> made = below(2) == 0 ? nightly() : std::vector<Evidence>{};
    const unsigned more = below(15);
    for (unsigned i = 0; i < more; ++i) made.push_back(evidence());
    return made;
  }

  KeyProof key_proof() { return {below(2) == 0 ? "aa" : "bb", below(4) == 0 ? "0.9" : "1.0", 2 + below(2), instant()}; }

  ProofContext any_context() {
    ProofContext made;
    made.now = now();
    made.replicas = {"local", "cloud"};
    made.full_recipients = {"aa", "bb"};
    made.build = "1.0";
    made.epoch = 3;
    made.suspect = below(8) == 0;
    const unsigned keys = below(6);
    for (unsigned i = 0; i < keys; ++i) made.key_proofs.push_back(key_proof());
    return made;
  }

  std::mt19937& engine() { return engine_; }

 private:
  std::mt19937 engine_;
};

bool same(const Proof& a, const Proof& b) {
  return a.level == b.level && a.since == b.since && a.understood_by == b.understood_by && a.opened_by == b.opened_by &&
         a.restored_where == b.restored_where && a.missing == b.missing;
}

TEST_CASE("the order of evidence and of key proofs does not matter") {
  History random(1);
  std::set<int> levels;
  for (int i = 0; i < kRandomHistories; ++i) {
    std::vector<Evidence> rows = random.rows();
    ProofContext around = random.any_context();
    const Proof before = prove(rows, around);
    levels.insert(number(before));
    std::shuffle(rows.begin(), rows.end(), random.engine());
    std::shuffle(around.key_proofs.begin(), around.key_proofs.end(), random.engine());
    REQUIRE(same(prove(rows, around), before));
  }
  CHECK(levels == std::set<int>{-1, 0, 1, 2, 3, 4, 5});  // the histories reach everything
}

TEST_CASE("more evidence or another key proof never lowers the level") {
  History random(2);
  int raised = 0;
  for (int i = 0; i < kRandomHistories; ++i) {
    std::vector<Evidence> rows;
    ProofContext around = random.any_context();
    int level = -1;
    for (int step = 0; step < 30; ++step) {
      if (random.below(4) == 0) {
        around.key_proofs.push_back(random.key_proof());
      } else {
        rows.push_back(random.evidence());
      }
      const int next = number(prove(rows, around));
      REQUIRE(next >= level);
      if (next > level) ++raised;
      level = next;
    }
  }
  CHECK(raised > kRandomHistories);
}

}  // namespace
}  // namespace coffre
