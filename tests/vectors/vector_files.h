// The vectors of data/, as values: all JSON is read in vector_files.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace coffre::test {

// One row of data/vbk1/index.json (data/vbk1/README.md says what each field means).
struct FormatVector {
  std::string name;
  std::string file;
  std::string operation;
  std::string outcome;
  std::string signer;
  std::string identity;  // "" when the row has none; the same for sidecar and anchor
  std::string sidecar;
  std::string anchor;
  std::optional<std::string> expect_name;
  std::optional<std::string> expect_device;
  std::optional<std::uint64_t> expect_seq;
  std::optional<std::string> expect_digest;
  std::uint64_t plaintext_len = 0;
  std::string plaintext_sha256;
};

struct NamedKey {
  std::string name;
  Bytes secret;
  Bytes public_key;
  std::string key_id;
};

std::vector<FormatVector> format_vectors();
std::vector<NamedKey> format_identities();
std::vector<NamedKey> format_signers();
std::string vector_text(const std::string& file);  // a file of data/vbk1
Bytes vector_bytes(const std::string& file);

struct ChunkedCase {
  int id = 0;
  std::string comment;
  Bytes key;
  Bytes context;
  Bytes message;  // inflated
  bool valid = false;
  bool header_failure = false;
  bool has_plaintext = false;
  std::uint64_t plaintext_len = 0;
  std::string plaintext_sha512;
};

std::vector<ChunkedCase> chunked_cases();

struct GcmCase {
  int id = 0;
  Bytes key;
  Bytes nonce;
  Bytes aad;
  Bytes plaintext;
  Bytes ciphertext;
  Bytes tag;
  bool valid = false;
};

// Groups of 256-bit key, 96-bit nonce, 128-bit tag only.
std::vector<GcmCase> gcm_cases();

// One case of data/sigv4/suite.json, its request taken apart (data/sigv4/README.md).
struct SignatureCase {
  std::string name;
  std::string access_key;
  std::string secret_key;
  std::string region;
  std::string service;
  std::string at;  // RFC 3339
  std::string method;
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::vector<std::pair<std::string, std::string>> headers;  // with those that the context asks for
  std::string payload_sha256;
  std::string canonical_request;
  std::string string_to_sign;
  std::string signature;
  std::string signed_request;
};

std::vector<SignatureCase> signature_cases();

std::string sha512_hex(ByteView bytes);

}  // namespace coffre::test
