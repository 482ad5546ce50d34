#include "config/settings_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "base/translate.h"
#include "config/bucket_settings.h"
#include "config/schema_check.h"
#include "config/secret_keys.h"
#include "config/value_forms.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

// A document that fits its schema -> Settings: below, a value that is there has the right type.
class SettingsReader {
 public:
  SettingsReader(const Document& document, std::optional<fs::path> credentials)
      : root_(document.root()), folder_(fs::path(document.file()).parent_path()), credentials_(std::move(credentials)) {
    result_.settings.emplace();
    settings().file = fs::path(document.file()).lexically_normal();
  }

  SettingsResult read() {
    read_organization();
    read_installation();
    read_replicas();
    read_keys();
    read_proof();
    read_retention();
    read_scrub();
    read_run();
    read_sources();
    read_exceptions();
    check_replicas();
    if (!result_.errors.empty()) result_.settings.reset();
    return std::move(result_);
  }

 private:
  Settings& settings() { return *result_.settings; }

  static std::string text_of(const std::optional<YamlValue>& map, std::string_view key,
                             const std::string& otherwise = {}) {
    const std::optional<YamlValue> value = map ? map->find(key) : std::nullopt;
    return value ? value->text() : otherwise;
  }

  fs::path resolved(const fs::path& path) const { return (folder_ / path).lexically_normal(); }

  fs::path path_of(const YamlValue& value) {
    if (value.text().starts_with("~")) {
      result_.errors.push_back(value.finding(tr("\"~\" is not expanded here: write the folder in full")));
    }
    return resolved(value.text());
  }
  fs::path path_of(const std::optional<YamlValue>& map, std::string_view key, const fs::path& otherwise) {
    const std::optional<YamlValue> value = map ? map->find(key) : std::nullopt;
    return value ? path_of(*value) : otherwise;
  }

  void read_organization() {
    const std::optional<YamlValue> section = root_.find("organization");
    Organization& organization = settings().organization;
    organization.name = text_of(section, "name");
    organization.address = text_of(section, "address");
    organization.footer = text_of(section, "footer");
    organization.logo = path_of(section, "logo", {});
    const std::optional<YamlValue> documents = section->find("documents");
    if (!documents) return;
    for (const YamlValue::Member& member : documents->members()) {
      organization.documents[member.name] = {text_of(member.value, "reference"), text_of(member.value, "version"),
                                             text_of(member.value, "category")};
    }
  }

  void read_installation() {
    const std::optional<YamlValue> section = root_.find("installation");
    InstallationSettings& installation = settings().installation;
    installation.zone = text_of(section, "zone", installation.zone);
    const std::string language = text_of(section, "language");
    if (!language.empty()) installation.language = language == "fr" ? Language::french : Language::english;
    installation.data = path_of(section, "data", resolved("data"));
    installation.catalog = path_of(section, "catalog", installation.data / "catalog.sqlite");
  }

  // systemd copies what LoadCredential= names into a folder that only this service sees; that copy is meant then.
  fs::path secret_file(fs::path configured) const {
    if (!credentials_) return configured;
    std::error_code ignored;
    const fs::path given = *credentials_ / configured.filename();
    return fs::is_regular_file(given, ignored) ? given : configured;
  }

  void read_keys() {
    const std::optional<YamlValue> section = root_.find("keys");
    const fs::path folder = path_of(section, "directory", resolved("keys"));
    const auto file = [&](std::string_view key, const char* otherwise) {
      return path_of(section, key, folder / otherwise);
    };
    const auto secret = [&](std::string_view key, const char* otherwise) {
      const fs::path configured = file(key, otherwise);
      refuse_inside_replicas(section, key, configured);
      return secret_file(configured);
    };
    KeyFiles& keys = settings().keys;
    keys.signing = secret("signing", "signing.key");
    keys.catalog_identity = secret("catalog", "catalog.identity");
    keys.kek = secret("kek", "kek.key");
    keys.dedup = secret("dedup", "dedup.key");
    keys.recipients = file("recipients", "recipients.list");
    keys.signers = file("signers", "signers.list");
    keys.root = file("root", "root.pub");
  }

  static bool lies_in(const fs::path& path, const fs::path& folder) {
    const fs::path relative = path.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
  }

  void refuse_inside_replicas(const std::optional<YamlValue>& section, std::string_view key, const fs::path& file) {
    const fs::path& directory = settings().cloud.directory;
    if (!lies_in(file, settings().local.path) && (directory.empty() || !lies_in(file, directory))) return;
    const std::optional<YamlValue> value = section ? section->find(key) : std::nullopt;
    const YamlValue& place = value ? *value : section ? *section : root_;
    result_.errors.push_back(
        place.finding(fmt::format(fmt::runtime(tr("a secret key must not lie in a replica ({})")), file.string())));
  }

  void read_replicas() {
    const std::optional<YamlValue> local = root_.find("replicas")->find("local");
    const std::optional<YamlValue> cloud = root_.find("replicas")->find("cloud");
    settings().local.path = path_of(local, "path", {});
    settings().local.location = text_of(local, "location");
    if (text_of(local, "encryption") == "none") settings().local.encryption = EncryptionDemand::none;
    if (const std::optional<YamlValue> types = local->find("allow_fuse")) {
      for (const YamlValue& type : types->items()) settings().local.allow_fuse.push_back(type.text());
    }
    settings().cloud.directory = path_of(cloud, "directory", {});
    settings().cloud.location = text_of(cloud, "location");
    if (const std::optional<YamlValue> s3 = cloud->find("s3")) {
      settings().cloud.bucket = bucket_settings_of(*s3, folder_, result_.errors);
    }
  }

  void check_replicas() {
    const YamlValue cloud = *root_.find("replicas")->find("cloud");
    const fs::path& first = settings().local.path;
    const fs::path& second = settings().cloud.directory;
    if (second.empty() != settings().cloud.bucket.has_value()) {
      result_.errors.push_back(
          cloud.key_finding(tr("the second place is either a bucket (`s3:`) or a directory (`directory:`)")));
      return;
    }
    if (!second.empty() && (lies_in(first, second) || lies_in(second, first))) {
      result_.errors.push_back(
          cloud.find("directory")
              ->finding(fmt::format(fmt::runtime(tr("both replicas would lie in one folder (the local one is {})")),
                                    first.string())));
    }
    if (folded_equal(settings().local.location, settings().cloud.location)) {
      result_.warnings.push_back(
          cloud.find("location")
              ->finding(tr("both replicas have the same location: one fire or one theft takes both")));
    }
  }

  static bool folded_equal(std::string_view a, std::string_view b) {
    return to_lower_ascii(trim(a)) == to_lower_ascii(trim(b));
  }

  static std::optional<std::chrono::seconds> duration_of(const std::optional<YamlValue>& map, std::string_view key) {
    const std::optional<YamlValue> value = map ? map->find(key) : std::nullopt;
    return value ? parse_duration(value->text()) : std::nullopt;
  }

  static std::chrono::seconds duration_of(const std::optional<YamlValue>& map, std::string_view key,
                                          std::chrono::seconds otherwise) {
    const std::optional<YamlValue> value = map ? map->find(key) : std::nullopt;
    return value ? parse_duration(value->text()).value_or(otherwise) : otherwise;
  }

  static unsigned count_of(const std::optional<YamlValue>& map, std::string_view key, unsigned otherwise) {
    const std::optional<YamlValue> value = map ? map->find(key) : std::nullopt;
    return value ? static_cast<unsigned>(value->real()) : otherwise;
  }

  void read_proof() {
    const unsigned level = count_of(root_, "required_proof", static_cast<unsigned>(kDefaultRequiredProof));
    settings().required_proof = static_cast<ProofLevel>(level);
    settings().read_back_max_age = duration_of(root_, "read_back_max_age", settings().read_back_max_age);
    settings().same_machine_station = text_of(root_, "station") == "same-machine";
  }

  void read_retention() {
    const std::optional<YamlValue> section = root_.find("retention");
    RetentionSettings& retention = settings().retention;
    RetentionMonths months;
    months.hebdo = count_of(section, "hebdo_months", months.hebdo);
    months.pre_post = count_of(section, "pre_post_months", months.pre_post);
    months.mensuel = count_of(section, "mensuel_months", months.mensuel);
    retention.policy = RetentionPolicy(months);  // the schema has the same bounds
    retention.announce =
        std::chrono::days{count_of(section, "announce_days", static_cast<unsigned>(retention.announce.count()))};
    retention.max_percent = count_of(section, "max_percent", retention.max_percent);
  }

  void read_scrub() {
    const std::optional<YamlValue> section = root_.find("scrub");
    ScrubPolicy& scrub = settings().scrub;
    scrub.within = std::chrono::days{count_of(section, "days", static_cast<unsigned>(scrub.within.count()))};
    const std::string size = text_of(section, "bytes_per_run");
    if (!size.empty()) scrub.bytes_per_pass = parse_size(size).value_or(scrub.bytes_per_pass);
  }

  void read_run() {
    const std::optional<YamlValue> section = root_.find("run");
    RunSettings& run = settings().run;
    run.workers = count_of(section, "workers", run.workers);
    run.per_site = count_of(section, "per_site", run.per_site);
    DeviceLimits& limits = run.limits;
    limits.connect = duration_of(section, "connect_timeout");
    limits.first_byte = duration_of(section, "answer_timeout");
    limits.total = duration_of(section, "total_timeout");
    const std::string size = text_of(section, "largest_answer");
    if (!size.empty()) limits.largest_answer_bytes = parse_size(size);
    constexpr std::chrono::seconds kUsualTotal{600};  // of the shipped definitions
    const std::chrono::seconds total = limits.total.value_or(kUsualTotal);
    if (limits.connect > total || limits.first_byte > total) {
      result_.errors.push_back(section->key_finding(tr("total_timeout is shorter than a timeout that it contains")));
    }
  }

  void read_sources() {
    for (const YamlValue& pattern : root_.find("inventory")->items()) settings().inventory.push_back(path_of(pattern));
    settings().own_drivers = path_of(root_, "drivers.d", resolved("drivers.d"));
  }

  void read_exceptions() {
    const std::optional<YamlValue> list = root_.find("allow");
    if (!list) return;
    for (const YamlValue& item : list->items()) {
      const std::optional<Date> until = parse_date(item.find("until")->text());
      if (!until) result_.errors.push_back(item.find("until")->finding(tr("there is no such day")));
      const std::optional<DeviceKey> device = DeviceKey::from_path(item.find("device")->text());
      if (!until || !device) continue;
      settings().exceptions.push_back(
          {ExceptionKind::weak_tls, *device, *until, text_of(item, "by"), text_of(item, "reason")});
    }
  }

  YamlValue root_;
  fs::path folder_;
  std::optional<fs::path> credentials_;
  SettingsResult result_;
};

}  // namespace

std::optional<fs::path> credentials_directory() {
  const char* const value = std::getenv("CREDENTIALS_DIRECTORY");
  if (value == nullptr || *value == '\0') return std::nullopt;
  return fs::path(value);
}

SettingsResult read_settings(const Document& document, const std::optional<fs::path>& credentials) {
  SettingsResult result;
  result.errors = secrets_in(document);
  static const Schema schema = Schema::embedded("config");  // a constant, read once
  std::vector<Finding> violations = schema.check(document);
  drop_same_places(violations, result.errors);
  std::move(violations.begin(), violations.end(), std::back_inserter(result.errors));
  if (result.errors.empty()) result = SettingsReader(document, credentials).read();
  sort_by_place(result.errors);
  return result;
}

SettingsResult read_settings(const fs::path& file, const std::optional<fs::path>& credentials) {
  SettingsResult result;
  const std::optional<Document> document = Document::read(fs::absolute(file), result.errors);
  if (!document) return result;
  return read_settings(*document, credentials);
}

Settings load_settings(const fs::path& file) {
  SettingsResult result = read_settings(file);
  if (!result.errors.empty()) throw error_of(tr("reading the configuration"), result.errors);
  return std::move(*result.settings);
}

}  // namespace coffre
