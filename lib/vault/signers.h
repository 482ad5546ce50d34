// Whose signature counts, and until when; and what proves that a file is older than a revocation.
//
// Times are UTC Unix seconds, ends included. Threads: const functions may be called from several threads.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "vault/keys.h"

namespace coffre {

struct Signer {
  PublicKey key{};
  std::optional<Instant> from;     // none: since ever
  std::optional<Instant> to;       // none: until further notice
  std::optional<Instant> revoked;  // T: nothing signed at or after T counts, and before T only what an anchor proves

  [[nodiscard]] KeyId id() const { return signer_id(key); }
  [[nodiscard]] bool valid_at(Instant at) const { return (!from || at >= *from) && (!to || at <= *to); }
  auto operator<=>(const Signer&) const = default;
};

// A reader's trusted signers; each key once.
class SignerList {
 public:
  SignerList() = default;
  // False, and nothing changed, when the key is in the list already.
  [[nodiscard]] bool add(const Signer& signer);
  // nullptr when there is none; valid until the list changes.
  [[nodiscard]] const Signer* find(const KeyId& id) const;
  [[nodiscard]] bool empty() const { return signers_.empty(); }
  [[nodiscard]] const std::vector<Signer>& all() const { return signers_; }

 private:
  std::vector<Signer> signers_;
};

// Digests that signed anchors hold, each with the earliest time at which one did.
class AnchorList {
 public:
  void add(const Digest& digest, Instant at);
  // Whether an anchor holds the digest with a time strictly before `instant`.
  [[nodiscard]] bool proves_before(const Digest& digest, Instant instant) const;
  [[nodiscard]] std::size_t size() const { return earliest_.size(); }

 private:
  std::map<Digest, Instant> earliest_;
};

}  // namespace coffre
