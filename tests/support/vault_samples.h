// Sealed files for tests: the keys and random values of test vector A (schemas/bak-format.md, "Worked example"), whose
// bytes are published. For suites that link the room vault.
#pragma once

#include <sodium.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/error.h"
#include "vault/bak_format.h"
#include "vault/keys.h"
#include "vault/seal.h"
#include "vault/signers.h"

namespace coffre::test {

// first, first + 1, ...
inline Bytes run_of(std::uint8_t first, std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(first + i);
  return bytes;
}

template <std::size_t N>
std::array<std::uint8_t, N> run_array(std::uint8_t first) {
  std::array<std::uint8_t, N> out{};
  std::ranges::copy(run_of(first, N), out.begin());
  return out;
}

inline SecretBytes secret_run(std::uint8_t first) {
  return SecretBytes::copy_of(run_of(first, kSecretKeySize));
}

// data[j] = 7 j mod 256
inline Bytes sample_data(std::size_t size) {
  Bytes data(size);
  for (std::size_t j = 0; j < size; ++j) data[j] = static_cast<std::uint8_t>(7 * j);
  return data;
}

inline Identity op_identity() {
  return Identity::from_secret(Scope::full, secret_run(0x01));
}
inline Identity drill_identity() {
  return Identity::from_secret(Scope::full, secret_run(0x21));
}
inline Identity recovery_identity() {
  return Identity::from_secret(Scope::full, secret_run(0x41));
}
inline Identity catalog_identity() {
  return Identity::from_secret(Scope::meta, secret_run(0x61));
}
inline Identity foreign_identity() {
  return Identity::from_secret(Scope::full, secret_run(0x81));
}
inline SigningKey daemon_key() {
  return SigningKey::from_seed(secret_run(0x11));
}
inline SigningKey stranger_key() {
  return SigningKey::from_seed(secret_run(0x12));
}

inline SignerList trusting(const SigningKey& key) {
  SignerList signers;
  (void)signers.add({key.public_key(), std::nullopt, std::nullopt, std::nullopt});
  return signers;
}

inline std::vector<Identity> only(Identity identity) {
  std::vector<Identity> identities;
  identities.push_back(std::move(identity));
  return identities;
}

// Values that are random in life and published here. One file only: made anew for each Sealer.
class FixedMaterial final : public SealMaterial {
 public:
  SecretBytes file_key() override { return secret_run(0x00); }
  void fill(ByteSpan out) override {
    // file_id, salts of D, F, G1, in the order of the contract.
    constexpr std::uint8_t kFirst[] = {0xe0, 0x50, 0x68, 0x80};
    std::ranges::copy(run_of(kFirst[fills_++], out.size()), out.begin());
  }
  // What crypto_box_seal does, with a known ephemeral key.
  Bytes box(const PublicKey& recipient, const SecretBytes& message) override {
    const SecretBytes secret = secret_run(static_cast<std::uint8_t>(0x30 + 16 * boxes_++));
    Bytes out(crypto_box_PUBLICKEYBYTES);
    crypto_scalarmult_base(out.data(), secret.reveal_bytes().data());
    Bytes both = out;
    append(both, ByteView(recipient));
    std::array<std::uint8_t, crypto_box_NONCEBYTES> nonce{};
    crypto_generichash(nonce.data(), nonce.size(), both.data(), both.size(), nullptr, 0);
    Bytes sealed(message.size() + crypto_box_MACBYTES);
    if (crypto_box_easy(sealed.data(), message.reveal_bytes().data(), message.size(), nonce.data(), recipient.data(),
                        secret.reveal_bytes().data()) != 0) {
      throw Error(ErrorCode::internal, "boxing", "libsodium refused");
    }
    append(out, sealed);
    return out;
  }

 private:
  std::size_t fills_ = 0;
  std::size_t boxes_ = 0;
};

inline constexpr const char* kSampleName = "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20260101_0100_PRE.bak";

inline SealRequest sample_request() {
  SealRequest request;
  request.kind = Kind::pre;
  request.device_id = run_array<16>(0xa0);
  request.device_seq = 42;
  request.prev_digest = run_array<32>(0xc0);
  request.created_at = from_unix(1767225600);
  request.metadata.set("client", "CLIEXEMP");
  request.metadata.set("name", kSampleName);
  request.metadata.set("site", "SIEGEPARIS");
  request.recipients = {op_identity().recipient(), drill_identity().recipient(), recovery_identity().recipient(),
                        catalog_identity().recipient()};
  return request;
}

inline Bytes seal_with(const SealRequest& request, ByteView data, const SigningKey& key, SealMaterial& material) {
  MemorySink sink;
  Sealer sealer(request, key, sink, material);
  sealer.write(data);
  sealer.finish();
  return sink.take();
}

// Test vector A with other data: the same bytes every time.
inline Bytes sealed_sample(ByteView data) {
  FixedMaterial material;
  return seal_with(sample_request(), data, daemon_key(), material);
}

inline Sha256 hash_of(ByteView bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash;
}

// Makes digest and file signature again, as an insider with the signing key would.
inline void sign_end_again(Bytes& file, const SigningKey& key) {
  const std::size_t digest_at = file.size() - kEndMarkSize - kSignatureSize - kDigestSize;
  const Digest digest = sha256(ByteView(file).first(digest_at));
  const Signature signature = key.sign(SignatureUse::file, digest);
  std::ranges::copy(digest, file.begin() + static_cast<std::ptrdiff_t>(digest_at));
  std::ranges::copy(signature, file.begin() + static_cast<std::ptrdiff_t>(digest_at + kDigestSize));
}

// The header signature too, which ends at `payload_at`.
inline void sign_all_again(Bytes& file, std::size_t payload_at, const SigningKey& key) {
  const std::size_t at = payload_at - kSignatureSize;
  const Signature signature = key.sign(SignatureUse::header, sha256(ByteView(file).first(at)));
  std::ranges::copy(signature, file.begin() + static_cast<std::ptrdiff_t>(at));
  sign_end_again(file, key);
}

inline Bytes read_all(ByteSource& source) {
  Bytes all;
  Bytes part(1000);  // not a divisor of the chunk size
  for (;;) {
    const std::size_t length = source.read(part);
    if (length == 0) return all;
    append(all, ByteView(part).first(length));
  }
}

}  // namespace coffre::test
