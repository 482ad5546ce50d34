#include "vault/signed_list.h"

#include <catch2/catch.hpp>
#include <string>

#include "base/error.h"
#include "support/vault_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

RootKey root_key() {
  return {SigningKey::from_seed(secret_run(0x90))};
}
PublicKey root() {
  return root_key().key.public_key();
}

RecipientsList recipients() {
  return {7,
          {{Scope::full, op_identity().public_key(), "op"},
           {Scope::full, recovery_identity().public_key(), "recovery"},
           {Scope::meta, catalog_identity().public_key(), "catalog"}}};
}

std::string refusal_of(const std::string& text, std::uint32_t oldest = 0) {
  try {
    (void)read_recipients_list(text, root(), oldest, "RECIPIENTS_7.list");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::rule);
    CHECK(error.category() == "E_LIST");
    CHECK_THAT(error.subject(), Catch::StartsWith("RECIPIENTS_7.list"));  // and the line, where there is one
    return error.reason();
  }
  return "";
}

// A list with this body, signed rightly.
std::string signed_text(const std::string& body, SignatureUse use = SignatureUse::recipients_list) {
  const Signature signature = root_key().key.sign(use, sha256(as_bytes(body)));
  return body + "coffre-list-signature ed25519 " + to_hex(ByteView(signature)) + "\n";
}

}  // namespace

TEST_CASE("a recipients list is written, signed and read back") {
  const std::string text = write_list(recipients(), root_key());
  CHECK(
      text.starts_with("coffre-list recipients\nepoch 7\ncoffre-recipient x25519 full "
                       "07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c role op\n"));
  const RecipientsList again = read_recipients_list(text, root(), 7, "x");
  CHECK(again.epoch == 7);
  CHECK(again.recipients == recipients().recipients);
}

TEST_CASE("a signers list is written, signed and read back") {
  SignersList list{3, trusting(daemon_key())};
  REQUIRE(list.signers.add({stranger_key().public_key(), from_unix(0), from_unix(100), from_unix(50)}));
  const SignersList again = read_signers_list(write_list(list, root_key()), root(), 0, "x");
  CHECK(again.epoch == 3);
  CHECK(again.signers.all() == list.signers.all());
}

TEST_CASE("row 13: a list of another root, or with any byte changed, cut or added, is refused") {
  const std::string text = write_list(recipients(), root_key());
  CHECK(refusal_of(text).empty());
  CHECK(refusal_of(write_list(recipients(), {stranger_key()})) == "the signature is not that of our root key");
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_FALSE(refusal_of(changed).empty());
    CHECK_FALSE(refusal_of(text.substr(0, at)).empty());
  }
  CHECK_FALSE(refusal_of(text + "\n").empty());
  CHECK_FALSE(refusal_of(text + text).empty());
  CHECK_FALSE(refusal_of("").empty());
  CHECK_FALSE(refusal_of("\n").empty());
}

TEST_CASE("row 13: an older epoch than one seen before is refused") {
  const std::string text = write_list(recipients(), root_key());
  CHECK(refusal_of(text, 7).empty());
  CHECK(refusal_of(text, 8) == "it is older than a list that was seen before");
}

TEST_CASE("one type of list is never taken for the other") {
  const std::string signers = write_list(SignersList{1, trusting(daemon_key())}, root_key());
  CHECK(refusal_of(signers) == "the signature is not that of our root key");
  CHECK_THROWS_AS(read_signers_list(write_list(recipients(), root_key()), root(), 0, "x"), Error);
}

TEST_CASE("what the root signed must still be a list") {
  const std::string recipient = "coffre-recipient x25519 full " + to_hex(ByteView(op_identity().public_key())) + "\n";
  const std::string meta = "coffre-recipient x25519 meta " + to_hex(ByteView(catalog_identity().public_key())) + "\n";
  const std::string start = "coffre-list recipients\nepoch 1\n";
  CHECK(refusal_of(signed_text("# comment\n" + start + recipient)).empty());
  CHECK_FALSE(refusal_of(signed_text(start)).empty());
  CHECK_FALSE(refusal_of(signed_text(start + meta)).empty());
  CHECK_FALSE(refusal_of(signed_text(start + recipient + recipient)).empty());
  CHECK_FALSE(refusal_of(signed_text(start + recipient + "epoch 2\n")).empty());
  CHECK_FALSE(refusal_of(signed_text("coffre-list signers\nepoch 1\n" + recipient)).empty());
  CHECK_FALSE(refusal_of(signed_text("coffre-list recipients\nepoch 0\n" + recipient)).empty());
  CHECK_FALSE(refusal_of(signed_text("coffre-list recipients\nepoch 01\n" + recipient)).empty());
  CHECK_FALSE(refusal_of(signed_text("coffre-list recipients\nepoch 4294967296\n" + recipient)).empty());
  CHECK_FALSE(refusal_of(signed_text("epoch 1\ncoffre-list recipients\n" + recipient)).empty());
  CHECK_FALSE(refusal_of(signed_text(recipient)).empty());
}

TEST_CASE("a list that could not be read back is not written") {
  CHECK_THROWS_AS(write_list(RecipientsList{1, {}}, root_key()), Error);
  CHECK_THROWS_AS(write_list(RecipientsList{0, recipients().recipients}, root_key()), Error);
  CHECK_THROWS_AS(write_list(SignersList{1, {}}, root_key()), Error);
}

TEST_CASE("lists are named by type and epoch") {
  CHECK(list_name(ListType::recipients, 7) == "RECIPIENTS_7.list");
  CHECK(list_name(ListType::signers, 12) == "SIGNERS_12.list");
  CHECK(list_epoch(ListType::signers, "SIGNERS_12.list") == 12U);
  for (const char* const other : {"SIGNERS_012.list", "SIGNERS_.list", "SIGNERS_0.list", "RECIPIENTS_1.list",
                                  "SIGNERS_1.lis", "SIGNERS_1", "SIGNERS_4294967296.list"}) {
    CHECK_FALSE(list_epoch(ListType::signers, other).has_value());
  }
}

TEST_CASE("a device's own recipients follow the list's, each key once, 16 at most") {
  const Recipient own = Identity::generate(Scope::full).recipient();
  Recipient narrowed = recipients().recipients[0];
  narrowed.scope = Scope::meta;
  const auto all = with_own_recipients(recipients(), {own, narrowed});
  REQUIRE(all.size() == 4);
  CHECK(all[0] == recipients().recipients[0]);
  CHECK(all[3] == own);
  std::vector<Recipient> many;
  for (int i = 0; i < 14; ++i) many.push_back(Identity::generate(Scope::full).recipient());
  CHECK_THROWS_AS(with_own_recipients(recipients(), many), Error);
}

TEST_CASE("a text says which list it claims to be") {
  CHECK(claimed_list_type(write_list(recipients(), root_key())) == ListType::recipients);
  CHECK(claimed_list_type("# note\n\ncoffre-list signers\nepoch 1\n") == ListType::signers);
  CHECK_FALSE(claimed_list_type("coffre-list keys\n").has_value());
  CHECK_FALSE(claimed_list_type("coffre-root ed25519 00\ncoffre-list signers\n").has_value());
  CHECK_FALSE(claimed_list_type("").has_value());
}
