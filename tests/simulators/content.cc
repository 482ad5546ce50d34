#include "simulators/content.h"

#include <openssl/evp.h>

#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

#include "base/bytes.h"
#include "base/text.h"

namespace coffre::simulator {
namespace {

// splitmix64: small, and never stuck at zero.
std::uint64_t next_random(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
  return mixed ^ (mixed >> 31U);
}

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string digest_of(const EVP_MD* kind, std::string_view text) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), raw(out), &size, kind, nullptr) != 1) throw std::runtime_error("digest");
  out.resize(size);
  return out;
}

enum class Direction : int { decrypt = 0, encrypt = 1 };

std::string run_cipher(const EVP_CIPHER* cipher, std::string_view key, std::string_view iv, std::string_view input,
                       Direction direction) {
  constexpr std::size_t kBlock = 16;
  if (key.size() != kBlock || iv.size() != kBlock) return {};
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                &EVP_CIPHER_CTX_free);
  std::string out(input.size() + kBlock, '\0');
  int size = 0;
  int last = 0;
  const bool good =
      EVP_CipherInit_ex(context.get(), cipher, nullptr, raw(key), raw(iv), static_cast<int>(direction)) == 1 &&
      EVP_CipherUpdate(context.get(), raw(out), &size, raw(input), static_cast<int>(input.size())) == 1 &&
      EVP_CipherFinal_ex(context.get(), raw(out) + size, &last) == 1;
  if (!good) return {};
  out.resize(static_cast<std::size_t>(size + last));
  return out;
}

}  // namespace

std::string filler(std::uint64_t seed, std::size_t size) {
  std::string out(size, '\0');
  std::uint64_t state = seed;
  for (std::size_t at = 0; at < size; at += sizeof(std::uint64_t)) {
    const std::uint64_t value = next_random(state);
    std::memcpy(out.data() + at, &value, std::min(sizeof value, size - at));
  }
  return out;
}

std::string text_filler(std::uint64_t seed, std::size_t size) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out = filler(seed, size);
  for (char& c : out) c = kLetters[static_cast<unsigned char>(c) % kLetters.size()];
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(raw(out), raw(bytes), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string out(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(raw(out), raw(text), static_cast<int>(text.size()));
  if (size < 0) return {};
  const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with("=") ? 1 : 0);
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

std::string md5_bytes(std::string_view text) {
  return digest_of(EVP_md5(), text);
}
std::string md5_hex(std::string_view text) {
  return to_hex(as_bytes(md5_bytes(text)));
}
std::string sha256_hex(std::string_view text) {
  return to_hex(as_bytes(digest_of(EVP_sha256(), text)));
}

std::string aes_cbc_encrypt(std::string_view key, std::string_view iv, std::string_view plain) {
  return run_cipher(EVP_aes_128_cbc(), key, iv, plain, Direction::encrypt);
}

std::string aes_cbc_decrypt(std::string_view key, std::string_view iv, std::string_view sealed) {
  return run_cipher(EVP_aes_128_cbc(), key, iv, sealed, Direction::decrypt);
}

std::string aes_ctr(std::string_view key, std::string_view iv, std::string_view input) {
  return run_cipher(EVP_aes_128_ctr(), key, iv, input, Direction::encrypt);
}

std::string bytes_from_hex(std::string_view hex) {
  const auto bytes = from_hex(to_lower_ascii(hex));
  return bytes ? std::string(as_text(*bytes)) : std::string();
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string byte = text[at] == '%' && at + 2 < text.size() ? bytes_from_hex(text.substr(at + 1, 2)) : "";
    if (byte.empty()) {
      out += text[at];
      continue;
    }
    out += byte;
    at += 2;
  }
  return out;
}

std::map<std::string, std::string> parse_query(std::string_view query) {
  std::map<std::string, std::string> values;
  for (const std::string_view pair : split(query, '&')) {
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    if (!pair.empty()) values[percent_decode(pair.substr(0, equals))] = percent_decode(value);
  }
  return values;
}

std::string xml_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

}  // namespace coffre::simulator
