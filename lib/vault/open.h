// Opening a .bak: the reading order of schemas/bak-format.md, steps 1-10, never in another order.
//
// Errors: refusal(category); nothing of the data is given out before all of it was checked. Works on a RandomReader
// that outlives the Opened and does not change; holds the header region and one chunk. Threads: one per Opened.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "base/stream.h"
#include "vault/bak_format.h"
#include "vault/metadata_record.h"
#include "vault/seal.h"
#include "vault/signers.h"

namespace coffre {

// What the caller knows from elsewhere (object name, catalog, anchor); what is not set is not compared. E_EXPECT.
struct Expected {
  std::optional<std::string> name;
  std::optional<DeviceId> device_id;
  std::optional<std::uint64_t> device_seq;
  std::optional<Digest> digest;
};

enum class OriginCheck {
  required,    // steps 3, 4b and G3 against `signers`
  any_signer,  // skipped: for the disaster in which no list is left. Say aloud "origin not checked"
};

// Pointers and spans are borrowed for the time of the call.
struct OpenRequest {
  const SignerList* signers = nullptr;  // needed for OriginCheck::required; without it nobody is trusted (E_SIGNER)
  OriginCheck origin = OriginCheck::required;
  const AnchorList* anchors = nullptr;
  // One of these two: identities, or the file's own key (the run that wrote it), which stands in place of step 5.
  std::span<const Identity> identities;
  const SecretBytes* file_key = nullptr;
  std::vector<Bytes> sidecars;  // contents of .rwk files, newest first; every one given is checked (E_SIDECAR)
  Expected expected;
};

// A file that passed steps 1-7, and 8 when our key's scope is FULL. Move-only.
class Opened {
 public:
  Opened(Opened&&) noexcept;
  Opened& operator=(Opened&&) noexcept;
  ~Opened();

  [[nodiscard]] const FixedHeader& header() const;
  [[nodiscard]] const std::vector<Stanza>& stanzas() const;
  [[nodiscard]] const MetadataRecord& metadata() const;
  [[nodiscard]] const Digest& digest() const;  // G2, compared with the bytes
  [[nodiscard]] OriginCheck origin() const;    // what was asked for
  [[nodiscard]] Scope scope() const;
  // rid of the identity that opened it; nullopt when the file's own key did.
  [[nodiscard]] std::optional<KeyId> opened_with() const;
  // Length of the data; nullopt for a META key.
  [[nodiscard]] std::optional<std::uint64_t> data_len() const;

  // Step 9: every chunk and the padding. E_SCOPE for a META key, E_COMMIT, E_AUTH, E_PADDING. May be called again.
  void check_payload();

  // Step 10: the data. Only after check_payload() (Error(internal) otherwise); may be called again for another pass,
  // one source at a time. The source lives no longer than the Opened; it throws E_AUTH when the file changed since.
  [[nodiscard]] std::unique_ptr<ByteSource> data();

  // The content of a sidecar that gives further recipients access (vault/sidecar.h). E_SCOPE for a META key.
  [[nodiscard]] Bytes rewrap_for(std::span<const Recipient> recipients) const;
  // Whether this is a sidecar of this very file, made by somebody who had its key. E_SCOPE for a META key.
  [[nodiscard]] bool vouches_for(ByteView sidecar) const;

 private:
  struct State;
  explicit Opened(std::unique_ptr<State> state);
  friend Opened open_bak(const RandomReader& file, const OpenRequest& request);
  std::unique_ptr<State> state_;
};

Opened open_bak(const RandomReader& file, const OpenRequest& request);

// Steps 1-4b, without any key: the file is whole, and a trusted signer vouches for it.
struct SignedFile {
  FixedHeader header;
  std::vector<Stanza> stanzas;
  Digest digest{};
};
SignedFile check_signatures(const RandomReader& file, const SignerList& signers, const AnchorList* anchors);

// What of steps 1-4 needs no signers list: the file is whole and has the digest that it names, made by whom ever.
// E_SHORT, E_MAGIC, E_VERSION, E_SUITE, E_FIELD, E_END, E_SIZE, E_DIGEST.
SignedFile check_integrity(const RandomReader& file);

// For whoever must choose among sidecars that anybody may have put there; header region and end of the file are read,
// nothing is refused: what does not fit is false. The choice is checked again by open_bak.
//
// Whether the file itself is sealed to one of the identities.
bool is_sealed_to(const RandomReader& file, std::span<const Identity> identities);
// Whether this sidecar is of this file and gives one of the identities its key.
bool gives_access(const RandomReader& file, ByteView sidecar, std::span<const Identity> identities);

// SHA-256 of all bytes before G2, for a read-back that only compares. E_SHORT for fewer than 184 bytes.
Digest digest_of_file(const RandomReader& file);

}  // namespace coffre
