#include "service/estate/init_installation.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "base/error.h"
#include "base/stream.h"
#include "base/translate.h"
#include "catalog/backups.h"
#include "catalog/installation.h"
#include "catalog/journal.h"
#include "config/settings_loader.h"
#include "os/durable_file.h"
#include "os/file_error.h"
#include "os/folder.h"
#include "replicas/installation.h"
#include "replicas/local_volume.h"
#include "service/keys/trust_record.h"
#include "service/places/claim_replica.h"
#include "service/places/places.h"
#include "vault/key_files.h"
#include "vault/open.h"
#include "vault/seal.h"
#include "vault/signed_list.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kFirstEpoch = 1;

// The three that read, in the words of the people who keep them (interface-french.md).
struct OfflineRole {
  const char* role;
  const char* file;
  const char* comment;
};
constexpr std::array kOfflineRoles = {
    OfflineRole{"op", "restauration.key", tr_noop("Restore key: daily restores, at the restore station")},
    OfflineRole{"drill", "test.key", tr_noop("Drill key: restore tests")},
    OfflineRole{"recovery", "secours.key",
                tr_noop("Recovery key: recovery identity and root; keep it printed, in two places")},
};

struct FreshKeys {
  RootKey root;
  SigningKey signing;
  Identity catalog;
  SecretBytes kek;
  SecretBytes dedup;
  std::vector<Identity> readers;  // in the order of kOfflineRoles
};

FreshKeys make_keys() {
  FreshKeys keys{.root = {SigningKey::generate()},
                 .signing = SigningKey::generate(),
                 .catalog = Identity::generate(Scope::meta),
                 .kek = SecretBytes::random(kSecretKeySize),
                 .dedup = SecretBytes::random(kSecretKeySize),
                 .readers = {}};
  for (std::size_t i = 0; i < kOfflineRoles.size(); ++i) keys.readers.push_back(Identity::generate(Scope::full));
  return keys;
}

RecipientsList recipients_of(const FreshKeys& keys) {
  RecipientsList list{.epoch = kFirstEpoch, .recipients = {}};
  for (std::size_t i = 0; i < kOfflineRoles.size(); ++i) {
    Recipient recipient = keys.readers[i].recipient();
    recipient.role = kOfflineRoles[i].role;
    list.recipients.push_back(recipient);
  }
  Recipient catalog = keys.catalog.recipient();
  catalog.role = "catalog";
  list.recipients.push_back(catalog);
  return list;
}

SignersList signers_of(const FreshKeys& keys, Instant now) {
  SignersList list{.epoch = kFirstEpoch, .signers = {}};
  Signer signer;
  signer.key = keys.signing.public_key();
  signer.from = now;
  if (!list.signers.add(signer)) throw Error(ErrorCode::internal, "making the signers list", "the key is there twice");
  return list;
}

// --- files
// -------------------------------------------------------------------------------------------------------------

void write_new(const Folder& folder, std::string_view name, std::string_view content) {
  if (put_if_absent(folder, name, as_bytes(content)) == PublishResult::published) return;
  throw Error(ErrorCode::conflict, tr("writing a file"), tr("it exists already"),
              tr("Choose another folder, or remove what an unfinished init left"))
      .on((fs::path(folder.path()) / name).string());
}

void write_key_file_to(const Folder& folder, std::string_view name, const KeyFile& keys, std::string_view comment) {
  const SecretString text = write_key_file(keys, comment);
  write_new(folder, name, text.reveal_text());
}

// An identity never travels alone: the root and signers known at its making go with it, so that one file and one
// replica are enough (rule 6).
void write_offline_key(const Folder& folder, const InitRequest& request, const FreshKeys& keys,
                       const SignersList& signers, std::size_t index) {
  const OfflineRole& role = kOfflineRoles[index];
  const bool with_root = std::string_view(role.role) == "recovery";
  KeyFile file;
  file.recipients.push_back(keys.readers[index].recipient());
  file.recipients.back().role = role.role;
  file.root = keys.root.key.public_key();
  file.signers = signers.signers;
  if (request.passphrase) {
    file.locked_identities.push_back(lock(keys.readers[index], *request.passphrase));
    if (with_root) file.locked_root_key = lock(keys.root, *request.passphrase);
  } else {
    file.identities.push_back(keys.readers[index].clone());
    if (with_root) file.root_key = RootKey{keys.root.key.clone()};
  }
  write_key_file_to(folder, role.file, file, tr(role.comment));
}

void write_server_keys(const Folder& folder, const FreshKeys& keys, const SignersList& signers) {
  KeyFile signing;
  signing.signing_key = keys.signing.clone();
  write_key_file_to(folder, "signing.key", signing, tr("Signing key of this server"));
  KeyFile catalog;
  catalog.identities.push_back(keys.catalog.clone());
  catalog.root = keys.root.key.public_key();
  catalog.signers = signers.signers;
  write_key_file_to(folder, "catalog.identity", catalog, tr("Catalog key: reads the metadata of backups, no content"));
  KeyFile kek;
  kek.kek = keys.kek.clone();
  write_key_file_to(folder, "kek.key", kek, tr("Wraps the passwords of devices in the catalog"));
  KeyFile dedup;
  dedup.dedup = keys.dedup.clone();
  write_key_file_to(folder, "dedup.key", dedup, tr("Marks equal contents, in the local catalog only"));
}

// --- the first key proof
// -----------------------------------------------------------------------------------------------

KeyFile reread_key_file(const Folder& folder, std::string_view name) {
  constexpr std::size_t kMaxKeyFile = 65536;
  auto text = folder.read_small(name, kMaxKeyFile);
  if (!text) throw Error(ErrorCode::io, tr("reading a new key back"), tr("the file is gone")).on(name);
  const SecretString secret = SecretString::copy_of(*text);
  wipe(*text);
  return parse_key_file(secret.reveal_text(), name);
}

Identity reread_identity(const Folder& folder, std::string_view name, const std::optional<SecretString>& passphrase) {
  KeyFile file = reread_key_file(folder, name);
  if (!passphrase && !file.identities.empty()) return std::move(file.identities.front());
  if (passphrase && !file.locked_identities.empty()) return unlock(file.locked_identities.front(), *passphrase);
  throw Error(ErrorCode::internal, "reading a new key back", "it holds no identity").on(name);
}

Bytes seal_sample(const FreshKeys& keys, const RecipientsList& recipients, Instant now, Random& random) {
  SealRequest request{.kind = Kind::drill,
                      .device_id = {},
                      .device_seq = 1,
                      .prev_digest = {},
                      .created_at = now,
                      .metadata = {},
                      .recipients = recipients.recipients};
  random.fill(request.device_id);
  request.metadata.set("name", "DRILL_20000101_0000.bak");
  MemorySink file;
  Sealer sealer(request, keys.signing, file);
  sealer.write(as_bytes("Coffre: first key proof"));
  sealer.finish();
  return file.take();
}

// Each identity, as it lies in its file, opens a file sealed by this very build.
std::vector<KeyProof> prove_keys(const Folder& offline, const InitRequest& request, const FreshKeys& keys,
                                 const RecipientsList& recipients, const SignersList& signers, Instant now,
                                 Random& random) {
  const Bytes sample = seal_sample(keys, recipients, now, random);
  const MemoryReader reader(sample);
  std::vector<KeyProof> proofs;
  for (const OfflineRole& role : kOfflineRoles) {
    const Identity identity = reread_identity(offline, role.file, request.passphrase);
    OpenRequest open;
    open.signers = &signers.signers;
    open.identities = std::span(&identity, 1);
    open_bak(reader, open).check_payload();
    proofs.push_back({.recipient = to_hex(identity.id()), .build = request.build, .epoch = kFirstEpoch, .at = now});
  }
  return proofs;
}

// --- the places
// --------------------------------------------------------------------------------------------------------

struct Places {
  std::unique_ptr<LocalVolume> local;
  std::unique_ptr<Replica> cloud;
};

// Both are asked before either is claimed, and before anything is written: a place claimed with an id that then comes
// to nothing is lost for everybody.
Places unclaimed_places(const Settings& settings) {
  Places places{.local = open_local(settings), .cloud = open_cloud(settings)};
  require_unclaimed(*places.local);
  require_unclaimed(*places.cloud);
  return places;
}

void claim_places(const Places& places, std::string_view id, const ListTexts& lists) {
  for (Replica* const replica : {static_cast<Replica*>(places.local.get()), places.cloud.get()}) {
    claim_installation(*replica, id);
    store_lists(*replica, lists);
  }
}

void create_catalog(const Settings& settings, const InitRequest& request, const std::string& id,
                    const std::vector<KeyProof>& proofs, const TrustLists& trust, const Clock& clock) {
  Database catalog = Database::open(settings.installation.catalog.string(), clock);
  catalog.write([&](Session& session) {
    put_fact(session, "installation_id", id);
    put_seen_trust(session, trust);
    for (const KeyProof& proof : proofs) add_key_proof(session, proof);
    append_journal(session,
                   {.account = request.account,
                    .action = "init",
                    .subject = id,
                    .result = "done",
                    .ticket = {},
                    .detail = {{"offline_keys", request.passphrase ? "locked" : "unlocked"}}},
                   clock.now());
  });
}

// --- before anything is written
// ----------------------------------------------------------------------------------------

bool lies_under(const fs::path& inner, const fs::path& outer) {
  const auto relative = fs::weakly_canonical(inner).lexically_relative(fs::weakly_canonical(outer));
  return !relative.empty() && *relative.begin() != "..";
}

// Neither the server's folder nor a place: all three are on the machine that takes backups, or within its reach.
void require_apart(const InitRequest& request) {
  for (const fs::path& folder :
       {request.directory, fs::path(request.choices.local_path), fs::path(request.choices.cloud_directory)}) {
    if (!lies_under(request.offline, folder)) continue;
    throw Error(ErrorCode::rule, tr("making an installation"),
                fmt::format(fmt::runtime(tr("the offline keys would lie below {}, in reach of the machine that takes "
                                            "backups; it must not have them")),
                            folder.string()),
                tr("Name another folder with --keys-out: an encrypted stick, for example"))
        .on(request.offline.string());
  }
}

// What is not there yet is made later: below the nearest folder above it that is.
void require_makeable(const fs::path& folder) {
  fs::path above = fs::absolute(folder);
  std::error_code ignored;
  while (!fs::exists(above, ignored) && above.has_relative_path()) above = above.parent_path();
  const auto fail = [&above](std::string why) {
    throw Error(ErrorCode::io, tr("making an installation"), std::move(why), tr("Name another folder"))
        .on(above.string());
  };
  if (!fs::is_directory(above, ignored)) fail(tr("it is not a folder"));
  if (::faccessat(AT_FDCWD, above.c_str(), W_OK | X_OK, AT_EACCESS) != 0) fail(errno_text(errno));
}

void require_fresh(const InitRequest& request) {
  if (is_there(request.directory / "coffre.yaml")) {
    throw Error(ErrorCode::conflict, tr("making an installation"), tr("there is one already"),
                tr("Look at it with: backupd check; give it a replaced disk with: backupd replica claim local --ticket "
                   "T --reason R"))
        .on(request.directory.string());
  }
  require_apart(request);
  if (is_there(request.offline) && !fs::is_empty(request.offline)) {
    throw Error(ErrorCode::conflict, tr("making an installation"), tr("the folder for the offline keys is not empty"),
                tr("Name an empty one with --keys-out"))
        .on(request.offline.string());
  }
  require_makeable(request.directory);
  require_makeable(request.offline);
}

void require_passphrase(const InitRequest& request) {
  if (request.passphrase && request.passphrase->size() < kShortestPassphrase) {
    throw Error(ErrorCode::usage, tr("locking the offline keys"),
                fmt::format(fmt::runtime(tr("the passphrase has less than {} characters")), kShortestPassphrase));
  }
}

std::string new_id(Random& random) {
  std::array<std::uint8_t, 16> id{};
  random.fill(id);
  return to_hex(ByteView(id));
}

Settings settings_of(const InitRequest& request, const std::string& yaml) {
  const fs::path file = fs::absolute(request.directory / "coffre.yaml");
  const SettingsResult result = read_settings(Document::parse(yaml, file.string()), std::nullopt);
  if (!result.settings) throw error_of(tr("making the configuration"), result.errors);
  return *result.settings;
}

}  // namespace

void check_init(const InitRequest& request) {
  require_fresh(request);
  static_cast<void>(unclaimed_places(settings_of(request, config_template(request.choices))));
}

InitResult init_installation(const InitRequest& request, const Clock& clock, Random& random) {
  require_fresh(request);
  require_passphrase(request);
  const std::string yaml = config_template(request.choices);
  const Settings settings = settings_of(request, yaml);
  const Places places = unclaimed_places(settings);
  const Instant now = clock.now();
  const std::string id = new_id(random);
  const FreshKeys keys = make_keys();
  const RecipientsList recipients = recipients_of(keys);
  const SignersList signers = signers_of(keys, now);
  const ListTexts lists{.recipients = write_list(recipients, keys.root),
                        .recipients_epoch = recipients.epoch,
                        .signers = write_list(signers, keys.root),
                        .signers_epoch = signers.epoch};

  fs::create_directories(request.directory);
  fs::create_directories(request.offline);
  const Folder directory = Folder::open(fs::absolute(request.directory).string());
  const Folder offline = Folder::open(fs::absolute(request.offline).string());
  claim_places(places, id, lists);

  for (std::size_t i = 0; i < kOfflineRoles.size(); ++i) write_offline_key(offline, request, keys, signers, i);
  const auto proofs = prove_keys(offline, request, keys, recipients, signers, now, random);

  for (const char* const name : {"keys", "inventory", "data"}) static_cast<void>(directory.make_folders(name));
  const Folder server = Folder::open((fs::absolute(request.directory) / "keys").string());
  write_server_keys(server, keys, signers);
  write_new(server, "recipients.list", lists.recipients);
  write_new(server, "signers.list", lists.signers);
  write_new(server, "root.pub", root_line(keys.root.key.public_key()) + "\n");
  write_new(directory, "inventory/inventaire.yaml", inventory_template());
  const TrustLists trust{.root = keys.root.key.public_key(),
                         .recipients = recipients,
                         .signers = signers,
                         .recipients_text = lists.recipients,
                         .signers_text = lists.signers};
  create_catalog(settings, request, id, proofs, trust, clock);
  write_new(directory, "coffre.yaml", yaml);

  InitResult result{.installation_id = id,
                    .config_file = settings.file,
                    .offline_keys = {},
                    .locked = request.passphrase.has_value()};
  for (std::size_t i = 0; i < kOfflineRoles.size(); ++i) {
    result.offline_keys.push_back({.role = kOfflineRoles[i].role,
                                   .file = request.offline / kOfflineRoles[i].file,
                                   .recipient_id = to_hex(keys.readers[i].id())});
  }
  return result;
}

}  // namespace coffre
