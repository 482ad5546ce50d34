// A new installation: keys, lists, configuration, catalog, two claimed places (security-design.md section 2).
//
// What must never be on the machine that takes backups (root, and the three identities) is written to `offline` only;
// everything else goes to `directory`. A sample is sealed and opened with each new identity as it was read back from
// its file: the first key proof. coffre.yaml is written last, and its presence is what makes an installation: after a
// crash, or an Error, the folders are not an installation and may be removed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "config/template_writer.h"

namespace coffre {

struct InitRequest {
  std::filesystem::path directory;  // made if missing; must not hold a coffre.yaml
  std::filesystem::path
      offline;              // made if missing; must be empty, and lie neither under `directory` nor under a replica
  TemplateChoices choices;  // with absolute paths of both replicas, whose folders must exist
  // Locks the offline keys. nullopt: unlocked, said aloud (the demo; or an encrypted stick, by choice).
  std::optional<SecretString> passphrase;
  std::string account;
  std::string build;
};

struct OfflineKey {
  std::string role;            // "op", "drill", "recovery"
  std::filesystem::path file;  // where its identity lies
  std::string recipient_id;    // hex rid: on the printed sheet, to tell keys apart
};

// What the printed sheet and the closing words of `init` show. Paths and public facts only: the sheet's secret line is
// read from the recovery key's file by whoever prints it.
struct InitResult {
  std::string installation_id;
  std::filesystem::path config_file;
  std::vector<OfflineKey> offline_keys;
  bool locked = true;
};

// Whether all but the passphrase is in order: to be asked before a person has to think of one. Writes nothing. Errors
// as init_installation.
void check_init(const InitRequest& request);

// Errors: conflict (an installation is there already; the offline folder is not empty), rule (offline under directory
// or a place; local volume not encrypted; a place that belongs to an installation, category FOREIGN_INSTALLATION: then
// nothing was written anywhere), usage (bad passphrase), io, no_space.
InitResult init_installation(const InitRequest& request, const Clock& clock, Random& random);

// Passphrases shorter than this are refused.
inline constexpr std::size_t kShortestPassphrase = 12;

}  // namespace coffre
