#include "support/installation_fixture.h"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "catalog/devices.h"
#include "catalog/installation.h"
#include "config/settings_loader.h"
#include "replicas/directory.h"
#include "service/estate/sync_inventory.h"
#include "service/keys/secrets.h"
#include "service/keys/trust_record.h"
#include "support/paris_zone.h"

namespace coffre::test {
namespace {

// The form of a pin; no connection is ever opened.
constexpr const char* kPin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

InitResult make_installation(const TempDir& dir, const FixtureOptions& options, const Clock& clock, Random& random) {
  std::filesystem::create_directories(dir / "local");
  std::filesystem::create_directories(dir / "cloud");
  InitRequest request{.directory = dir / "server",
                      .offline = dir / "offline",
                      .choices = {},
                      .passphrase = std::nullopt,
                      .account = std::string(kFixtureAccount),
                      .build = std::string(kFixtureBuild)};
  request.choices.local_path = (dir / "local").string();
  request.choices.local_location = "Paris, local technique";
  request.choices.encryption = EncryptionDemand::none;
  request.choices.cloud_directory = (dir / "cloud").string();
  request.choices.cloud_location = "Lyon, hébergeur";
  if (options.passphrase) request.passphrase = SecretString::copy_of(*options.passphrase);
  return init_installation(request, clock, random);
}

KeyFile key_file_at(const std::filesystem::path& path) {
  return parse_key_file(read_file(path), path.string());
}

std::unique_ptr<ServerKeys> server_keys(const KeyFiles& files) {
  KeyFile signing = key_file_at(files.signing);
  KeyFile catalog = key_file_at(files.catalog_identity);
  return std::make_unique<ServerKeys>(ServerKeys{.signing = std::move(signing.signing_key.value()),
                                                 .catalog = std::move(catalog.identities.at(0)),
                                                 .kek = key_file_at(files.kek).kek.clone(),
                                                 .dedup = key_file_at(files.dedup).dedup.clone()});
}

TrustLists trust_lists(const KeyFiles& files) {
  return read_trust({.root = key_file_at(files.root).root.value(),
                     .root_source = files.root.string(),
                     .recipients = read_file(files.recipients),
                     .recipients_source = files.recipients.string(),
                     .signers = read_file(files.signers),
                     .signers_source = files.signers.string()},
                    {});
}

std::filesystem::path object_path(std::string_view name) {
  const auto parsed = BackupName::parse(name);
  if (!parsed) throw std::runtime_error(fmt::format("{} is no name of a backup", name));
  return parsed->path();
}

std::filesystem::path existing(const std::filesystem::path& replica, std::string_view name) {
  const std::filesystem::path good = replica / object_path(name);
  if (std::filesystem::exists(good)) return good;
  return replica / BackupName::parse(name).value().suspect_path();
}

}  // namespace

InstallationFixture::InstallationFixture(FixtureOptions options)
    : clock_(options.start),
      layer_(options.layer),
      init_(make_installation(dir_, options, clock_, random_)),
      settings_(load_settings(init_.config_file)) {
  compose(With::everything);
  set_secret(*at_, std::string(kFixtureCredential), std::string(kFakeUser), SecretString::copy_of(kFakePassword));
  for (const std::string& path : options.devices) add_device(path);
}

void InstallationFixture::compose(With with) {
  at_.reset();
  faulty_cloud_ = nullptr;
  real_cloud_.reset();
  Database catalog = Database::open(settings_.installation.catalog.string(), clock_);
  std::optional<std::string> id;
  catalog.read([&](Session& session) { id = get_fact(session, "installation_id"); });
  at_.reset(new Installation{
      .id = id.value(),
      .account = std::string(kFixtureAccount),
      .build = std::string(kFixtureBuild),
      .policy = {},
      .clock = clock_,
      .random = random_,
      .inventory = inventory_,
      .zones = {.installation = &paris_zone(), .of_site = [](const Site&) -> const Zone& { return paris_zone(); }},
      .catalog = std::move(catalog),
      .drivers = std::make_unique<FakeRegistry>(driver_),
      .trust = trust_lists(settings_.keys),
      .local = nullptr,
      .cloud = nullptr,
      .keys = nullptr});
  if (with == With::no_secrets) return;
  LocalVolumeOptions local;
  local.location = settings_.local.location;
  local.path = settings_.local.path.string();
  local.encryption = VolumeEncryption::none;
  at_->local = LocalVolume::open(std::move(local), {}, layer_ == nullptr ? system_file_layer() : *layer_);
  at_->cloud = open_directory({.location = settings_.cloud.location, .path = settings_.cloud.directory.string()});
  at_->keys = server_keys(settings_.keys);
}

void InstallationFixture::restart() {
  compose(With::everything);
}

void InstallationFixture::restart_without_secrets() {
  compose(With::no_secrets);
}

DeviceKey InstallationFixture::key(std::string_view path) {
  const auto key = DeviceKey::from_path(path);
  if (!key) throw std::runtime_error(fmt::format("{} is no device", path));
  return *key;
}

void InstallationFixture::add_device(std::string_view path) {
  const DeviceKey device_key = key(path);
  inventory_.clients.try_emplace(device_key.client, Client{.code = device_key.client});
  inventory_.sites.try_emplace(site_key(device_key.client, device_key.site),
                               Site{.client = device_key.client, .code = device_key.site});
  Device device{.key = device_key};
  device.driver = kFakeDriver;
  device.address = fmt::format("https://192.0.2.{}", inventory_.devices.size() + 1);
  device.pin = kPin;
  device.credential = kFixtureCredential;
  static_cast<void>(driver_.device(device.address));
  inventory_.devices.emplace(device_key, device);
  at_->inventory = inventory_;
  sync_inventory(at_->catalog, at_->inventory, random_, at_->account, clock_.now());
}

std::string InstallationFixture::address(std::string_view path) {
  return at_->inventory.devices.at(key(path)).address;
}

std::string InstallationFixture::device_id(std::string_view path) {
  std::optional<DeviceRow> row;
  at_->catalog.read([&](Session& session) { row = find_device(session, key(path)); });
  return row.value().id;
}

BackupOutcome InstallationFixture::back_up(std::string_view path, Kind kind) {
  const BackupOrder order{.device = key(path),
                          .device_id = device_id(path),
                          .kind = kind,
                          .slot = clock_.now(),
                          .ticket = {},
                          .operator_id = {}};
  BackupOutcome outcome = coffre::back_up(*at_, order, [](CredentialAnswer) {});
  clock_.advance(std::chrono::minutes{1});
  return outcome;
}

std::string InstallationFixture::proven_backup(std::string_view path) {
  const BackupOutcome outcome = back_up(path);
  if (outcome.result == BackupResult::proven && outcome.proof.level == ProofLevel::understood) return outcome.name;
  throw std::runtime_error(fmt::format("the backup of {} is not proven: {}", path,
                                       outcome.error ? outcome.error->what() : outcome.doubts.c_str()));
}

FaultyReplica& InstallationFixture::faulty_cloud() {
  if (faulty_cloud_ == nullptr) {
    real_cloud_ = std::move(at_->cloud);
    auto faulty = std::make_unique<FaultyReplica>(*real_cloud_);
    faulty_cloud_ = faulty.get();
    at_->cloud = std::move(faulty);
  }
  return *faulty_cloud_;
}

std::filesystem::path InstallationFixture::key_file(std::string_view role) const {
  for (const OfflineKey& key : init_.offline_keys) {
    if (key.role == role) return key.file;
  }
  throw std::runtime_error(fmt::format("there is no offline key {}", role));
}

std::vector<Identity> InstallationFixture::identities(std::string_view role) const {
  return key_file_at(key_file(role)).identities;
}

std::filesystem::path InstallationFixture::local_file(std::string_view name) const {
  return existing(local(), name);
}

std::filesystem::path InstallationFixture::cloud_file(std::string_view name) const {
  return existing(cloud(), name);
}

void damage(const std::filesystem::path& file, std::uint64_t offset) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(static_cast<char>(byte ^ 1));
  if (!stream.flush()) throw std::runtime_error("cannot damage " + file.string());
}

}  // namespace coffre::test
