#include "vault/key_files.h"

#include <catch2/catch.hpp>
#include <string>

#include "base/error.h"
#include "support/vault_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

const std::string kOpSecret = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";
const std::string kOpPublic = "07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c";
const std::string kSeed = "1112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30";
const std::string kSigner = "ed54a59fb1ac3a51239351362941b868e85a60e3d7b2485d828821dc7a69c279";
const std::string kLocked(128, 'a');

// "PLACE: why" of the refusal; "" when the text is a key file.
std::string refusal_of(const std::string& text) {
  try {
    (void)parse_key_file(text, "op.key");
  } catch (const Error& error) {
    CHECK(exit_code(error.code()) == 6);
    CHECK_FALSE(error.hint().empty());
    // No error gives away a part of a key.
    CHECK(std::string(error.what()).find("0102030405") == std::string::npos);
    return error.subject() + ": " + error.reason();
  }
  return "";
}

}  // namespace

TEST_CASE("a key file as a person types it is read") {
  const KeyFile file = parse_key_file(
      "# restore key, safe 2\n"
      "coffre-root ed25519 " +
          kSigner +
          "\n"
          "coffre-signer ed25519 " +
          kSigner +
          " from 2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z # server\n"
          "\n"
          "coffre-recipient x25519 full " +
          kOpPublic +
          " role op\r\n"
          "  coffre-identity   x25519\tfull  " +
          kOpSecret,
      "op.key");
  REQUIRE(file.identities.size() == 1);
  CHECK(file.identities[0].scope() == Scope::full);
  CHECK(to_hex(ByteView(file.identities[0].public_key())) == kOpPublic);
  REQUIRE(file.recipients.size() == 1);
  CHECK(file.recipients[0].role == "op");
  REQUIRE(file.root.has_value());
  REQUIRE(file.signers.all().size() == 1);
  CHECK(file.signers.all()[0].to == from_rfc3339("2027-01-01T00:00:00Z"));
  CHECK_FALSE(file.signers.all()[0].revoked.has_value());
  CHECK_FALSE(file.signing_key.has_value());
  CHECK(file.kek.empty());
}

TEST_CASE("what is written is read back, every kind of key") {
  KeyFile file;
  file.identities.push_back(op_identity());
  file.identities.push_back(catalog_identity());
  file.locked_identities.push_back({Scope::full, {}});
  file.recipients.push_back({Scope::full, op_identity().public_key(), "op"});
  file.signing_key = daemon_key();
  file.root_key = RootKey{stranger_key()};
  file.root = stranger_key().public_key();
  file.locked_root_key = LockedSecret{};
  REQUIRE(file.signers.add({daemon_key().public_key(), from_unix(0), from_unix(10), from_unix(5)}));
  file.kek = secret_run(0x70);
  file.dedup = secret_run(0x71);
  const SecretString text = write_key_file(file, "first line\nsecond\x1b line");
  CHECK(text.reveal_text().starts_with("# first line\n# second\\x1b line\n"));
  CHECK(text.reveal_text().ends_with("\n"));

  const KeyFile again = parse_key_file(text.reveal_text(), "again");
  REQUIRE(again.identities.size() == 2);
  CHECK(again.identities[1].scope() == Scope::meta);
  CHECK(again.identities[0].secret().equals(op_identity().secret()));
  CHECK(again.recipients.size() == 2);  // the one that was missing is written too
  CHECK(again.locked_identities.size() == 1);
  CHECK(again.signing_key->public_key() == daemon_key().public_key());
  CHECK(again.root_key->key.public_key() == stranger_key().public_key());
  CHECK(again.locked_root_key.has_value());
  CHECK(again.signers.all() == file.signers.all());
  CHECK(again.kek.equals(file.kek));
  CHECK(again.dedup.equals(file.dedup));
  CHECK(write_key_file(again, "first line\nsecond\\x1b line")
            .equals(write_key_file(again, "first line\nsecond\\x1b line")));
}

TEST_CASE("a bad line is refused with its number and that of the word") {
  struct Row {
    const char* name;
    std::string line;
    const char* reason;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"unknown word", "coffre-key x", "op.key:2: word 1: the line does not begin with a known kind of key"},
      {"capitals", "Coffre-identity x25519 full " + kOpSecret,
       "op.key:2: word 1: the line does not begin with a known kind of key"},
      {"bare key", kOpSecret, "op.key:2: word 1: the line does not begin with a known kind of key"},
      {"no key", "coffre-identity x25519 full", "op.key:2: something is missing at the end"},
      {"algorithm", "coffre-identity ed25519 full " + kOpSecret, "op.key:2: word 2: \"x25519\" is expected here"},
      {"scope", "coffre-identity x25519 all " + kOpSecret, "op.key:2: word 3: the scope must be full or meta"},
      {"short", "coffre-identity x25519 full " + kOpSecret.substr(1),
       "op.key:2: word 4: the key has 63 characters instead of 64"},
      {"long", "coffre-identity x25519 full " + kOpSecret + "0",
       "op.key:2: word 4: the key has 65 characters instead of 64"},
      {"no hex", "coffre-identity x25519 full " + kOpSecret.substr(1) + "g",
       "op.key:2: word 4: character 64 of the key is none of 0-9 and a-f"},
      {"letter O", "coffre-identity x25519 full O" + kOpSecret.substr(1),
       "op.key:2: word 4: character 1 of the key is none of 0-9 and a-f"},
      {"words after it", "coffre-identity x25519 full " + kOpSecret + " x",
       "op.key:2: word 5: nothing more is expected here"},
      {"lock", "coffre-identity-locked x25519 full argon2i " + kLocked,
       "op.key:2: word 4: \"argon2id-64m-3\" is expected here"},
      {"lock, short", "coffre-identity-locked x25519 full argon2id-64m-3 aa",
       "op.key:2: word 5: the key has 2 characters instead of 128"},
      {"role", "coffre-recipient x25519 full " + kOpPublic + " role Op",
       "op.key:2: word 6: a role has 1 to 32 characters of a-z, 0-9 and -"},
      {"role missing", "coffre-recipient x25519 full " + kOpPublic + " role",
       "op.key:2: something is missing at the end"},
      {"signer, order", "coffre-signer ed25519 " + kSigner + " to 2026-01-01T00:00:00Z from 2026-01-01T00:00:00Z",
       "op.key:2: word 6: after the key only from, to, revoked may follow, in this order"},
      {"signer, time", "coffre-signer ed25519 " + kSigner + " from 2026-01-01",
       "op.key:2: word 5: after \"from\" comes a time that exists, written like 2026-11-21T03:00:00Z"},
      {"signer, a month that does not exist",
       "coffre-signer ed25519 " + kSigner + " from 2026-01-01T00:00:00Z to 2026-13-01T00:00:00Z",
       "op.key:2: word 7: after \"to\" comes a time that exists, written like 2026-11-21T03:00:00Z"},
      {"signer, no time", "coffre-signer ed25519 " + kSigner + " revoked", "op.key:2: something is missing at the end"},
      {"signer, ends first", "coffre-signer ed25519 " + kSigner + " from 2026-01-02T00:00:00Z to 2026-01-01T00:00:00Z",
       "op.key:2: the validity ends before it begins"},
      {"root key in short", "coffre-root-key ed25519 00", "op.key:2: word 3: the key has 2 characters instead of 64"},
      {"kek", "coffre-kek aes " + kSeed, "op.key:2: word 2: \"xchacha20poly1305\" is expected here"},
  }));
  INFO(row.name);
  CHECK(refusal_of("# comment\n" + row.line + "\n") == row.reason);
}

TEST_CASE("a key that is there twice is refused") {
  for (const std::string& line :
       {"coffre-identity x25519 full " + kOpSecret, "coffre-recipient x25519 full " + kOpPublic,
        "coffre-identity-locked x25519 full argon2id-64m-3 " + kLocked, "coffre-signing-key ed25519 " + kSeed,
        "coffre-root-key ed25519 " + kSeed, "coffre-root-key-locked ed25519 argon2id-64m-3 " + kLocked,
        "coffre-root ed25519 " + kSigner, "coffre-signer ed25519 " + kSigner, "coffre-kek xchacha20poly1305 " + kSeed,
        "coffre-dedup hmac-sha256 " + kSeed}) {
    INFO(line.substr(0, line.find(' ')));
    CHECK(refusal_of(line + "\n").empty());
    CHECK_FALSE(refusal_of(line + "\n" + line + "\n").empty());
  }
}

TEST_CASE("a slip in a typed key is found when its public half stands beside it") {
  std::string slip = kOpSecret;
  slip[10] = slip[10] == 'a' ? 'b' : 'a';
  const std::string recipient = "coffre-recipient x25519 full " + kOpPublic + "\n";
  CHECK(refusal_of(recipient + "coffre-identity x25519 full " + kOpSecret).empty());
  CHECK(refusal_of(recipient + "coffre-identity x25519 full " + slip) ==
        "op.key:2: this identity does not fit any coffre-recipient line of the file");
  CHECK(refusal_of("coffre-root ed25519 " + kSigner + "\ncoffre-root-key ed25519 " + kSeed).empty());
  CHECK(refusal_of("coffre-root ed25519 " + kOpPublic + "\ncoffre-root-key ed25519 " + kSeed) ==
        "op.key:2: this key does not fit the coffre-root line of the file");
}

TEST_CASE("a locked identity and a locked root key open with their passphrase") {
  const SecretString passphrase = SecretString::copy_of("correct horse battery staple");
  KeyFile file;
  file.locked_identities.push_back(lock(op_identity(), passphrase));
  file.locked_root_key = lock(RootKey{daemon_key()}, passphrase);
  const SecretString text = write_key_file(file, "");
  CHECK(text.reveal_text().find(kOpSecret) == std::string::npos);
  const KeyFile again = parse_key_file(text.reveal_text(), "locked");
  CHECK(unlock(again.locked_identities[0], passphrase).public_key() == op_identity().public_key());
  CHECK(unlock_root(*again.locked_root_key, passphrase).key.public_key() == daemon_key().public_key());
  CHECK_THROWS_AS(unlock(again.locked_identities[0], SecretString::copy_of("other")), Error);
  // The scope is part of what was locked.
  LockedIdentity narrowed = again.locked_identities[0];
  narrowed.scope = Scope::meta;
  CHECK_THROWS_AS(unlock(narrowed, passphrase), Error);
}

TEST_CASE("single lines of recipients and signers are read and written") {
  const Recipient recipient = parse_recipient_line("coffre-recipient x25519 meta " + kOpPublic + " role catalog", "x");
  CHECK(to_line(recipient) == "coffre-recipient x25519 meta " + kOpPublic + " role catalog");
  const std::string line =
      "coffre-signer ed25519 " + kSigner + " from 2026-01-01T00:00:00Z revoked 2026-06-01T00:00:00Z";
  CHECK(to_line(parse_signer_line(line, "x")) == line);
  CHECK_THROWS_AS(parse_recipient_line("", "x"), Error);
  CHECK_THROWS_AS(parse_recipient_line(line, "x"), Error);
  CHECK_THROWS_AS(parse_signer_line(line + "\n" + line, "x"), Error);
}

TEST_CASE("a file of signers holds signers and a root line, nothing else") {
  const std::string line = "coffre-signer ed25519 " + kSigner + "\n";
  CHECK(parse_signers_file("# ours\ncoffre-root ed25519 " + kSigner + "\n" + line, "s").all().size() == 1);
  CHECK_THROWS_AS(parse_signers_file(line + "coffre-identity x25519 full " + kOpSecret, "s"), Error);
}

TEST_CASE("a file of signers that names none, or is something else, is no key either") {
  struct Row {
    const char* name;
    std::string text;
    const char* place;
    const char* reason;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"empty", "", "s", "the file names no signer"},
      {"a root line alone", "coffre-root ed25519 " + kSigner + "\n", "s", "the file names no signer"},
      {"a key file", "coffre-identity x25519 full " + kOpSecret, "s:1",
       "word 1: a file of signers has coffre-signer and coffre-root lines only"},
      {"a binary",
       std::string("\x7f"
                   "ELF\0\1",
                   6),
       "s", "the file is not text, so it is no key file"},
  }));
  INFO(row.name);
  try {
    (void)parse_signers_file(row.text, "s");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(exit_code(error.code()) == 6);
    CHECK(error.subject() == row.place);
    CHECK(error.reason() == row.reason);
  }
}

TEST_CASE("a single line has no number, and is the matter of whoever wrote it") {
  try {
    (void)parse_recipient_line("coffre-recipient x25519 all " + kOpPublic, "CLI/SITE/NVR_N");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    CHECK(error.subject() == "CLI/SITE/NVR_N");
    CHECK(error.reason() == "word 3: the scope must be full or meta");
  }
}

TEST_CASE("a huge file, or a binary one, is no key file") {
  CHECK(refusal_of(std::string((1U << 20U) + 1, '\n')) == "op.key: the file is too large to be a key file");
  CHECK(refusal_of(std::string("VBK1\0\0", 6)) == "op.key: the file is not text, so it is no key file");
  CHECK(refusal_of("caf\xe9\n") == "op.key: the file is not text, so it is no key file");
}
