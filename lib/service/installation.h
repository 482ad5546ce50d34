// What every use case is given: one installation, composed once per program (cli/compose.h). Nothing here is created by
// a use case.
//
// Threads: workers share one Installation. `catalog`, `local`, `cloud`, `drivers`, `clock` and `random` are safe for
// that; everything else is read only once composed.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "catalog/database.h"
#include "config/settings.h"
#include "drivers/driver.h"
#include "model/device_limits.h"
#include "model/expiry_stop.h"
#include "model/inventory.h"
#include "model/proof.h"
#include "model/retention_policy.h"
#include "model/scrub_policy.h"
#include "replicas/local_volume.h"
#include "replicas/replica.h"
#include "service/backup/plan.h"
#include "vault/keys.h"
#include "vault/signed_list.h"

namespace coffre {

struct RunPolicy {
  ProofLevel required_proof = kDefaultRequiredProof;
  Seconds read_back_max_age = kReadBackMaxAge;
  RetentionPolicy retention{};                        // also says until when the second place is asked to lock
  std::chrono::days announce{14};                     // between announcing an expiry and executing it
  unsigned max_expired_percent = kDefaultMaxPercent;  // of a place's backups, at once
  ScrubPolicy scrub{};
  std::size_t workers = 64;
  std::size_t per_site = 8;
  Seconds lease = std::chrono::minutes{30};
  DeviceLimits limits{};                          // towards devices
  std::vector<AllowedException> exceptions = {};  // rules set aside, dated; whether they still hold: device_access.h
};

// Public: who reads, whose signature counts, and the root that says so.
struct TrustLists {
  PublicKey root{};
  RecipientsList recipients;
  SignersList signers;
  std::string recipients_text{};  // as they were read: what lies in the replicas
  std::string signers_text{};
};

// Secret: what the machine that takes backups holds (security-design.md section 2). It can seal and sign, and read
// metadata; it cannot read a backup.
struct ServerKeys {
  SigningKey signing;
  Identity catalog;  // scope META
  SecretBytes kek;
  SecretBytes dedup;
};

// Names of the two replicas in evidence, messages and ProofContext.
inline constexpr std::string_view kLocalReplica = "local";
inline constexpr std::string_view kCloudReplica = "cloud";

struct Installation {
  std::string id;       // 32 hex digits; device_id of our own objects, content of _coffre/INSTALLATION
  std::string account;  // who: for the journal
  std::string build;    // "coffre 0.1.0": in manifests and key proofs
  RunPolicy policy;
  const Clock& clock;
  Random& random;
  Inventory inventory;
  Zones zones;
  Database catalog;
  std::unique_ptr<DriverRegistry> drivers;
  TrustLists trust;
  // The following are null when the program was composed without them (cli/compose.h): commands that only look need
  // neither a mounted volume nor a secret.
  std::unique_ptr<LocalVolume> local = nullptr;
  std::unique_ptr<Replica> cloud = nullptr;
  std::unique_ptr<ServerKeys> keys = nullptr;
};

}  // namespace coffre
