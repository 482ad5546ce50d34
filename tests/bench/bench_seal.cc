// How fast one core seals, beside raw AES-256-GCM in 16 KiB calls in the same process, and how much memory it takes.
//
// Rounds of both alternate, and the median of each counts, so that a busy machine disturbs both alike. Beside it the
// two kinds of work that sealing is made of: the cipher, and SHA-256 over the whole file (field G2).
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

#include "base/hash.h"
#include "base/stream.h"
#include "vault/seal.h"

namespace coffre {
namespace {

constexpr std::uint64_t kGibibyte = 1024ULL * 1024 * 1024;
constexpr std::size_t kPiece = 16384;
constexpr int kRounds = 5;

double seconds_of(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

void raw_cipher(const Bytes& piece, std::uint64_t total) {
  EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
  const Bytes key(32, 1);
  Bytes nonce(12, 0);
  Bytes out(piece.size() + 16);
  EVP_EncryptInit_ex2(context, cipher, key.data(), nonce.data(), nullptr);
  for (std::uint64_t done = 0; done < total; done += piece.size()) {
    int length = 0;
    ++nonce[done / piece.size() % nonce.size()];
    EVP_EncryptInit_ex2(context, nullptr, nullptr, nonce.data(), nullptr);
    EVP_EncryptUpdate(context, out.data(), &length, piece.data(), static_cast<int>(piece.size()));
    EVP_EncryptFinal_ex(context, out.data(), &length);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, out.data() + piece.size());
  }
  EVP_CIPHER_CTX_free(context);
  EVP_CIPHER_free(cipher);
}

void raw_hash(const Bytes& piece, std::uint64_t total) {
  Sha256 hash;
  for (std::uint64_t done = 0; done < total; done += piece.size()) hash.update(piece);
  static_cast<void>(hash.digest());
}

void seal_once(const Bytes& piece, std::uint64_t total, const SigningKey& key, const Recipient& recipient) {
  SealRequest request;
  request.kind = Kind::hebdo;
  request.device_id.fill(1);
  request.created_at = from_unix(1'800'000'000);
  request.metadata.set("name", "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20270115_0800_HEBDO.bak");
  request.recipients = {recipient};
  CountingSink nowhere;
  Sealer sealer(request, key, nowhere);
  for (std::uint64_t done = 0; done < total; done += piece.size()) sealer.write(piece);
  sealer.finish();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

int measure() {
  const Bytes piece(kPiece, 7);
  const SigningKey key = SigningKey::generate();
  const Recipient recipient = Identity::generate(Scope::full).recipient();
  std::vector<double> sealing;
  std::vector<double> cipher;
  std::vector<double> hashing;
  for (int round = 0; round < kRounds; ++round) {
    cipher.push_back(seconds_of([&] { raw_cipher(piece, kGibibyte); }));
    sealing.push_back(seconds_of([&] { seal_once(piece, kGibibyte, key, recipient); }));
    hashing.push_back(seconds_of([&] { raw_hash(piece, kGibibyte); }));
  }
  const double mebibytes = static_cast<double>(kGibibyte) / (1024.0 * 1024.0);
  fmt::print("sealing 1 GiB, one core, median of {} rounds\n", kRounds);
  fmt::print("  raw AES-256-GCM, 16 KiB calls  {:7.0f} MiB/s\n", mebibytes / median(cipher));
  fmt::print("  raw SHA-256                    {:7.0f} MiB/s\n", mebibytes / median(hashing));
  fmt::print("  both, one after the other      {:7.0f} MiB/s\n", mebibytes / (median(cipher) + median(hashing)));
  fmt::print("  sealing (both, and the format) {:7.0f} MiB/s\n", mebibytes / median(sealing));
  fmt::print("  ratio to raw AES-256-GCM {:.2f} (aim 0.80); to cipher and hash together {:.2f}\n",
             median(cipher) / median(sealing), (median(cipher) + median(hashing)) / median(sealing));
  constexpr double kKibiPerMebi = 1024.0;
  fmt::print("  peak memory of this process {:.1f} MiB (aim 32)\n", static_cast<double>(peak_kib()) / kKibiPerMebi);
  return 0;
}

}  // namespace
}  // namespace coffre

int main() {
  return coffre::measure();
}
