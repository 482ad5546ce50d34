// One stored .bak as its beginning and its end say, without reading it whole: for whoever counts a device's files or
// makes a catalog anew. Only files with a valid header signature count.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "service/installation.h"
#include "vault/metadata_record.h"

namespace coffre {

// What the beginning and the end of one stored file say, checked as far as that goes (two reads).
struct StoredFile {
  std::string path;
  std::string device_id;  // hex
  std::uint64_t sequence = 0;
  Digest prev_digest{};
  Digest digest{};
  Kind kind = Kind::hebdo;
  Instant created_at;
  std::string file_id;  // hex
  std::uint64_t file_size = 0;
  std::vector<std::string> full_recipients;  // hex rids
  MetadataRecord metadata;
  bool by_revoked_signer = false;  // whoever holds that key may have made it: only what the catalog knew counts
};

// Throws Error with the category of the format when the file is not one of ours. `identities`: the catalog key, or any
// other that reads the metadata.
StoredFile read_stored_file(const RandomReader& file, std::string_view path, const SignerList& signers,
                            std::span<const Identity> identities);

// One object of a place, those of revoked signers included, whichever of the contents under its path is ours; nullopt
// when there is none. Errors: as read_stored_file for an object of which no content is ours.
std::optional<StoredFile> read_stored_object(const Installation& at, Replica& replica, const std::string& path);

// Every readable .bak below a folder of a replica ("CLIENT/SITE/TYPE_NAME"), suspects and those of revoked signers
// included; files that are not ours are skipped and named in `skipped`.
std::vector<StoredFile> stored_files(const Installation& at, Replica& replica, std::string_view folder,
                                     std::vector<std::string>& skipped);

}  // namespace coffre
