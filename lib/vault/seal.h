// Making a .bak: bytes in, a sealed and signed file out, in the memory of one chunk (schemas/bak-format.md).
//
// The file is written front to back; nothing is patched afterwards. A Sealer that dies, or whose sink throws, before
// finish() leaves bytes that no reader accepts. Every Sealer makes a new file key, file_id and salts: a retry is a new
// Sealer, never the rest of an old one. Threads: one thread per Sealer.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "base/stream.h"
#include "vault/bak_format.h"
#include "vault/metadata_record.h"

namespace coffre {

struct SealRequest {
  Kind kind = Kind::hebdo;
  DeviceId device_id{};
  std::uint64_t device_seq = 1;       // +1 for each published file of the device_id
  Digest prev_digest{};               // `digest` of the file before; zero exactly when device_seq is 1
  Instant created_at{};               // start of the collection
  MetadataRecord metadata;            // with `name`
  std::vector<Recipient> recipients;  // in the order of the recipients list; 1..16, different keys, at least one FULL
};

struct Sealed {
  Digest digest{};  // G2: the digest of the file in catalog, chain and anchors
  std::uint64_t file_size = 0;
  std::uint64_t data_len = 0;
  FileId file_id{};
  KeyId signer_id{};
};

// Where a file's fresh values come from. Tests replace it to make published vectors again; nobody else does.
class SealMaterial {
 public:
  virtual ~SealMaterial() = default;
  virtual SecretBytes file_key() = 0;
  // file_id, then the salts of D, F and G1.
  virtual void fill(ByteSpan out) = 0;
  // crypto_box_seal: 48 bytes longer than the message.
  virtual Bytes box(const PublicKey& recipient, const SecretBytes& message) = 0;
};

// The operating system's generator and libsodium's crypto_box_seal. No state; usable from all threads.
SealMaterial& system_seal_material();

class Sealer final : public ByteSink {
 public:
  // Writes the header region to `out`, which outlives the Sealer. Throws Error(internal) for a request that no reader
  // would accept (bounds of the header, metadata without a fitting name), Error(rule) for a set of recipients without
  // FULL, with a key twice, with a useless public key, or of a wrong number. Nothing was written then.
  Sealer(const SealRequest& request, const SigningKey& signing_key, ByteSink& out,
         SealMaterial& material = system_seal_material());
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  ~Sealer() override;

  // Data, in order. Pieces of 16 KiB and more are encrypted without a copy.
  void write(ByteView data) override;
  // Pads, signs, ends the file. Once only; write() is over afterwards.
  Sealed finish();

  // The key of this file, for the read-back of the run that wrote it (OpenRequest::file_key). After finish(), once;
  // keep it no longer than the read-back. If nobody takes it, it dies with the Sealer.
  SecretBytes take_file_key();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One wrapped key for a recipient of the file: FK for FULL, the metadata key for META. Used by Sealer and sidecar.
Stanza make_stanza(const Recipient& recipient, const FileId& file_id, const SecretBytes& file_key,
                   SealMaterial& material);

}  // namespace coffre
