// Signed lists: as they come, and with the root's signature made by the target, so that what lies behind it is
// reached. The first byte chooses the type (bit 0) and who signs (bit 1).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "support/vault_samples.h"
#include "vault/signed_list.h"

using namespace coffre;
using namespace coffre::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const RootKey root{daemon_key()};
  if (size == 0) return 0;
  const bool recipients = (data[0] & 1U) != 0;
  std::string text(as_text(ByteView(data + 1, size - 1)));
  if ((data[0] & 2U) != 0) {
    const SignatureUse use = recipients ? SignatureUse::recipients_list : SignatureUse::signers_list;
    const Signature signature = root.key.sign(use, sha256(as_bytes(text)));
    text += "coffre-list-signature ed25519 " + to_hex(ByteView(signature)) + "\n";
  }
  try {
    if (recipients) {
      const auto list = read_recipients_list(text, root.key.public_key(), 0, "input");
      (void)read_recipients_list(write_list(list, root), root.key.public_key(), list.epoch, "again");
    } else {
      const auto list = read_signers_list(text, root.key.public_key(), 0, "input");
      (void)read_signers_list(write_list(list, root), root.key.public_key(), list.epoch, "again");
    }
  } catch (const Error& error) {
    if (error.category() != "E_LIST") abort();
  }
  return 0;
}
