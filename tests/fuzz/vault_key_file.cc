// Key files: what parses is written, and parses again to the same text. An error quotes nothing of the input, and
// whatever holds an identity is found by the search for offline secrets.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "vault/key_files.h"
#include "vault/offline_secrets.h"

using namespace coffre;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const OfflineSecrets found = find_offline_secrets(bytes);
  try {
    const KeyFile file = parse_key_file(as_text(bytes), "input");
    const SecretString once = write_key_file(file, "fuzz");
    if (!write_key_file(parse_key_file(once.reveal_text(), "again"), "fuzz").equals(once)) abort();
    const bool has_root = file.root_key || file.locked_root_key;
    if (has_root && !found.root_key) abort();
    const bool has_identity = !file.identities.empty() || !file.locked_identities.empty();
    if (has_identity && !found.full_identity && !found.meta_identity) abort();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::no_key) abort();
  }
  return 0;
}
