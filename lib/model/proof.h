// Evidence -> proof, as a pure function (design.md section 1). Proof is never stored as a number.
//
// Evidence is a dated fact about one file digest, appended and never rewritten. What ages (read-backs, key proofs)
// simply stops counting. Threads: values only.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"

namespace coffre {

enum class ProofLevel { collected = 0, sealed = 1, replicated = 2, opened = 3, understood = 4, restored = 5 };

enum class EvidenceType {
  collected,   // received whole and plausible
  sealed,      // encrypted, signed, durable on the local volume
  replicated,  // read back from `replica`, digest equal
  opened,      // bytes read back from a replica were decrypted and every part checked; `by`
  understood,  // parsed, and equal to identify before and after; `how`
  restored,    // imported into another device and compared; `where`
};

// `detail` of an evidence row, by type: opened: run | drill | op | recovery. understood: inspect | artefact.
// restored: real | simulated | declared. replicated: name of the replica. Others: empty.
struct Evidence {
  EvidenceType type;
  Instant at;
  std::string detail;
};

std::string_view to_string(EvidenceType type);
std::optional<EvidenceType> evidence_type_from_string(std::string_view text);

// "The identity of this recipient opened a file sealed by this build and recipients epoch at that time."
struct KeyProof {
  std::string recipient;  // hex of rid
  std::string build;
  std::uint32_t epoch = 0;
  Instant at;
};

// A read-back or key proof of exactly this age still counts.
inline constexpr Seconds kKeyProofMaxAge = std::chrono::days{100};
inline constexpr Seconds kReadBackMaxAge = std::chrono::days{100};

struct ProofContext {
  Instant now{};
  bool suspect = false;                   // stays below `replicated`
  std::set<std::string> replicas;         // all that must hold it: {"local", "cloud"}
  std::set<std::string> lost_copies;      // replicas whose copy was missing or damaged when it was last looked at
  std::set<std::string> full_recipients;  // hex rids of the file's FULL stanzas
  std::string build;                      // that sealed it
  std::uint32_t epoch = 0;                // of the recipients list it was sealed to
  std::vector<KeyProof> key_proofs;
  Seconds read_back_max_age = kReadBackMaxAge;
  Seconds key_proof_max_age = kKeyProofMaxAge;
};

struct Proof {
  std::optional<ProofLevel> level;  // nullopt: not even collected
  std::optional<Instant> since;     // time of the newest evidence that the level rests on
  // Strongest that counts; each "" below its own level.
  std::string understood_by;   // "artefact", "inspect" or ""
  std::string opened_by;       // "recovery", "op", "drill", "run" or ""
  std::string restored_where;  // "real", "declared", "simulated" or ""
  // Stable words for what the next level lacks: "collected", "sealed", "suspect", "replicated:cloud" (never read back,
  // too long ago, or lost since), "replicated" (the context names no replica), "opened", "key_proof:<rid>" (a run
  // opened it, but that FULL recipient has no fresh key proof), "understood", "restored". Empty at level 5.
  std::vector<std::string> missing;
};

// The highest n for which all evidence 0..n holds and still counts at `now`. Order of `evidence` does not matter.
// Evidence and key proofs dated after `now` do not count, nor does a detail outside the lists above.
// More evidence or more key proofs never give a lower level; a lost copy never gives a higher one.
Proof prove(const std::vector<Evidence>& evidence, const ProofContext& context);

inline constexpr ProofLevel kDefaultRequiredProof = ProofLevel::understood;
// Level >= required; a required level below `replicated` is taken as `replicated`.
bool is_proven(const Proof& proof, ProofLevel required);

}  // namespace coffre
