// Where a device's next file stands in its sequence (schemas/bak-format.md, device_seq and prev_digest).
//
// Called under the device's lock. What counts is the newest *published* file of the local volume, also below the names
// that the device had before; the catalog is a hint, and the greater of both wins. When the local folder is empty while
// the catalog knows nothing either (new or emptied volume, first backup), and for each device's first backup after the
// catalog was made anew, the cloud is read too, and must answer: otherwise two files could get the same number. Files
// that the catalog does not know are recorded on the way; one that only the local volume lost is put on record as a
// missing or damaged copy. Only files with a valid header signature and this device's id count.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "service/installation.h"

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

}  // namespace coffre
