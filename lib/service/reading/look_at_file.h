// What one sealed file says, as far as the keys at hand reach: behind `show` and `verify` of a bare file, and the
// middle of both for a backup of the catalog. Records nothing.
//
// Without an identity: steps 1-4 over all bytes, the signatures where a signer is trusted. With a META identity also
// the metadata. With a FULL one everything: every chunk, every part against the manifest, and what the driver
// understands (service/places/read_back.h). Errors: the categories of the format; damaged. Threads: as the reader.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bundle/manifest.h"
#include "service/keys/key_ring.h"
#include "vault/open.h"

namespace coffre {

struct FileView {
  std::uint64_t size = 0;
  FixedHeader header{};
  std::vector<Stanza> stanzas{};
  Digest digest{};                           // as the file names it, and equal to its bytes
  bool origin_checked = false;               // a trusted signer vouches for all bytes
  std::optional<TrustSource> trust{};        // on what the trust in that signer rests; nullopt: not checked
  std::optional<MetadataRecord> metadata{};  // with any identity
  std::optional<KeyId> opened_with{};
  std::optional<Manifest> manifest{};  // with a FULL identity
  bool understood = false;
  std::string understood_by{};
  std::vector<std::string> problems{};  // why not understood
};

FileView look_at_file(const RandomReader& file, const KeyRing& ring, const std::vector<Bytes>& sidecars,
                      const Expected& expected, const DriverRegistry& drivers);

// A file by its path, outside any installation. When its name is one of the convention, the file inside must bear it:
// a file of one device under the name of another is refused (E_EXPECT). Any other name expects nothing.
struct BareFile {
  std::filesystem::path path;
  std::unique_ptr<RandomReader> content;  // one descriptor for all passes
  Expected expected{};
};
// Error(not_found), Error(io).
BareFile open_bare_file(const std::filesystem::path& path);

// Contents of `--sidecar` files, in the order given. Error(not_found), Error(io), refusal(E_SIDECAR) for one that is
// too large to be a sidecar.
std::vector<Bytes> read_sidecars(const std::vector<std::filesystem::path>& paths);

}  // namespace coffre
