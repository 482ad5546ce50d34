// HKDF-Expand (RFC 5869) with SHA-512, and the keys that a file key expands to. No extract step: every input key is 32
// random or derived bytes. Threads: pure functions. Errors: Error(internal) for a key that has not 32 bytes.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"

namespace coffre {

// `info` is the concatenation of its pieces; `size` <= 16320.
SecretBytes hkdf_expand(const SecretBytes& key, std::initializer_list<ByteView> info, std::size_t size);

// Expand(file_key, "VBK1 " || purpose || " key", 32); purpose: "metadata", "payload", "trailer", "rewrap".
SecretBytes derive_key(const SecretBytes& file_key, std::string_view purpose);

}  // namespace coffre
