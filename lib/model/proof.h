// Evidence -> proof, as a pure function (design.md section 1). Proof is never stored as a number.
//
// Evidence is a dated fact about one file digest, appended and never rewritten. What ages (read-backs, key proofs)
// simply stops counting. Threads: values only.
#pragma once

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

struct ProofContext {
  Instant now;
  bool suspect = false;                    // stays below `replicated`
  std::set<std::string> replicas;          // all that must hold it: {"local", "cloud"}
  std::set<std::string> full_recipients;   // hex rids of the file's FULL stanzas
  std::string build;                       // that sealed it
  std::uint32_t epoch = 0;                 // of the recipients list it was sealed to
  std::vector<KeyProof> key_proofs;
  Seconds read_back_max_age;               // kReadBackMaxAge unless configured
};

inline constexpr Seconds kKeyProofMaxAge = std::chrono::days{100};
inline constexpr Seconds kReadBackMaxAge = std::chrono::days{100};

struct Proof {
  std::optional<ProofLevel> level;     // nullopt: not even collected
  std::optional<Instant> since;        // time of the newest evidence that the level rests on
  std::string understood_by;           // "inspect", "artefact" or ""
  std::string opened_by;               // strongest that counts: "recovery", "op", "drill", "run" or ""
  std::string restored_where;          // "real", "declared", "simulated" or ""
  std::vector<std::string> missing;    // stable words for what the next level lacks: "replicated:cloud", "key_proof:<rid>"
};

// The highest n for which all evidence 0..n holds and still counts at `now`. Order of `evidence` does not matter.
// Evidence dated after `now` does not count.
Proof prove(const std::vector<Evidence>& evidence, const ProofContext& context);

inline constexpr ProofLevel kDefaultRequiredProof = ProofLevel::understood;
bool is_proven(const Proof& proof, ProofLevel required);

}  // namespace coffre
