// Bytes and texts that several simulated makes need.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace coffre::simulator {

// `size` bytes that look random and are always the same for one seed.
std::string filler(std::uint64_t seed, std::size_t size);
// The same in letters and digits, so that it may stand in JSON.
std::string text_filler(std::uint64_t seed, std::size_t size);

std::string to_base64(std::string_view bytes);
std::string from_base64(std::string_view text);  // empty when malformed

std::string md5_hex(std::string_view text);
std::string sha256_hex(std::string_view text);
std::string md5_bytes(std::string_view text);

// AES-128-CBC with PKCS#7; empty when it does not decrypt. Key and IV are 16 bytes.
std::string aes_cbc_encrypt(std::string_view key, std::string_view iv, std::string_view plain);
std::string aes_cbc_decrypt(std::string_view key, std::string_view iv, std::string_view sealed);
// AES-128-CTR: the same call encrypts and decrypts.
std::string aes_ctr(std::string_view key, std::string_view iv, std::string_view input);

std::string bytes_from_hex(std::string_view hex);  // any case; empty when malformed
std::string percent_decode(std::string_view text);
std::map<std::string, std::string> parse_query(std::string_view query);
std::string xml_escape(std::string_view text);

}  // namespace coffre::simulator
