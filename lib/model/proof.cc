#include "model/proof.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace coffre {
namespace {

using Rows = std::vector<Evidence>;

constexpr std::array kAllTypes = {EvidenceType::collected, EvidenceType::sealed,     EvidenceType::replicated,
                                  EvidenceType::opened,    EvidenceType::understood, EvidenceType::restored};

// Strongest first. What stands in none of these lists proves nothing.
constexpr std::array<std::string_view, 3> kOpenedByIdentity = {"recovery", "op", "drill"};
constexpr std::string_view kOpenedByRun = "run";
constexpr std::array<std::string_view, 2> kUnderstoodBy = {"artefact", "inspect"};
constexpr std::array<std::string_view, 3> kRestoredWhere = {"real", "declared", "simulated"};

// What one level found: whether it holds, what is missing otherwise, the evidence it rests on.
struct Finding {
  bool holds = false;
  std::vector<std::string> missing;
  std::optional<Instant> newest;
  std::string detail;  // strongest one, for the levels that have some
};

bool fresh(Instant at, Instant now, Seconds max_age) {
  return at <= now && now - at <= max_age;
}

// Time of the newest row of that type and detail; the future does not count.
std::optional<Instant> newest(const Rows& evidence, EvidenceType type, std::string_view detail, Instant now) {
  std::optional<Instant> found;
  for (const Evidence& row : evidence) {
    if (row.type != type || row.detail != detail || row.at > now) continue;
    if (!found || row.at > *found) found = row.at;
  }
  return found;
}

Finding plain(const Rows& evidence, const ProofContext& context, EvidenceType type) {
  const auto at = newest(evidence, type, "", context.now);
  if (!at) return {false, {std::string(to_string(type))}, {}, {}};
  return {true, {}, at, {}};
}

Finding replicated(const Rows& evidence, const ProofContext& context) {
  if (context.suspect) return {false, {"suspect"}, {}, {}};
  // No replica named: nothing says where a copy should be, which is no proof that there is one.
  if (context.replicas.empty()) return {false, {std::string(to_string(EvidenceType::replicated))}, {}, {}};
  Finding finding;
  for (const std::string& replica : context.replicas) {
    const auto at = newest(evidence, EvidenceType::replicated, replica, context.now);
    // What was read back once says nothing about a copy that was looked for since, and was not there or not whole.
    const bool lost = context.lost_copies.contains(replica);
    if (lost || !at || !fresh(*at, context.now, context.read_back_max_age)) {
      finding.missing.push_back(std::string(to_string(EvidenceType::replicated)) + ":" + replica);
      continue;
    }
    finding.newest = std::max(finding.newest, at);
  }
  finding.holds = finding.missing.empty();
  return finding;
}

// The strongest detail present, and the newest row among all the given ones.
template <std::size_t N>
Finding strongest(const Rows& evidence, const ProofContext& context, EvidenceType type,
                  const std::array<std::string_view, N>& ranking) {
  Finding finding;
  for (const std::string_view detail : ranking) {
    const auto at = newest(evidence, type, detail, context.now);
    if (!at) continue;
    if (!finding.holds) finding.detail = detail;
    finding.holds = true;
    finding.newest = std::max(finding.newest, at);
  }
  if (!finding.holds) finding.missing.emplace_back(to_string(type));
  return finding;
}

// FULL recipients without a fresh key proof for the build and epoch that sealed the file.
std::vector<std::string> recipients_without_key_proof(const ProofContext& context) {
  std::vector<std::string> missing;
  for (const std::string& recipient : context.full_recipients) {
    const bool proven = std::ranges::any_of(context.key_proofs, [&](const KeyProof& proof) {
      return proof.recipient == recipient && proof.build == context.build && proof.epoch == context.epoch &&
             fresh(proof.at, context.now, context.key_proof_max_age);
    });
    if (!proven) missing.push_back(recipient);
  }
  return missing;
}

Finding opened(const Rows& evidence, const ProofContext& context) {
  Finding by_identity = strongest(evidence, context, EvidenceType::opened, kOpenedByIdentity);
  const auto run_at = newest(evidence, EvidenceType::opened, kOpenedByRun, context.now);
  if (!run_at || context.full_recipients.empty()) return by_identity;

  // The run opened the file with the file's own key: worth something only while the recipients' keys are known to work.
  const std::vector<std::string> unproven = recipients_without_key_proof(context);
  if (unproven.empty()) {
    if (!by_identity.holds) by_identity.detail = kOpenedByRun;
    return {true, {}, std::max(by_identity.newest, run_at), by_identity.detail};
  }
  if (by_identity.holds) return by_identity;
  Finding finding;
  for (const std::string& recipient : unproven) finding.missing.push_back("key_proof:" + recipient);
  return finding;
}

Finding find(ProofLevel level, const Rows& evidence, const ProofContext& context) {
  switch (level) {
    case ProofLevel::collected:
      return plain(evidence, context, EvidenceType::collected);
    case ProofLevel::sealed:
      return plain(evidence, context, EvidenceType::sealed);
    case ProofLevel::replicated:
      return replicated(evidence, context);
    case ProofLevel::opened:
      return opened(evidence, context);
    case ProofLevel::understood:
      return strongest(evidence, context, EvidenceType::understood, kUnderstoodBy);
    case ProofLevel::restored:
      return strongest(evidence, context, EvidenceType::restored, kRestoredWhere);
  }
  return {};
}

}  // namespace

std::string_view to_string(EvidenceType type) {
  switch (type) {
    case EvidenceType::collected:
      return "collected";
    case EvidenceType::sealed:
      return "sealed";
    case EvidenceType::replicated:
      return "replicated";
    case EvidenceType::opened:
      return "opened";
    case EvidenceType::understood:
      return "understood";
    case EvidenceType::restored:
      return "restored";
  }
  return "";
}

std::optional<EvidenceType> evidence_type_from_string(std::string_view text) {
  for (const EvidenceType type : kAllTypes) {
    if (to_string(type) == text) return type;
  }
  return std::nullopt;
}

Proof prove(const std::vector<Evidence>& evidence, const ProofContext& context) {
  Proof proof;
  for (const ProofLevel level : {ProofLevel::collected, ProofLevel::sealed, ProofLevel::replicated, ProofLevel::opened,
                                 ProofLevel::understood, ProofLevel::restored}) {
    Finding finding = find(level, evidence, context);
    if (!finding.holds) {
      proof.missing = std::move(finding.missing);
      return proof;
    }
    proof.level = level;
    proof.since = std::max(proof.since, finding.newest);
    if (level == ProofLevel::opened) proof.opened_by = std::move(finding.detail);
    if (level == ProofLevel::understood) proof.understood_by = std::move(finding.detail);
    if (level == ProofLevel::restored) proof.restored_where = std::move(finding.detail);
  }
  return proof;
}

bool is_proven(const Proof& proof, ProofLevel required) {
  const ProofLevel floor = std::max(required, ProofLevel::replicated);
  return proof.level.has_value() && *proof.level >= floor;
}

}  // namespace coffre
