// What this installation remembers of its lists of keys, so that nobody can put an older one, or another root, in their
// place (security-design.md section 4, attack 13): the root's public key, and for each list the newest epoch with its
// content's digest, as facts of the catalog; and the copies of the lists in both replicas.
//
// Facts: "trust_root" (64 hex), "trust_recipients" and "trust_signers" ("<epoch> <SHA-256 of the text in hex>"). A
// catalog without them (made anew from a replica) takes the first lists that its root signed.
//
// Errors: rule with category E_LIST; each opens LISTE_DE_CLES_REFUSEE before it is thrown. Threads: the caller's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/database.h"
#include "replicas/replica.h"
#include "service/installation.h"

namespace coffre {

struct SeenList {
  std::uint32_t epoch = 0;  // 0: none was seen
  std::string digest{};     // hex
};

struct SeenTrust {
  std::optional<PublicKey> root{};
  SeenList recipients{};
  SeenList signers{};
};

// The lists out of their texts. With another root, an older epoch, or another content under an epoch that was seen:
// Error. `recipients_source` and `signers_source` name the files in it.
struct TrustTexts {
  PublicKey root{};
  std::string root_source{};
  std::string recipients{};
  std::string recipients_source{};
  std::string signers{};
  std::string signers_source{};
};
TrustLists read_trust(TrustTexts texts, const SeenTrust& seen);

SeenTrust seen_trust(Session& session);
void put_seen_trust(Session& session, const TrustLists& lists);
// From one catalog to the one that replaces it: what was seen there stays seen.
void carry_seen_trust(Session& from, Session& to);

// Loads with what was seen before. Success closes the anomaly of an earlier refusal, and records a newer list (with a
// journal row); a failure of `load` opens the anomaly and goes on to the caller.
using LoadTrust = std::function<TrustLists(const SeenTrust& seen)>;
TrustLists trust_on_record(Database& catalog, const std::string& account, Instant now, const LoadTrust& load);

// Whether these lists, which may be new ones, could be stored in that replica: it holds no newer epoch, and nothing
// else under theirs. Error as below, without an anomaly. Changes nothing.
void require_room_for(Replica& replica, const TrustLists& lists);

// Compares with `_coffre/RECIPIENTS_<epoch>.list` and `SIGNERS_<epoch>.list` of that replica. A newer epoch there, or
// another content under ours: Error, with the anomaly under the replica's name. Ours is put where it is missing.
void require_same_lists(Installation& at, Replica& replica);

}  // namespace coffre
