#include "vector_files.h"

#include <sodium.h>
#include <zlib.h>

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "support/source_tree.h"
#include "support/temp_dir.h"

namespace coffre::test {
namespace {

using Json = nlohmann::json;

const std::string kData = test::source_dir() + "/tests/vectors/data/";

Json load(const std::string& file) {
  return Json::parse(read_file(kData + file));
}

Bytes hex(const Json& json) {
  return from_hex(json.get<std::string>()).value();
}

Bytes inflate_all(const Bytes& compressed) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) throw std::runtime_error("inflateInit");
  Bytes input = compressed;
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  Bytes out;
  std::array<std::uint8_t, 65536> part{};
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = part.data();
    stream.avail_out = static_cast<uInt>(part.size());
    result = inflate(&stream, Z_NO_FLUSH);
    append(out, ByteView(part).first(part.size() - stream.avail_out));
  }
  inflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("inflate");
  return out;
}

std::vector<NamedKey> keys_of(const char* group, const char* secret_field) {
  std::vector<NamedKey> keys;
  const Json index = load("vbk1/index.json");
  for (const auto& item : index.at(group).items()) {
    keys.push_back({item.key(), hex(item.value().at(secret_field)), hex(item.value().at("public")),
                    item.value().at("key_id").get<std::string>()});
  }
  return keys;
}

FormatVector format_vector(const Json& row) {
  FormatVector vector;
  vector.name = row.at("name");
  vector.file = row.at("file");
  vector.operation = row.at("operation");
  vector.outcome = row.at("outcome");
  vector.signer = row.at("signer");
  vector.identity = row.value("identity", "");
  vector.sidecar = row.value("sidecar", "");
  vector.anchor = row.value("anchor", "");
  vector.plaintext_len = row.value("plaintext_len", std::uint64_t{0});
  vector.plaintext_sha256 = row.value("plaintext_sha256", "");
  if (!row.contains("expect")) return vector;
  const Json& expect = row.at("expect");
  if (expect.contains("name")) vector.expect_name = expect.at("name");
  if (expect.contains("device")) vector.expect_device = expect.at("device");
  if (expect.contains("seq")) vector.expect_seq = expect.at("seq").get<std::uint64_t>();
  if (expect.contains("digest")) vector.expect_digest = expect.at("digest");
  return vector;
}

}  // namespace

std::vector<FormatVector> format_vectors() {
  std::vector<FormatVector> vectors;
  const Json index = load("vbk1/index.json");
  for (const Json& row : index.at("vectors")) vectors.push_back(format_vector(row));
  return vectors;
}

std::vector<NamedKey> format_identities() {
  return keys_of("identities", "secret");
}
std::vector<NamedKey> format_signers() {
  return keys_of("signers", "seed");
}

std::string vector_text(const std::string& file) {
  return read_file(kData + "vbk1/" + file);
}

Bytes vector_bytes(const std::string& file) {
  const std::string text = vector_text(file);
  return {text.begin(), text.end()};
}

std::vector<ChunkedCase> chunked_cases() {
  std::vector<ChunkedCase> cases;
  const Json all = load("wycheproof/c2sp_chunked_encryption_aes_256_gcm_test.json");
  for (const Json& group : all.at("testGroups")) {
    for (const Json& test : group.at("tests")) {
      ChunkedCase row;
      row.id = test.at("tcId");
      row.comment = test.at("comment");
      row.key = hex(test.at("key"));
      row.context = hex(test.at("ctx"));
      row.message = inflate_all(hex(test.at("ct")));
      row.valid = test.at("result") == "valid";
      for (const Json& flag : test.at("flags")) row.header_failure = row.header_failure || flag == "HeaderFailure";
      row.has_plaintext = test.contains("msgSha512");
      row.plaintext_len = test.value("msgLength", std::uint64_t{0});
      row.plaintext_sha512 = test.value("msgSha512", "");
      cases.push_back(std::move(row));
    }
  }
  return cases;
}

std::vector<GcmCase> gcm_cases() {
  std::vector<GcmCase> cases;
  const Json all = load("wycheproof/aes_gcm_test.json");
  for (const Json& group : all.at("testGroups")) {
    if (group.at("keySize") != 256 || group.at("ivSize") != 96 || group.at("tagSize") != 128) continue;
    for (const Json& test : group.at("tests")) {
      cases.push_back({test.at("tcId"), hex(test.at("key")), hex(test.at("iv")), hex(test.at("aad")),
                       hex(test.at("msg")), hex(test.at("ct")), hex(test.at("tag")), test.at("result") == "valid"});
    }
  }
  return cases;
}

std::string sha512_hex(ByteView bytes) {
  std::array<std::uint8_t, crypto_hash_sha512_BYTES> digest{};
  crypto_hash_sha512(digest.data(), bytes.data(), bytes.size());
  return to_hex(ByteView(digest));
}

}  // namespace coffre::test
