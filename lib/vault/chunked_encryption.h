// C2SP chunked-encryption, instance "Cobblestone-256" (c2sp.org/chunked-encryption): a message of any length under
// one key, as a stream, in the memory of one chunk. `Msg` of schemas/bak-format.md.
//
//   salt 24 || commitment 32 || chunks of 16384 + 16 bytes, the last one shorter (possibly of an empty plaintext)
//
// Key: 32 bytes. Context: any bytes; it must be the same on both sides. Wrong key, context or salt: E_COMMIT. Any
// other change: E_AUTH. A plaintext that failed its check is never given out.
// Threads: one thread per object. After a throw an object keeps throwing.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/secret.h"
#include "base/stream.h"
#include "vault/aes_gcm.h"

namespace coffre {

inline constexpr std::size_t kChunkSize = 16384;
inline constexpr std::size_t kSaltSize = 24;
inline constexpr std::size_t kCommitmentSize = 32;
inline constexpr std::size_t kMessageHeadSize = kSaltSize + kCommitmentSize;
inline constexpr std::size_t kSealedChunkSize = kChunkSize + kGcmTagSize;
inline constexpr std::uint64_t kMaxChunks = std::uint64_t{1} << 32U;

using Salt = std::array<std::uint8_t, kSaltSize>;

// 56 + len + 16 (len div 16384 + 1).
std::uint64_t message_size(std::uint64_t plaintext_len);

// Keys of one message. Throws Error(internal) unless `key` has 32 bytes.
struct MessageKeys {
  MessageKeys(const SecretBytes& key, ByteView context, const Salt& salt);
  SecretBytes chunk_key;                                   // K
  std::array<std::uint8_t, kGcmNonceSize> nonce{};         // N
  std::array<std::uint8_t, kCommitmentSize> commitment{};  // C
  [[nodiscard]] std::array<std::uint8_t, kGcmNonceSize> chunk_nonce(std::uint64_t index) const;
};

// Encrypts what is written, straight from the caller's memory where a whole chunk is given. `out` outlives the writer.
class ChunkedWriter final : public ByteSink {
 public:
  // Writes the head (salt, commitment) to `out` at once. `salt` must be new for every message.
  ChunkedWriter(const SecretBytes& key, ByteView context, const Salt& salt, ByteSink& out);
  void write(ByteView bytes) override;
  // Writes the last chunk. Without it no reader accepts the message. Once only.
  void finish();
  [[nodiscard]] std::uint64_t plaintext_len() const { return plaintext_len_; }

 private:
  void seal_chunk(ByteView plaintext);
  // Copies what still fits into the waiting chunk; says how much that was.
  std::size_t keep(ByteView bytes);

  enum class State { open, finished, failed };
  MessageKeys keys_;
  GcmSealer cipher_;
  ByteSink& out_;
  ClearBytes pending_;  // room for one chunk, of which pending_size_ bytes wait for the rest
  std::size_t pending_size_ = 0;
  Bytes sealed_;
  std::uint64_t chunk_index_ = 0;
  std::uint64_t plaintext_len_ = 0;
  State state_ = State::open;
};

// A message that lies at [offset, offset + size) of `in`, which outlives this object.
class ChunkedMessage {
 public:
  // Reads the head and compares the commitment (E_COMMIT), before any chunk. A message shorter than its head and one
  // tag, or with a last chunk that cannot be, is refused with E_AUTH here too (E_COMMIT without a whole head).
  ChunkedMessage(const RandomReader& in, std::uint64_t offset, std::uint64_t size, const SecretBytes& key,
                 ByteView context);

  [[nodiscard]] std::uint64_t plaintext_len() const { return plaintext_len_; }
  [[nodiscard]] std::uint64_t chunk_count() const { return plaintext_len_ / kChunkSize + 1; }
  // Decrypts chunk `index` (< chunk_count) into the front of `out` (>= kChunkSize bytes) and says how many bytes it
  // has: kChunkSize for all but the last. E_AUTH when it is not genuine; `out` is wiped then.
  std::size_t open_chunk(std::uint64_t index, ByteSpan out);

 private:
  const RandomReader& in_;
  std::uint64_t offset_;
  std::uint64_t plaintext_len_ = 0;
  std::unique_ptr<MessageKeys> keys_;
  std::unique_ptr<GcmOpener> cipher_;
  Bytes sealed_;
};

// The plaintext of a message as a stream, cut after `limit` bytes. Where the limit does not cut it, the end is said
// only after the last chunk was checked. `message` outlives the source.
class ChunkedSource final : public ByteSource {
 public:
  ChunkedSource(ChunkedMessage& message, std::uint64_t limit);
  std::size_t read(ByteSpan out) override;

 private:
  ChunkedMessage& message_;
  std::uint64_t remaining_;
  bool whole_;  // the limit does not cut the message
  std::uint64_t next_chunk_ = 0;
  ClearBytes chunk_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

// Small messages, at most one chunk (metadata record, trailer), whole in memory.
Bytes seal_message(const SecretBytes& key, ByteView context, const Salt& salt, ByteView plaintext);
// E_COMMIT, E_AUTH as above; also E_AUTH for a message of more than one chunk.
ClearBytes open_message(const SecretBytes& key, ByteView context, ByteView message);

}  // namespace coffre
