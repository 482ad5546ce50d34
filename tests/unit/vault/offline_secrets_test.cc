#include "vault/offline_secrets.h"

#include <catch2/catch.hpp>

#include "support/vault_samples.h"
#include "vault/key_files.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("identities and root keys are found in any content") {
  struct Row {
    const char* name;
    std::string content;
    OfflineSecrets found;
  };
  const std::string hex(64, 'a');
  const std::string locked(128, 'a');
  const auto row = GENERATE_COPY(values<Row>({
      {"nothing", "", {}},
      {"identity", "coffre-identity x25519 full " + hex, {true, false, false}},
      {"META identity", "coffre-identity x25519 meta " + hex, {false, true, false}},
      {"locked", "coffre-identity-locked x25519 full argon2id-64m-3 " + locked, {true, false, false}},
      {"locked META", "coffre-identity-locked x25519 meta argon2id-64m-3 " + locked, {false, true, false}},
      {"root key", "coffre-root-key ed25519 " + hex, {false, false, true}},
      {"locked root key", "coffre-root-key-locked ed25519 argon2id-64m-3 " + locked, {false, false, true}},
      {"in a comment, after other bytes",
       std::string("\0\xff# coffre-identity\tx25519  full ", 33) + hex + "\n",
       {true, false, false}},
      {"in capitals, which a reader would refuse",
       "coffre-identity x25519 full " + std::string(64, 'A'),
       {true, false, false}},
      {"both",
       "coffre-identity x25519 meta " + hex + "\ncoffre-identity x25519 full " + hex + "\n",
       {true, true, false}},
      {"documentation", "coffre-identity x25519 full|meta <64 hex>", {}},
      {"cut short", "coffre-identity x25519 full " + hex.substr(1), {}},
      {"on the next line", "coffre-identity x25519 full\n" + hex, {}},
      {"recipient", "coffre-recipient x25519 full " + hex, {}},
      {"signing key", "coffre-signing-key ed25519 " + hex, {}},
      {"root, public", "coffre-root ed25519 " + hex, {}},
      {"only the word", "coffre-identity", {}},
  }));
  INFO(row.name);
  const OfflineSecrets found = find_offline_secrets(as_bytes(row.content));
  CHECK(found.full_identity == row.found.full_identity);
  CHECK(found.meta_identity == row.found.meta_identity);
  CHECK(found.root_key == row.found.root_key);
}

TEST_CASE("whatever write_key_file writes is found") {
  KeyFile file;
  file.identities.push_back(op_identity());
  file.locked_root_key = LockedSecret{};
  const SecretString text = write_key_file(file, "offline");
  CHECK(find_offline_secrets(as_bytes(text.reveal_text())) == OfflineSecrets{true, false, true});
}
