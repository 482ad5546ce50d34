// A whole file. The first byte chooses: 0 as it comes; 1 header signature, digest and file signature made again by the
// daemon's key; 2 any_signer with the digest made again. Nothing may be released that was not sealed: whatever opens
// must be sealed data of the right length, and no category may be missing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "support/vault_samples.h"
#include "vault/header_region.h"
#include "vault/open.h"

using namespace coffre;
using namespace coffre::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

// Signs what can be signed; a file too short for that stays as it is.
void sign(Bytes& file, const SigningKey& key) {
  try {
    const std::size_t payload = load_header_region(MemoryReader(file)).bytes.size();
    if (file.size() < payload + kMinAfterHeader) return;
    sign_all_again(file, payload, key);
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SigningKey key = daemon_key();
  static const SignerList signers = trusting(key);
  static const auto identities = only(op_identity());
  if (size == 0) return 0;
  Bytes file(data + 1, data + size);
  if (data[0] % 3 != 0) sign(file, key);
  OpenRequest request;
  request.signers = &signers;
  request.origin = data[0] % 3 == 2 ? OriginCheck::any_signer : OriginCheck::required;
  request.identities = identities;
  const MemoryReader reader(file);
  try {
    Opened opened = open_bak(reader, request);
    opened.check_payload();
    const Bytes content = read_all(*opened.data());
    if (content.size() != opened.data_len()) abort();
  } catch (const Error& error) {
    if (error.category().empty()) abort();
  }
  return 0;
}
