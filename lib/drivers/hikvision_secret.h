// The encoding of "sensitive values" in Hikvision ISAPI (vendor-apis.md chapter 3; confidence C4, see
// NOTES/hikvision.md): what the encrypted export wants as its secret key.
//
// Pure, thread-safe. Errors: Error(unsupported) for parameters that the device cannot have meant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"

namespace coffre {

struct HikvisionSalting {
  std::string salt;              // as the device gives it
  std::uint32_t iterations = 0;  // keyIterateNum
  bool irreversible = false;     // isIrreversible
};

// AES-128 key from the *login* account.
SecretBytes hikvision_key(std::string_view user, const SecretString& login_password, const HikvisionSalting& salting);
// Lower-case hex of the encrypted secret; `iv` is 16 bytes and sent beside it.
std::string hikvision_encrypt(const SecretBytes& key, const SecretString& secret, ByteView iv);

}  // namespace coffre
