// Parts A to E of a .bak: all that can be known without reading the payload (steps 1-3, 5 and 6 of the reading order).
// For rebuilding the catalog with two ranged reads per object, and the first steps of vault/open.h.
//
// Errors: refusal(category), see schemas/bak-format.md. At most kMaxHeaderRegion bytes are held.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/stream.h"
#include "vault/bak_format.h"
#include "vault/metadata_record.h"
#include "vault/signers.h"

namespace coffre {

// A header region whose bytes are well-formed (steps 1 and 2). Whether it is genuine: check_header_signer.
struct HeaderRegion {
  FixedHeader header;
  std::vector<Stanza> stanzas;
  Bytes bytes;            // A..E
  Digest stanzas_hash{};  // SHA-256(A..B): context of D
  Digest signed_hash{};   // SHA-256(A..D): what E signs
  Digest region_hash{};   // SHA-256(A..E): context of F and G1

  [[nodiscard]] ByteView metadata_message() const;  // D
  [[nodiscard]] Signature signature() const;        // E
};

// Steps 1 and 2: E_SHORT, E_MAGIC, E_VERSION, E_SUITE, E_FIELD.
HeaderRegion load_header_region(const RandomReader& file);

// Step 3: E_SIGNER, E_HEADER_SIG. The signer found, for the steps that need it; revocation is not judged here.
const Signer& check_header_signer(const HeaderRegion& region, const SignerList& signers);

struct HeaderReading {
  FixedHeader header;
  std::vector<Stanza> stanzas;             // who can open it: key ids and scopes
  std::optional<MetadataRecord> metadata;  // when an identity was given
  std::optional<KeyId> opened_with;        // rid of that identity
};

// Steps 1-3 and, when identities are given, 5-6 without a sidecar, on the beginning of a file: any length that holds
// the header region (kHeaderReadSize always does). Every revoked signer is refused (E_REVOKED): without the whole file
// nothing proves its age.
HeaderReading read_header_region(ByteView beginning, const SignerList& signers, std::span<const Identity> identities);
HeaderReading read_header_region(const RandomReader& file, const SignerList& signers,
                                 std::span<const Identity> identities);

// What the last 184 bytes add for the catalog: the digest, vouched for by the signer of the header. E_SHORT, E_END,
// E_SIZE, E_FILE_SIG. That the bytes in between have this digest, and that tail and header belong together, is not
// known before the file was read whole.
Digest read_tail(std::span<const std::uint8_t, kTailSize> last_bytes, std::uint64_t file_size,
                 const HeaderReading& reading, const SignerList& signers);

}  // namespace coffre
