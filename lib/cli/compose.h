// The one place where a program is put together: configuration file -> Installation (service/installation.h). Which
// stores stand behind the two places is service/places/places.h's, which `init` asks too.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/sleeper.h"
#include "base/translate.h"
#include "config/inventory_loader.h"
#include "config/settings.h"
#include "model/zone.h"
#include "service/installation.h"
#include "service/keys/trust_record.h"
#include "service/places/places.h"

namespace coffre::cli {

// How much of the installation a command needs. Each level includes those before it.
enum class Needs {
  records,      // settings, inventory, drivers, database: what must be seen while the lists of keys are refused
  view,         // and the trust lists; when they do not verify that is only warned of, and `trust` is empty
  catalog,      // and they verify: works with the volume away and no secret at hand
  replicas,     // both places, opened and checked to be ours
  server_keys,  // the secrets of the machine that takes backups; also: process hardened, and no identity lying around
};

// Owns what Installation refers to.
struct Composition {
  Settings settings;
  InventoryResult inventory_files;       // where each device stands, for commands that edit
  std::vector<Finding> driver_findings;  // definitions that were left out, and why
  SystemClock clock;
  SystemRandom random;
  SystemSleeper sleeper;
  std::map<std::string, std::unique_ptr<Zone>> zones;
  std::unique_ptr<Installation> at;
};

// --config, else $COFFRE_CONFIG, else ./coffre.yaml, else /etc/coffre/coffre.yaml; the first that is given or exists.
std::filesystem::path config_path(const std::string& option);

// Whether one is there, or cannot be looked at (then load_configuration says why).
bool has_configuration(const std::string& option);

// The settings of that configuration. Error(usage): with file:line:column, or how to name one when there is none.
Settings load_configuration(const std::string& config_option);
// How a person names the configuration that was not found.
std::string configuration_hint();

// Throws Error: usage (configuration, with file:line:column), rule, no_key, io, damaged, as the parts say.
std::unique_ptr<Composition> compose(const std::string& config_option, Needs needs);

// The pieces, for commands that must go on when one of them fails (check, init). The places: service/places/places.h.
// The lists as they lie there, refused when they are older than what was seen, or of another root
// (service/keys/trust_record.h). {}: nothing was seen, as for a catalog that is about to be made.
TrustLists load_trust(const Settings& settings, const SeenTrust& seen);
// The same with what this catalog has seen; a refusal opens its anomaly.
TrustLists load_trust_on_record(const Settings& settings, Database& catalog, const Clock& clock);
// The two lists as they stand in their files, not checked. Error(no_key) when one is not there.
struct SignedLists {
  std::string recipients;
  std::string signers;
};
SignedLists read_signed_lists(const Settings& settings);
std::unique_ptr<ServerKeys> load_server_keys(const Settings& settings);
// For service/places/places.h: the bucket's key out of the catalog, which needs the KEK of this machine. It is read
// only when it is asked for, into a process that can no longer leak it. Holds as long as `made`.
StoreAccess store_access(Composition& made);
// Whether another account can read that secret file; false when it is not there. systemd's own copies give the service
// its access through the group bits: there only the bits of others count.
bool others_can_read(const std::filesystem::path& key_file);

// "0.1.0", and "coffre 0.1.0" as it stands in manifests and key proofs.
const char* version();
std::string build_name();

// `language:` of that configuration file; nullopt when it cannot be read or says nothing. For cli::Program::language.
std::optional<Language> configured_language(const std::string& config_option) noexcept;

}  // namespace coffre::cli
