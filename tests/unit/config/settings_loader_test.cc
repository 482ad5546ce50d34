#include "config/settings_loader.h"

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

namespace coffre {
namespace {

constexpr const char* kSmallest =
    "organization: {name: Exemple}\n"
    "replicas:\n"
    "  local: {path: local, location: Paris}\n"
    "  cloud: {directory: /mnt/cloud, location: Gravelines}\n"
    "inventory: [inventory/*.yaml]\n";

SettingsResult read(std::string_view text) {
  return read_settings(Document::parse(text, "/etc/coffre/coffre.yaml"), std::nullopt);
}

std::vector<std::string> lines_of(const std::vector<Finding>& findings) {
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(finding.line());
  return out;
}

}  // namespace

TEST_CASE("the smallest configuration gets every default") {
  const SettingsResult result = read(kSmallest);
  CHECK(lines_of(result.errors).empty());
  CHECK(lines_of(result.warnings).empty());
  REQUIRE(result.settings);
  const Settings& settings = *result.settings;
  CHECK(settings.file == "/etc/coffre/coffre.yaml");
  CHECK(settings.organization.name == "Exemple");
  CHECK(settings.organization.logo.empty());
  CHECK(settings.installation.zone == "Europe/Paris");
  CHECK_FALSE(settings.installation.language);
  CHECK(settings.installation.data == "/etc/coffre/data");
  CHECK(settings.installation.catalog == "/etc/coffre/data/catalog.sqlite");
  CHECK(settings.keys.signing == "/etc/coffre/keys/signing.key");
  CHECK(settings.keys.catalog_identity == "/etc/coffre/keys/catalog.identity");
  CHECK(settings.keys.kek == "/etc/coffre/keys/kek.key");
  CHECK(settings.keys.dedup == "/etc/coffre/keys/dedup.key");
  CHECK(settings.keys.recipients == "/etc/coffre/keys/recipients.list");
  CHECK(settings.keys.signers == "/etc/coffre/keys/signers.list");
  CHECK(settings.keys.root == "/etc/coffre/keys/root.pub");
  CHECK(settings.local.path == "/etc/coffre/local");
  CHECK(settings.local.encryption == EncryptionDemand::required);
  CHECK(settings.local.allow_fuse.empty());
  CHECK(settings.cloud.directory == "/mnt/cloud");
  CHECK(settings.required_proof == ProofLevel::understood);
  CHECK(settings.read_back_max_age == kReadBackMaxAge);
  CHECK(settings.retention.policy.months().hebdo == 3);
  CHECK(settings.retention.policy.months().pre_post == 6);
  CHECK(settings.retention.policy.months().mensuel == 12);
  CHECK(settings.retention.announce == std::chrono::days{14});
  CHECK(settings.retention.max_percent == 10);
  CHECK(settings.scrub.within == std::chrono::days{30});
  CHECK(settings.scrub.bytes_per_pass == std::uint64_t{8} << 30U);
  CHECK(settings.run.workers == 64);
  CHECK(settings.run.per_site == 8);
  CHECK_FALSE(settings.run.limits.connect);  // as the driver says
  CHECK_FALSE(settings.run.limits.largest_answer_bytes);
  CHECK_FALSE(settings.same_machine_station);
  REQUIRE(settings.inventory.size() == 1);
  CHECK(settings.inventory[0] == "/etc/coffre/inventory/*.yaml");
  CHECK(settings.own_drivers == "/etc/coffre/drivers.d");
  CHECK(settings.exceptions.empty());
}

TEST_CASE("every key of the configuration arrives") {
  const SettingsResult result = read(R"(
organization:
  name: Exemple
  address: 1 rue X
  logo: img/logo.png
  footer: pied
  documents:
    default: {category: Confidentiel}
    drill_record: {reference: R-1, version: "1.0"}
installation: {zone: Indian/Reunion, language: en, data: /var/lib/coffre, catalog: /var/lib/coffre/c.db}
keys: {directory: /etc/keys, signing: other/s.key}
replicas:
  local: {path: /srv/a, location: ici, encryption: none, allow_fuse: [gocryptfs]}
  cloud: {directory: ../b, location: ailleurs}
required_proof: 2
read_back_max_age: 30d
retention: {hebdo_months: 4, pre_post_months: 7, mensuel_months: 13, announce_days: 30, max_percent: 5}
scrub: {days: 60, bytes_per_run: 512MiB}
run: {workers: 8, per_site: 2, connect_timeout: 5s, answer_timeout: 1min, total_timeout: 2 min, largest_answer: 1 GiB}
station: same-machine
inventory: [a.yaml, /x/b.yaml]
drivers.d: /opt/drivers
allow:
  - {exception: weak-tls, device: A/B/NVR_C, until: 2027-06-30, by: A. Martin, reason: old}
)");
  CHECK(lines_of(result.errors).empty());
  REQUIRE(result.settings);
  const Settings& settings = *result.settings;
  CHECK(settings.organization.logo == "/etc/coffre/img/logo.png");
  CHECK(settings.organization.footer == "pied");
  CHECK(settings.organization.documents.at("default").category == "Confidentiel");
  CHECK(settings.organization.documents.at("drill_record").version == "1.0");
  CHECK(settings.installation.zone == "Indian/Reunion");
  CHECK(settings.installation.language == Language::english);
  CHECK(settings.installation.catalog == "/var/lib/coffre/c.db");
  CHECK(settings.keys.signing == "/etc/coffre/other/s.key");
  CHECK(settings.keys.kek == "/etc/keys/kek.key");
  CHECK(settings.local.encryption == EncryptionDemand::none);
  CHECK(settings.local.allow_fuse == std::vector<std::string>{"gocryptfs"});
  CHECK(settings.cloud.directory == "/etc/b");
  CHECK(settings.required_proof == ProofLevel::replicated);
  CHECK(settings.read_back_max_age == std::chrono::hours(720));
  CHECK(settings.retention.policy.months().hebdo == 4);
  CHECK(settings.retention.policy.months().pre_post == 7);
  CHECK(settings.retention.policy.months().mensuel == 13);
  CHECK(settings.retention.announce == std::chrono::days{30});
  CHECK(settings.scrub.within == std::chrono::days{60});
  CHECK(settings.scrub.bytes_per_pass == std::uint64_t{512} << 20U);
  CHECK(settings.retention.max_percent == 5);
  CHECK(settings.run.workers == 8);
  CHECK(settings.run.limits.total == std::chrono::minutes(2));
  CHECK(settings.run.limits.largest_answer_bytes == 1024U * 1024 * 1024);
  CHECK(settings.same_machine_station);
  CHECK(settings.inventory.size() == 2);
  CHECK(settings.own_drivers == "/opt/drivers");
  REQUIRE(settings.exceptions.size() == 1);
  CHECK(settings.exceptions[0].device.display() == "A/B/NVR_C");
  CHECK(settings.exceptions[0].until == Date{2027, 6, 30});
}

TEST_CASE("key files that systemd handed over come first, lists never do") {
  const test::TempDir credentials;
  test::write_file(credentials / "signing.key", "x");
  test::write_file(credentials / "mine.kek", "x");
  test::write_file(credentials / "recipients.list", "x");
  const std::string text = std::string(kSmallest) + "keys: {kek: secret/mine.kek}\n";
  const SettingsResult result = read_settings(Document::parse(text, "/etc/coffre/coffre.yaml"), credentials.path());
  REQUIRE(result.settings);
  CHECK(result.settings->keys.signing == credentials / "signing.key");
  CHECK(result.settings->keys.kek == credentials / "mine.kek");
  CHECK(result.settings->keys.dedup == "/etc/coffre/keys/dedup.key");
  CHECK(result.settings->keys.recipients == "/etc/coffre/keys/recipients.list");
}

TEST_CASE("equal locations are a warning, whatever their capitals") {
  std::string text = kSmallest;
  text.replace(text.find("Gravelines"), 10, "\" PARIS\"  ");
  const SettingsResult result = read(text);
  CHECK(result.settings);
  CHECK(lines_of(result.warnings) ==
        std::vector<std::string>{"/etc/coffre/coffre.yaml:4:44: /replicas/cloud/location: both replicas have the same "
                                 "location: one fire or one theft takes both"});
}

TEST_CASE("relative paths start at the configuration's folder, wherever the program runs") {
  const test::TempDir folder;
  test::write_file(folder / "coffre.yaml", kSmallest);
  CHECK(load_settings(folder / "coffre.yaml").local.path == folder / "local");
}

TEST_CASE("a configuration that is missing or wrong ends in one sentence") {
  const test::TempDir folder;
  try {
    load_settings(folder / "coffre.yaml");
    FAIL("an absent file was loaded");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    CHECK(std::string(error.what()) ==
          "reading the configuration: " + (folder / "coffre.yaml").string() + ": there is no such file");
  }
  CHECK_FALSE(read_settings(folder / "coffre.yaml", std::nullopt).settings);
}

}  // namespace coffre
