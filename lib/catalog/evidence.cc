// The second half of catalog/backups.h: copies, evidence, key proofs.
#include "base/error.h"
#include "base/translate.h"
#include "catalog/backups.h"
#include "catalog/session.h"

namespace coffre {
namespace {

constexpr const char* kPutCopy =
    "INSERT INTO copies (digest, replica, path, seen_at, state) VALUES (:digest, :replica, :path, :seen_at, :state) "
    "ON CONFLICT (digest, replica) DO UPDATE SET path = excluded.path, seen_at = excluded.seen_at, state = "
    "excluded.state";
constexpr const char* kSelectCopies =
    "SELECT replica, path, seen_at, state FROM copies WHERE digest = :digest ORDER BY replica";
constexpr const char* kInsertEvidence =
    "INSERT INTO evidence (digest, type, at, detail) VALUES (:digest, :type, :at, :detail)";
constexpr const char* kSelectEvidence = "SELECT type, at, detail FROM evidence WHERE digest = :digest ORDER BY id";
constexpr const char* kInsertKeyProof =
    "INSERT INTO key_proofs (recipient, build, epoch, at) VALUES (:recipient, :build, :epoch, :at)";
constexpr const char* kSelectKeyProofs = "SELECT recipient, build, epoch, at FROM key_proofs ORDER BY id";

EvidenceType type_of(const std::string& text) {
  const auto type = evidence_type_from_string(text);
  if (type) return *type;
  throw Error(ErrorCode::damaged, tr("reading evidence from the catalog"), tr("its type is unknown"));
}

}  // namespace

void put_copy(Session& session, const Digest& digest, const CopyRow& copy) {
  session.run(kPutCopy, {digest, copy.replica, copy.path, copy.seen_at, copy.state});
}

std::vector<CopyRow> copies_of(Session& session, const Digest& digest) {
  std::vector<CopyRow> copies;
  CopyRow copy;
  session.each(kSelectCopies, {digest}, {&copy.replica, &copy.path, &copy.seen_at, &copy.state},
               [&] { copies.push_back(copy); });
  return copies;
}

void add_evidence(Session& session, const Digest& digest, const Evidence& evidence) {
  session.run(kInsertEvidence, {digest, to_string(evidence.type), evidence.at, evidence.detail});
}

std::vector<Evidence> evidence_of(Session& session, const Digest& digest) {
  std::vector<Evidence> all;
  std::string type;
  Instant at;
  std::string detail;
  session.each(kSelectEvidence, {digest}, {&type, &at, &detail}, [&] { all.push_back({type_of(type), at, detail}); });
  return all;
}

void add_key_proof(Session& session, const KeyProof& proof) {
  session.run(kInsertKeyProof, {proof.recipient, proof.build, proof.epoch, proof.at});
}

std::vector<KeyProof> key_proofs(Session& session) {
  std::vector<KeyProof> proofs;
  KeyProof proof;
  session.each(kSelectKeyProofs, {}, {&proof.recipient, &proof.build, &proof.epoch, &proof.at},
               [&] { proofs.push_back(proof); });
  return proofs;
}

}  // namespace coffre
