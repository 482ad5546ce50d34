// Steps 1-3, 5 and 6 on any bytes: as they come (first byte even), and with the header signature made again so that
// the layers behind it are reached (odd). Whatever decodes must encode to the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "support/vault_samples.h"
#include "vault/header_region.h"

using namespace coffre;
using namespace coffre::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SigningKey key = daemon_key();
  static const SignerList signers = trusting(key);
  static const auto identities = only(op_identity());
  if (size == 0) return 0;
  const bool sign = data[0] % 2 == 1;
  Bytes bytes(data + 1, data + size);
  try {
    const FixedHeader header = decode_fixed_header(bytes);
    if (!equal(encode(header), ByteView(bytes).first(kFixedHeaderSize))) abort();
    const HeaderLayout layout = layout_of(header);
    if (layout.payload > kMaxHeaderRegion) abort();
    if (sign && bytes.size() >= layout.payload) {
      std::ranges::copy(key.id(), bytes.begin() + 96);
      const Digest hash = sha256(ByteView(bytes).first(layout.signature));
      std::ranges::copy(key.sign(SignatureUse::header, hash),
                        bytes.begin() + static_cast<std::ptrdiff_t>(layout.signature));
    }
    (void)read_header_region(bytes, signers, identities);
  } catch (const Error& error) {
    if (error.category().empty()) abort();  // every refusal has one
  }
  return 0;
}
