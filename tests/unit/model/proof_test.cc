#include "model/proof.h"

#include <catch2/catch.hpp>

#include "support/paris_zone.h"
#include "support/print_instant.h"

namespace coffre {
namespace {

using std::chrono::days;
using test::utc;
using Words = std::vector<std::string>;
using Type = EvidenceType;

constexpr std::string_view kNow = "2026-11-21T03:00:00Z";

Instant now() {
  return utc(kNow);
}

ProofContext context() {
  ProofContext made;
  made.now = now();
  made.replicas = {"local", "cloud"};
  made.full_recipients = {"aa", "bb"};
  made.build = "1.0";
  made.epoch = 3;
  made.key_proofs = {{"aa", "1.0", 3, now() - days{1}}, {"bb", "1.0", 3, now() - days{1}}};
  return made;
}

// A week-old backup in both replicas, opened by the run that made it and understood.
std::vector<Evidence> nightly() {
  const Instant at = now() - days{7};
  return {{Type::collected, at, ""},
          {Type::sealed, at + Seconds{1}, ""},
          {Type::replicated, at + Seconds{2}, "local"},
          {Type::replicated, at + Seconds{3}, "cloud"},
          {Type::opened, at + Seconds{4}, "run"},
          {Type::understood, at + Seconds{5}, "artefact"}};
}

std::vector<Evidence> first(std::size_t count) {
  std::vector<Evidence> rows = nightly();
  rows.resize(count, Evidence{Type::collected, now(), ""});
  return rows;
}

std::vector<Evidence> nightly_and(Evidence more) {
  std::vector<Evidence> rows = nightly();
  rows.push_back(std::move(more));
  return rows;
}

std::vector<Evidence> nightly_without(Type type, std::string_view detail) {
  std::vector<Evidence> rows = nightly();
  std::erase_if(rows, [&](const Evidence& row) { return row.type == type && row.detail == detail; });
  return rows;
}

int number(const Proof& proof) {
  return proof.level ? static_cast<int>(*proof.level) : -1;
}

struct Row {
  std::string name;
  std::vector<Evidence> evidence;
  int level;  // -1: none
  Words missing;
};

TEST_CASE("the level is the highest for which everything below holds too") {
  const std::vector<Row> rows = {
      {"nothing", {}, -1, {"collected"}},
      {"collected", first(1), 0, {"sealed"}},
      {"sealed", first(2), 1, {"replicated:cloud", "replicated:local"}},
      {"one replica", first(3), 1, {"replicated:cloud"}},
      {"both replicas", first(4), 2, {"opened"}},
      {"opened", first(5), 3, {"understood"}},
      {"understood", first(6), 4, {"restored"}},
      {"restored", nightly_and({Type::restored, now(), "real"}), 5, {}},
      {"all but collected", nightly_without(Type::collected, ""), -1, {"collected"}},
      {"all but sealed", nightly_without(Type::sealed, ""), 0, {"sealed"}},
      {"all but the local copy", nightly_without(Type::replicated, "local"), 1, {"replicated:local"}},
      {"all but opened", nightly_without(Type::opened, "run"), 2, {"opened"}},
      {"restored but never understood",
       [] {
         auto made = nightly_without(Type::understood, "artefact");
         made.push_back({Type::restored, now(), "real"});
         return made;
       }(),
       3,
       {"understood"}},
      {"an unknown opener",
       [] {
         auto made = nightly_without(Type::opened, "run");
         made.push_back({Type::opened, now(), "somebody"});
         return made;
       }(),
       2,
       {"opened"}},
      {"an unknown way to understand",
       [] {
         auto made = nightly_without(Type::understood, "artefact");
         made.push_back({Type::understood, now(), "guess"});
         return made;
       }(),
       3,
       {"understood"}},
      {"restored nowhere", nightly_and({Type::restored, now(), ""}), 4, {"restored"}},
      {"a copy in a replica that nobody asks for", nightly_and({Type::replicated, now(), "attic"}), 4, {"restored"}},
      {"restored in the future", nightly_and({Type::restored, now() + Seconds{1}, "real"}), 4, {"restored"}},
      {"restored this second", nightly_and({Type::restored, now(), "real"}), 5, {}},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Proof proof = prove(row.evidence, context());
      CHECK(number(proof) == row.level);
      CHECK(proof.missing == row.missing);
      CHECK(proof.level.has_value() == proof.since.has_value());
    }
  }
}

TEST_CASE("evidence from the future does not count, at any level") {
  for (std::size_t i = 0; i < nightly().size(); ++i) {
    std::vector<Evidence> rows = nightly();
    rows[i].at = now() + Seconds{1};
    std::vector<Evidence> without = nightly();
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    CAPTURE(i);
    CHECK(prove(rows, context()).level == prove(without, context()).level);
    CHECK(number(prove(rows, context())) < 4);
  }
}

TEST_CASE("a read-back counts up to its age and not a second longer") {
  struct Age {
    std::string name;
    Seconds age;
    int level;
    Words missing;
  };
  const std::vector<Age> ages = {
      {"just read", Seconds{0}, 4, {"restored"}},
      {"100 days", days{100}, 4, {"restored"}},
      {"a second more", days{100} + Seconds{1}, 1, {"replicated:cloud"}},
      {"a year", days{365}, 1, {"replicated:cloud"}},
  };
  for (const Age& row : ages) {
    DYNAMIC_SECTION(row.name) {
      std::vector<Evidence> rows = nightly_without(Type::replicated, "cloud");
      rows.push_back({Type::replicated, now() - row.age, "cloud"});
      const Proof proof = prove(rows, context());
      CHECK(number(proof) == row.level);
      CHECK(proof.missing == row.missing);
    }
  }
}

TEST_CASE("a new read-back brings an aged proof back, and a configured age is honored") {
  std::vector<Evidence> rows = nightly();
  for (Evidence& row : rows) row.at -= days{300};
  CHECK(number(prove(rows, context())) == 1);
  rows.push_back({Type::replicated, now(), "local"});
  rows.push_back({Type::replicated, now(), "cloud"});
  CHECK(number(prove(rows, context())) == 4);

  ProofContext strict = context();
  strict.read_back_max_age = days{6};
  CHECK(number(prove(nightly(), strict)) == 1);
  strict.read_back_max_age = days{8};
  CHECK(number(prove(nightly(), strict)) == 4);
}

TEST_CASE("a copy that was looked for and not found whole stops counting, whatever was read back before") {
  ProofContext lost = context();
  lost.lost_copies = {"local"};
  const Proof proof = prove(nightly_and({Type::opened, now(), "op"}), lost);
  CHECK(proof.level == ProofLevel::sealed);
  CHECK(proof.missing == Words{"replicated:local"});
  lost.lost_copies = {"attic"};  // a place that nobody asks for
  CHECK(prove(nightly_and({Type::opened, now(), "op"}), lost).level == ProofLevel::understood);
}

TEST_CASE("without a named replica nothing counts as replicated") {
  ProofContext nowhere = context();
  nowhere.replicas.clear();
  const Proof proof = prove(nightly(), nowhere);
  CHECK(number(proof) == 1);
  CHECK(proof.missing == Words{"replicated"});
}

TEST_CASE("a suspect backup stays below level 2, whatever was done with it") {
  ProofContext suspect = context();
  suspect.suspect = true;
  std::vector<Evidence> rows = nightly_and({Type::restored, now(), "real"});
  rows.push_back({Type::opened, now(), "recovery"});
  const Proof proof = prove(rows, suspect);
  CHECK(number(proof) == 1);
  CHECK(proof.missing == Words{"suspect"});
  CHECK(proof.opened_by.empty());
  CHECK(proof.restored_where.empty());
  CHECK_FALSE(is_proven(proof, ProofLevel::collected));
}

struct KeyRow {
  std::string name;
  std::vector<KeyProof> key_proofs;
  int level;
  Words missing;
};

TEST_CASE(
    "a run's own opening counts only while every full recipient has a fresh key proof of the same build and epoch") {
  const KeyProof good_b{"bb", "1.0", 3, now()};
  const std::vector<KeyRow> rows = {
      {"both fresh", {{"aa", "1.0", 3, now()}, good_b}, 4, {"restored"}},
      {"100 days old", {{"aa", "1.0", 3, now() - days{100}}, good_b}, 4, {"restored"}},
      {"a second older", {{"aa", "1.0", 3, now() - days{100} - Seconds{1}}, good_b}, 2, {"key_proof:aa"}},
      {"from the future", {{"aa", "1.0", 3, now() + Seconds{1}}, good_b}, 2, {"key_proof:aa"}},
      {"of another build", {{"aa", "0.9", 3, now()}, good_b}, 2, {"key_proof:aa"}},
      {"of an earlier epoch", {{"aa", "1.0", 2, now()}, good_b}, 2, {"key_proof:aa"}},
      {"of a later epoch", {{"aa", "1.0", 4, now()}, good_b}, 2, {"key_proof:aa"}},
      {"of one recipient only", {good_b}, 2, {"key_proof:aa"}},
      {"of another recipient", {{"cc", "1.0", 3, now()}, good_b}, 2, {"key_proof:aa"}},
      {"of nobody", {}, 2, {"key_proof:aa", "key_proof:bb"}},
      {"stale and fresh",
       {{"aa", "1.0", 3, now() - days{200}}, {"aa", "1.0", 3, now() - days{2}}, good_b},
       4,
       {"restored"}},
  };
  for (const KeyRow& row : rows) {
    DYNAMIC_SECTION(row.name) {
      ProofContext with = context();
      with.key_proofs = row.key_proofs;
      const Proof proof = prove(nightly(), with);
      CHECK(number(proof) == row.level);
      CHECK(proof.missing == row.missing);
      CHECK(proof.opened_by == (row.level >= 3 ? "run" : ""));
    }
  }
}

TEST_CASE("without any full recipient a run's opening proves nothing") {
  ProofContext nobody = context();
  nobody.full_recipients.clear();
  const Proof proof = prove(nightly(), nobody);
  CHECK(number(proof) == 2);
  CHECK(proof.missing == Words{"opened"});
}

TEST_CASE("an opening with an identity needs no key proof and does not age") {
  for (const std::string by : {"drill", "op", "recovery"}) {
    DYNAMIC_SECTION(by) {
      ProofContext without = context();
      without.key_proofs.clear();
      const Proof proof = prove(nightly_and({Type::opened, now() - days{3000}, by}), without);
      CHECK(number(proof) == 4);
      CHECK(proof.opened_by == by);
    }
  }
}

TEST_CASE("the strongest way that counts is named") {
  std::vector<Evidence> rows = nightly();
  const auto add = [&rows](Type type, const char* detail) {
    rows.push_back({type, now() - days{1}, detail});
    return prove(rows, context());
  };
  CHECK(prove(rows, context()).opened_by == "run");
  CHECK(add(Type::opened, "drill").opened_by == "drill");
  CHECK(add(Type::opened, "op").opened_by == "op");
  CHECK(add(Type::opened, "recovery").opened_by == "recovery");
  CHECK(add(Type::opened, "drill").opened_by == "recovery");
  CHECK(add(Type::understood, "inspect").understood_by == "artefact");
  CHECK(add(Type::restored, "simulated").restored_where == "simulated");
  CHECK(add(Type::restored, "declared").restored_where == "declared");
  CHECK(add(Type::restored, "real").restored_where == "real");
  CHECK(add(Type::restored, "simulated").restored_where == "real");

  std::vector<Evidence> opaque = nightly_without(Type::understood, "artefact");
  opaque.push_back({Type::understood, now(), "inspect"});
  CHECK(prove(opaque, context()).understood_by == "inspect");
}

TEST_CASE("the proof is dated by the newest evidence that its level rests on") {
  const Instant at = now() - days{7};
  CHECK(prove(first(2), context()).since == at + Seconds{1});
  CHECK(prove(first(3), context()).since == at + Seconds{1});  // one replica adds nothing
  CHECK(prove(first(4), context()).since == at + Seconds{3});  // the later of the two
  CHECK(prove(first(6), context()).since == at + Seconds{5});
  CHECK(prove(nightly_and({Type::replicated, now() - days{1}, "local"}), context()).since == now() - days{1});
  // A restore that does not count yet dates nothing: what was understood is missing.
  std::vector<Evidence> rows = nightly_without(Type::understood, "artefact");
  rows.push_back({Type::restored, now(), "real"});
  CHECK(prove(rows, context()).since == at + Seconds{4});
}

TEST_CASE("proven means the required level, and never less than two copies read back") {
  struct Required {
    std::optional<ProofLevel> level;
    ProofLevel required;
    bool proven;
  };
  const std::vector<Required> rows = {
      {std::nullopt, ProofLevel::collected, false},          {ProofLevel::collected, ProofLevel::collected, false},
      {ProofLevel::sealed, ProofLevel::collected, false},    {ProofLevel::sealed, ProofLevel::sealed, false},
      {ProofLevel::replicated, ProofLevel::collected, true}, {ProofLevel::replicated, ProofLevel::replicated, true},
      {ProofLevel::opened, kDefaultRequiredProof, false},    {ProofLevel::understood, kDefaultRequiredProof, true},
      {ProofLevel::understood, ProofLevel::restored, false}, {ProofLevel::restored, ProofLevel::restored, true},
  };
  for (const Required& row : rows) {
    Proof proof;
    proof.level = row.level;
    CAPTURE(number(proof), static_cast<int>(row.required));
    CHECK(is_proven(proof, row.required) == row.proven);
  }
}

TEST_CASE("evidence types have one word each, in both directions") {
  for (const Type type :
       {Type::collected, Type::sealed, Type::replicated, Type::opened, Type::understood, Type::restored}) {
    CHECK(evidence_type_from_string(to_string(type)) == type);
  }
  CHECK(to_string(Type::understood) == "understood");
  CHECK_FALSE(evidence_type_from_string(""));
  CHECK_FALSE(evidence_type_from_string("Sealed"));
}

}  // namespace
}  // namespace coffre
