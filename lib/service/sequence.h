// Where a device's next file stands in its sequence (schemas/bak-format.md, device_seq and prev_digest).
//
// Called under the device's lock. What counts is the newest *published* file of the local volume, also below the names
// that the device had before; the catalog is a
// hint, and the greater of both wins. When the local folder is empty while the catalog knows nothing either (new or
// emptied volume, first backup), and for each device's first backup after the catalog was made anew, the cloud is read
// too, and must answer: otherwise two files could get the same number. Files that the catalog does not know are
// recorded on the way. Only files with a valid header signature and this device's id count.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "service/installation.h"
#include "vault/metadata_record.h"

namespace coffre {

struct SequencePosition {
  std::uint64_t sequence = 1;
  Digest prev_digest{};  // zero exactly when sequence is 1
  // What is not in order with the local volume's files before it (model/sequence_check.h), compared with what the
  // catalog knows too. It does not stop the backup: the anomaly TROU_DE_SEQUENCE is the caller's.
  std::vector<std::string> findings{};
};

SequencePosition next_position(Installation& at, const DeviceKey& device, std::string_view device_id);

// Findings open the anomaly TROU_DE_SEQUENCE of the device; none close it: every number is there again.
void settle_sequence(Installation& at, const DeviceKey& device, const std::vector<std::string>& findings);

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

// Every readable .bak below a folder of a replica ("CLIENT/SITE/TYPE_NAME"), suspects and those of revoked signers
// included; files that are not ours are skipped and named in `skipped`.
std::vector<StoredFile> stored_files(const Installation& at, Replica& replica, std::string_view folder,
                                     std::vector<std::string>& skipped);

}  // namespace coffre
