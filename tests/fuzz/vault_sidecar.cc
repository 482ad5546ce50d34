// A sidecar beside test vector A: as it comes, and with file id, digest and MAC made right.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "support/vault_samples.h"
#include "vault/key_derivation.h"
#include "vault/open.h"
#include "vault/sidecar.h"

using namespace coffre;
using namespace coffre::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void make_right(Bytes& sidecar, const Bytes& file) {
  if (sidecar.size() < 60 + 32) return;
  std::ranges::copy(ByteView(file).subspan(16, 16), sidecar.begin() + 12);
  std::ranges::copy(ByteView(file).subspan(file.size() - 104, 32), sidecar.begin() + 28);
  const SecretBytes key = derive_key(secret_run(0), "rewrap");
  crypto_auth(sidecar.data() + sidecar.size() - 32, sidecar.data(), sidecar.size() - 32, key.reveal_bytes().data());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Bytes file = sealed_sample(sample_data(13));
  static const SignerList signers = trusting(daemon_key());
  static const auto identities = only(foreign_identity());  // no recipient of the file itself
  if (size == 0) return 0;
  Bytes sidecar(data + 1, data + size);
  if (data[0] % 2 == 1) make_right(sidecar, file);
  OpenRequest request;
  request.signers = &signers;
  request.identities = identities;
  request.sidecars.push_back(sidecar);
  const MemoryReader reader(file);
  try {
    Opened opened = open_bak(reader, request);
    if (opened.scope() != Scope::full) return 0;
    opened.check_payload();
    if (read_all(*opened.data()) != sample_data(13)) abort();
  } catch (const Error& error) {
    if (error.category().empty()) abort();
  }
  return 0;
}
