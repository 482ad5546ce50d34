#include "vault/chunked_encryption.h"

#include <sodium.h>

#include <algorithm>

#include "base/error.h"
#include "vault/category.h"
#include "vault/key_derivation.h"

namespace coffre {
namespace {

constexpr std::string_view kLabel = "c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM";
constexpr std::array<std::uint8_t, 1> kSeparator = {0};

}  // namespace

std::uint64_t message_size(std::uint64_t plaintext_len) {
  return kMessageHeadSize + plaintext_len + kGcmTagSize * (plaintext_len / kChunkSize + 1);
}

MessageKeys::MessageKeys(const SecretBytes& key, ByteView context, const Salt& salt) {
  const SecretBytes block =
      hkdf_expand(key, {as_bytes(kLabel), kSeparator, salt, context}, kGcmKeySize + kGcmNonceSize + kCommitmentSize);
  const ByteView bytes = block.reveal_bytes();
  chunk_key = SecretBytes::copy_of(bytes.first(kGcmKeySize));
  std::ranges::copy(bytes.subspan(kGcmKeySize, kGcmNonceSize), nonce.begin());
  std::ranges::copy(bytes.last(kCommitmentSize), commitment.begin());
}

GcmNonce MessageKeys::chunk_nonce(std::uint64_t index) const {
  GcmNonce result = nonce;
  for (std::size_t i = kGcmNonceSize; i-- > kGcmNonceSize - sizeof index; index >>= 8U) {
    result[i] = static_cast<std::uint8_t>(result[i] ^ (index & 0xFFU));
  }
  return result;
}

ChunkedWriter::ChunkedWriter(const SecretBytes& key, ByteView context, const Salt& salt, ByteSink& out)
    : keys_(key, context, salt), cipher_(keys_.chunk_key), out_(out), pending_(kChunkSize), sealed_(kSealedChunkSize) {
  out_.write(salt);
  out_.write(keys_.commitment);
}

void ChunkedWriter::seal_chunk(ByteView plaintext) {
  if (chunk_index_ >= kMaxChunks) throw Error(ErrorCode::internal, "sealing", "the content is too long for the format");
  const ByteSpan sealed = ByteSpan(sealed_).first(plaintext.size() + kGcmTagSize);
  cipher_.seal(keys_.chunk_nonce(chunk_index_), {}, plaintext, sealed);
  ++chunk_index_;
  out_.write(sealed);
}

std::size_t ChunkedWriter::keep(ByteView bytes) {
  const std::size_t length = std::min(kChunkSize - pending_size_, bytes.size());
  std::copy_n(bytes.begin(), length, pending_.begin() + static_cast<std::ptrdiff_t>(pending_size_));
  pending_size_ += length;
  return length;
}

void ChunkedWriter::write(ByteView bytes) {
  if (state_ != State::open) throw Error(ErrorCode::internal, "sealing", "the stream is closed");
  state_ = State::failed;  // until this call has succeeded
  plaintext_len_ += bytes.size();
  if (pending_size_ > 0) {
    bytes = bytes.subspan(keep(bytes));
    if (pending_size_ < kChunkSize) {
      state_ = State::open;
      return;
    }
    seal_chunk(pending_);
    pending_size_ = 0;
  }
  // A full chunk is never the last one, so it can go at once.
  for (; bytes.size() >= kChunkSize; bytes = bytes.subspan(kChunkSize)) seal_chunk(bytes.first(kChunkSize));
  keep(bytes);
  state_ = State::open;
}

void ChunkedWriter::finish() {
  if (state_ != State::open) throw Error(ErrorCode::internal, "sealing", "the stream is closed");
  state_ = State::failed;
  seal_chunk(ByteView(pending_).first(pending_size_));
  state_ = State::finished;
}

ChunkedMessage::ChunkedMessage(const RandomReader& in, std::uint64_t offset, std::uint64_t size, const SecretBytes& key,
                               ByteView context)
    : in_(in), offset_(offset), sealed_(kSealedChunkSize) {
  if (size < kMessageHeadSize) throw refusal(Category::commitment);
  Salt salt{};
  std::array<std::uint8_t, kCommitmentSize> commitment{};
  in_.read_at(offset, salt);
  in_.read_at(offset + kSaltSize, commitment);
  keys_ = std::make_unique<MessageKeys>(key, context, salt);
  if (sodium_memcmp(commitment.data(), keys_->commitment.data(), kCommitmentSize) != 0) {
    throw refusal(Category::commitment);
  }

  const std::uint64_t body = size - kMessageHeadSize;
  const std::uint64_t full_chunks = body / kSealedChunkSize;
  const std::uint64_t rest = body % kSealedChunkSize;
  if (rest < kGcmTagSize || full_chunks >= kMaxChunks) throw refusal(Category::authentication);
  plaintext_len_ = full_chunks * kChunkSize + (rest - kGcmTagSize);
  cipher_ = std::make_unique<GcmOpener>(keys_->chunk_key);
}

std::size_t ChunkedMessage::open_chunk(std::uint64_t index, ByteSpan out) {
  const std::uint64_t last = plaintext_len_ / kChunkSize;
  if (index > last || out.size() < kChunkSize) throw Error(ErrorCode::internal, "opening", "no such chunk");
  const std::size_t length = index < last ? kChunkSize : static_cast<std::size_t>(plaintext_len_ % kChunkSize);
  const ByteSpan sealed = ByteSpan(sealed_).first(length + kGcmTagSize);
  in_.read_at(offset_ + kMessageHeadSize + index * kSealedChunkSize, sealed);
  if (!cipher_->open(keys_->chunk_nonce(index), {}, sealed, out.first(length))) {
    throw refusal(Category::authentication);
  }
  return length;
}

ChunkedSource::ChunkedSource(ChunkedMessage& message, std::uint64_t limit)
    : message_(message),
      remaining_(std::min(limit, message.plaintext_len())),
      whole_(limit >= message.plaintext_len()),
      chunk_(kChunkSize) {}

std::size_t ChunkedSource::read(ByteSpan out) {
  if (out.empty()) return 0;
  if (remaining_ == 0) {
    // The end of the whole message is the last chunk's to say, also when that chunk is empty.
    if (whole_ && next_chunk_ < message_.chunk_count()) {
      message_.open_chunk(next_chunk_, chunk_);
      ++next_chunk_;
    }
    return 0;
  }
  if (begin_ == end_) {
    // A chunk that fails leaves begin_ == end_: the next call tries, and fails, again.
    begin_ = end_ = 0;
    end_ = message_.open_chunk(next_chunk_, chunk_);
    ++next_chunk_;
  }
  const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(
      {static_cast<std::uint64_t>(out.size()), static_cast<std::uint64_t>(end_ - begin_), remaining_}));
  std::copy_n(chunk_.begin() + static_cast<std::ptrdiff_t>(begin_), length, out.begin());
  begin_ += length;
  remaining_ -= length;
  return length;
}

Bytes seal_message(const SecretBytes& key, ByteView context, const Salt& salt, ByteView plaintext) {
  MemorySink sink;
  ChunkedWriter writer(key, context, salt, sink);
  writer.write(plaintext);
  writer.finish();
  return sink.take();
}

ClearBytes open_message(const SecretBytes& key, ByteView context, ByteView message) {
  const MemoryReader reader(message);
  ChunkedMessage chunked(reader, 0, message.size(), key, context);
  if (chunked.chunk_count() != 1) throw refusal(Category::authentication);
  ClearBytes plaintext(kChunkSize);
  plaintext.resize(chunked.open_chunk(0, plaintext));
  return plaintext;
}

}  // namespace coffre
