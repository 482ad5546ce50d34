#include "drivers/hikvision_secret.h"

#include <openssl/evp.h>

#include <memory>

#include "base/error.h"
#include "base/hash.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr std::string_view kPepper = "AaBbCcDd1234!@#$";
constexpr std::size_t kKeyHexDigits = 32;
constexpr std::size_t kIvBytes = 16;
constexpr std::size_t kBlockBytes = 16;
constexpr std::uint32_t kMostIterations = 1'000'000;  // a device that asks for more only burns our time

void add(ClearBytes& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

// Lower-case hex SHA-256, in memory that is wiped.
ClearBytes hex_sha256(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  Digest digest = sha256(bytes);
  ClearBytes hex;
  for (const std::uint8_t byte : digest) {
    hex.push_back(static_cast<std::uint8_t>(kDigits[byte >> 4U]));
    hex.push_back(static_cast<std::uint8_t>(kDigits[byte & 15U]));
  }
  wipe(digest.data(), digest.size());
  return hex;
}

ClearBytes xml_escaped(std::string_view text) {
  ClearBytes out;
  for (const char c : text) {
    if (c == '&') {
      add(out, "&amp;");
    } else if (c == '<') {
      add(out, "&lt;");
    } else if (c == '>') {
      add(out, "&gt;");
    } else {
      out.push_back(static_cast<std::uint8_t>(c));
    }
  }
  return out;
}

ClearBytes base64(ByteView bytes) {
  ClearBytes out(4 * ((bytes.size() + 2) / 3) + 1);
  const int length = EVP_EncodeBlock(out.data(), bytes.data(), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

}  // namespace

SecretBytes hikvision_key(std::string_view user, const SecretString& login_password, const HikvisionSalting& salting) {
  if (salting.iterations == 0 || salting.iterations > kMostIterations) {
    throw Error(ErrorCode::unsupported, tr("encoding the export password"),
                tr("the device asks for an impossible number of rounds"));
  }
  ClearBytes base;
  if (salting.irreversible) {
    add(base, user);
    add(base, salting.salt);
    add(base, login_password.reveal_text());
    base = hex_sha256(base);
  } else {
    add(base, login_password.reveal_text());
  }
  add(base, kPepper);
  for (std::uint32_t round = 0; round < salting.iterations; ++round) base = hex_sha256(base);
  auto key = from_hex(as_text(ByteView(base).first(kKeyHexDigits))).value();
  SecretBytes secret = SecretBytes::copy_of(key);
  wipe(key);
  return secret;
}

std::string hikvision_encrypt(const SecretBytes& key, const SecretString& secret, ByteView iv) {
  if (iv.size() != kIvBytes) {
    throw Error(ErrorCode::internal, tr("encoding the export password"), tr("the IV is not 16 bytes"));
  }
  const ClearBytes plain = base64(xml_escaped(secret.reveal_text()));
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                &EVP_CIPHER_CTX_free);
  Bytes out(plain.size() + kBlockBytes);
  int length = 0;
  int rest = 0;
  const bool done =
      EVP_EncryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, key.reveal_bytes().data(), iv.data()) == 1 &&
      EVP_EncryptUpdate(context.get(), out.data(), &length, plain.data(), static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(context.get(), out.data() + length, &rest) == 1;
  if (!done) throw Error(ErrorCode::internal, tr("encoding the export password"), tr("OpenSSL refused the operation"));
  out.resize(static_cast<std::size_t>(length) + static_cast<std::size_t>(rest));
  return to_hex(out);
}

}  // namespace coffre
