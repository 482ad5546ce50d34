// Device -> bundle -> seal -> unnamed file on the local volume, as one stream (design.md section 5).
//
// Nothing has a name yet when this returns: dropping the result is as if it had never been. Configuration in clear
// exists only in the pipe's buffers. What the device answers may be implausible: then what was received is sealed all
// the same, with `doubts`, so that it can be looked at and lies apart as suspect.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/secret.h"
#include "drivers/driver.h"
#include "model/backup_name.h"
#include "model/plausibility.h"
#include "replicas/local_volume.h"
#include "service/backup/sequence.h"
#include "service/installation.h"
#include "vault/seal.h"

namespace coffre {

struct CollectionOrder {
  const Device& device;
  std::string device_id;  // hex
  BackupName name;
  SequencePosition position;
  Instant started;
  std::string ticket;
  std::string operator_id;
  std::optional<Expectation> expectation;
};

struct SealedCollection {
  std::unique_ptr<NewFile> file;  // written, not synced
  Sealed sealed;
  SecretBytes file_key;     // until the read-back has ended
  DeviceIdentity identity;  // what the device says it is, after collecting
  std::uint64_t restore_bytes = 0;
  PartSizes restore_parts;
  std::vector<DoubtReason> doubts;
  std::vector<std::string> full_recipients;  // hex rids
};

// Error(implausible) when the device gave nothing at all that could be kept; everything else as drivers/driver.h,
// vault/seal.h and replicas/local_volume.h say.
SealedCollection collect_and_seal(Installation& at, DeviceSession& session, const Driver& driver,
                                  const CollectionOrder& order);

}  // namespace coffre
