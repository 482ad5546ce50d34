#include "cli/compose.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/log.h"
#include "base/translate.h"
#include "catalog/installation.h"
#include "config/settings_loader.h"
#include "config/yaml_document.h"
#include "drivers/driver_registry.h"
#include "os/account.h"
#include "os/file_error.h"
#include "os/folder.h"
#include "os/process_guard.h"
#include "os/zone_loader.h"
#include "replicas/installation.h"
#include "replicas/unavailable.h"
#include "service/keys/next_signer.h"
#include "service/keys/offline_secrets.h"
#include "service/keys/trust_record.h"
#include "service/places/check_replica.h"
#include "service/places/local_place.h"
#include "service/places/store_credentials.h"
#include "vault/key_files.h"

namespace coffre::cli {
namespace {

constexpr std::size_t kMaxKeyFileBytes = std::size_t{64} * 1024;

// A key file's text, kept in locked memory only as long as it is parsed.
KeyFile read_key_file(const std::filesystem::path& path) {
  const Folder folder = Folder::open(path.parent_path().string());
  auto text = folder.read_small(path.filename().string(), kMaxKeyFileBytes);
  if (!text) {
    throw Error(ErrorCode::no_key, tr("reading a key"), tr("there is no such file"),
                tr("Keys are made by: backupd init DIR --keys-out DIR2"))
        .on(path.string());
  }
  const SecretString secret = SecretString::copy_of(*text);
  wipe(*text);
  return parse_key_file(secret.reveal_text(), path.string());
}

std::string read_list(const std::filesystem::path& path) {
  const Folder folder = Folder::open(path.parent_path().string());
  auto text = folder.read_small(path.filename().string(), kMaxKeyFileBytes);
  if (!text)
    throw Error(ErrorCode::no_key, tr("reading a list of keys"), tr("there is no such file")).on(path.string());
  return *text;
}

// A key that others can read is theirs already; a run that went on would hide it.
void require_private_key(const std::filesystem::path& path) {
  if (!others_can_read(path)) return;
  throw Error(ErrorCode::rule, tr("reading a key"), tr("other accounts can read this key"),
              fmt::format("chmod 600 {}", path.string()))
      .on(path.string());
}

Error lacks(const std::filesystem::path& path, const char* what) {
  return Error(ErrorCode::no_key, tr("reading a key"), fmt::format(fmt::runtime(tr("the file holds no {}")), what))
      .on(path.string());
}

SecretBytes read_kek(const Settings& settings) {
  KeyFile file = read_key_file(settings.keys.kek);
  if (file.kek.empty()) throw lacks(settings.keys.kek, "coffre-kek");
  return std::move(file.kek);
}

// A zone that the system does not know is a mistake in a file like any other: told with its place.
std::unique_ptr<Zone> zone_named_in(const std::vector<std::filesystem::path>& files,
                                    std::initializer_list<std::string_view> keys, const std::string& name) {
  try {
    return load_zone(name);
  } catch (const Error& error) {
    for (const std::filesystem::path& file : files) {
      const Document document = Document::read(file);
      std::optional<YamlValue> value = document.root();
      for (const std::string_view key : keys) {
        if (value) value = value->find(key);
      }
      if (value) throw error_of(error.step(), {value->finding(error.reason() + ". " + error.hint())});
    }
    throw;  // it stands in no file
  }
}

void load_zones(Composition& made) {
  made.zones[""] = zone_named_in({made.settings.file}, {"installation", "zone"}, made.settings.installation.zone);
  std::vector<Finding> none;
  const auto files = inventory_files(made.settings.inventory, none);
  for (const auto& [key, site] : made.inventory_files.inventory->sites) {
    if (made.zones.contains(site.zone)) continue;
    made.zones[site.zone] = zone_named_in(files, {"sites", key, "zone"}, site.zone);
  }
}

RunPolicy policy_of(const Settings& settings) {
  RunPolicy policy;
  policy.required_proof = settings.required_proof;
  policy.read_back_max_age = settings.read_back_max_age;
  policy.retention = settings.retention.policy;
  policy.scrub = settings.scrub;
  policy.announce = settings.retention.announce;
  policy.max_expired_percent = settings.retention.max_percent;
  policy.workers = settings.run.workers;
  policy.per_site = settings.run.per_site;
  policy.limits = settings.run.limits;
  policy.exceptions = settings.exceptions;
  return policy;
}

Database open_catalog(const Settings& settings, const Clock& clock) {
  if (!is_there(settings.installation.catalog)) {
    throw Error(ErrorCode::not_found, tr("opening the catalog"), tr("there is no such file"),
                tr("Make it anew from a place: restore-cli rebuild-catalog --from local, or --from cloud"))
        .on(settings.installation.catalog.string());
  }
  return Database::open(settings.installation.catalog.string(), clock);
}

std::string installation_id_of(const Database& catalog) {
  std::optional<std::string> id;
  catalog.read([&](Session& session) { id = get_fact(session, "installation_id"); });
  if (!id) throw Error(ErrorCode::damaged, tr("opening the catalog"), tr("it does not say whose it is"));
  return *id;
}

TrustLists trust_for(const Settings& settings, Database& catalog, const Clock& clock, Needs needs) {
  if (needs == Needs::records) return {};
  try {
    return load_trust_on_record(settings, catalog, clock);
  } catch (const Error& error) {
    if (needs != Needs::view) throw;
    log(LogLevel::warning, tr("lists of keys"), error.what());
    return {};
  }
}

void add_replicas(Composition& made) {
  try {
    made.at->local = open_local(made.settings);
  } catch (const Error& error) {
    note_local_failure(made.at->catalog, error, made.clock.now());
    throw;
  }
  try {
    made.at->cloud = open_cloud(made.settings, store_access(made));
  } catch (const Error& error) {
    // Backups are made and opened with one place; whoever needs the second one meets this error there.
    const Settings& settings = made.settings;
    made.at->cloud = unavailable_replica({.name = std::string(kCloudReplica),
                                          .location = settings.cloud.location,
                                          .kind = settings.cloud.bucket ? ReplicaKind::bucket : ReplicaKind::directory,
                                          .concerns = {}},
                                         error);
  }
}

void require_private_keys(const KeyFiles& keys) {
  for (const auto& path : {keys.signing, keys.catalog_identity, keys.kek, keys.dedup}) require_private_key(path);
}

// The secrets come last, into a process that can no longer leak them, on a machine that holds no identity.
void add_server_keys(Composition& made) {
  guard_process();
  require_no_identities(made.settings);
  require_private_keys(made.settings.keys);
  take_next_signer(*made.at, made.settings.keys, made.at->trust.signers.signers);
  made.at->keys = load_server_keys(made.settings);
}

}  // namespace

std::filesystem::path config_path(const std::string& option) {
  if (!option.empty()) return std::filesystem::absolute(option);
  if (const char* const named = getenv("COFFRE_CONFIG"); named != nullptr && *named != '\0') {
    return std::filesystem::absolute(named);
  }
  const std::filesystem::path here = std::filesystem::absolute("coffre.yaml");
  return is_there(here) ? here : "/etc/coffre/coffre.yaml";
}

std::string configuration_hint() {
  return tr(
      "Name yours with --config FILE, or in the environment variable COFFRE_CONFIG; make a new installation with: "
      "backupd init DIR --keys-out DIR2");
}

bool has_configuration(const std::string& option) {
  std::error_code ignored;
  return std::filesystem::status(config_path(option), ignored).type() != std::filesystem::file_type::not_found;
}

Settings load_configuration(const std::string& config_option) {
  const std::filesystem::path file = config_path(config_option);
  if (has_configuration(config_option)) return load_settings(file);
  throw Error(ErrorCode::usage, tr("reading the configuration"), tr("there is no such file"), configuration_hint())
      .on(file.string());
}

const char* version() {
  return COFFRE_VERSION;
}

std::string build_name() {
  return std::string("coffre ") + version();
}

std::optional<Language> configured_language(const std::string& config_option) noexcept {
  try {
    const SettingsResult result = read_settings(config_path(config_option));
    return result.settings ? result.settings->installation.language : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;  // the command itself will say what is wrong with the file
  }
}

SignedLists read_signed_lists(const Settings& settings) {
  return {.recipients = read_list(settings.keys.recipients), .signers = read_list(settings.keys.signers)};
}

TrustLists load_trust(const Settings& settings, const SeenTrust& seen) {
  const KeyFile root_file = read_key_file(settings.keys.root);
  if (!root_file.root) throw lacks(settings.keys.root, "coffre-root");
  const SignedLists lists = read_signed_lists(settings);
  return read_trust({.root = *root_file.root,
                     .root_source = settings.keys.root.string(),
                     .recipients = lists.recipients,
                     .recipients_source = settings.keys.recipients.string(),
                     .signers = lists.signers,
                     .signers_source = settings.keys.signers.string()},
                    seen);
}

TrustLists load_trust_on_record(const Settings& settings, Database& catalog, const Clock& clock) {
  return trust_on_record(catalog, current_account().text(), clock.now(),
                         [&](const SeenTrust& seen) { return load_trust(settings, seen); });
}

bool others_can_read(const std::filesystem::path& key_file) {
  struct stat status {};
  if (::stat(key_file.c_str(), &status) != 0) return false;
  const bool given_by_systemd = credentials_directory() == key_file.parent_path();
  const mode_t not_ours = given_by_systemd ? S_IRWXO : S_IRWXG | S_IRWXO;
  return (status.st_mode & not_ours) != 0;
}

std::unique_ptr<ServerKeys> load_server_keys(const Settings& settings) {
  KeyFile signing = read_key_file(settings.keys.signing);
  if (!signing.signing_key) throw lacks(settings.keys.signing, "coffre-signing-key");
  KeyFile catalog = read_key_file(settings.keys.catalog_identity);
  if (catalog.identities.size() != 1 || catalog.identities[0].scope() != Scope::meta) {
    throw lacks(settings.keys.catalog_identity, "coffre-identity x25519 meta");
  }
  KeyFile dedup = read_key_file(settings.keys.dedup);
  if (dedup.dedup.empty()) throw lacks(settings.keys.dedup, "coffre-dedup");
  return std::make_unique<ServerKeys>(ServerKeys{.signing = std::move(*signing.signing_key),
                                                 .catalog = std::move(catalog.identities[0]),
                                                 .kek = read_kek(settings),
                                                 .dedup = std::move(dedup.dedup)});
}

StoreAccess store_access(Composition& made) {
  return {.key =
              [&made](const std::string& name) {
                guard_process();
                require_private_key(made.settings.keys.kek);
                return store_credentials(made.at->catalog, read_kek(made.settings), name);
              },
          .means = {.clock = made.clock, .random = made.random, .sleeper = made.sleeper},
          .conditional_put = measured_conditional_put(made.at->catalog, place_of(made.settings.cloud))};
}

std::unique_ptr<Composition> compose(const std::string& config_option, Needs needs) {
  auto made = std::make_unique<Composition>();
  made->settings = load_configuration(config_option);
  made->inventory_files = read_inventory(made->settings.inventory);
  if (!made->inventory_files.inventory) throw error_of(tr("reading the inventory"), made->inventory_files.errors);
  load_zones(*made);

  Composition& owner = *made;
  Database catalog = open_catalog(made->settings, made->clock);
  std::string id = installation_id_of(catalog);
  TrustLists trust = trust_for(made->settings, catalog, made->clock, needs);
  std::unique_ptr<DriverRegistry> drivers =
      load_drivers(shipped_drivers_directory(), made->settings.own_drivers, made->driver_findings);
  for (const Finding& finding : made->driver_findings) log(LogLevel::error, "drivers", finding.line());
  made->at.reset(new Installation{
      .id = std::move(id),
      .account = current_account().text(),
      .build = build_name(),
      .policy = policy_of(made->settings),
      .clock = made->clock,
      .random = made->random,
      .inventory = *made->inventory_files.inventory,
      .zones = {.installation = made->zones.at("").get(),
                .of_site = [&owner](const Site& site) -> const Zone& { return *owner.zones.at(site.zone); }},
      .catalog = std::move(catalog),
      .drivers = std::move(drivers),
      .trust = std::move(trust)});
  if (needs == Needs::replicas || needs == Needs::server_keys) add_replicas(*made);
  if (needs == Needs::server_keys) add_server_keys(*made);
  return made;
}

}  // namespace coffre::cli
