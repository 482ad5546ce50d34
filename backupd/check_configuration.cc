#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.h"
#include "base/translate.h"
#include "check.h"
#include "config/settings_loader.h"
#include "drivers/driver_registry.h"
#include "os/file_error.h"
#include "os/process_guard.h"
#include "service/backup/unknown_drivers.h"
#include "service/keys/next_signer.h"
#include "service/keys/offline_secrets.h"

namespace coffre {
namespace {

CheckLine line(CheckArea area, CheckState state, std::string subject, std::string text, std::string remedy = {}) {
  return {area, state, std::move(subject), std::move(text), std::move(remedy)};
}

void add_findings(CheckLines& lines, const std::string& subject, const std::vector<Finding>& findings,
                  CheckState state) {
  for (const Finding& finding : findings) {
    lines.push_back(line(CheckArea::configuration, state, subject, finding.line()));
  }
}

InventoryResult check_inventory(CheckLines& lines, const Settings& settings) {
  InventoryResult result = read_inventory(settings.inventory);
  add_findings(lines, tr("inventory"), result.errors, CheckState::failed);
  add_findings(lines, tr("inventory"), result.warnings, CheckState::warning);
  if (!result.inventory) return result;
  lines.push_back(
      line(CheckArea::configuration, CheckState::good, tr("inventory"),
           fmt::format(fmt::runtime(tr("{} clients, {} sites, {} devices")), result.inventory->clients.size(),
                       result.inventory->sites.size(), result.inventory->devices.size())));
  return result;
}

void check_drivers(CheckLines& lines, const Settings& settings, const InventoryResult& inventory) {
  std::vector<Finding> findings;
  const auto drivers = load_drivers(shipped_drivers_directory(), settings.own_drivers, findings);
  add_findings(lines, tr("drivers"), findings, CheckState::failed);
  lines.push_back(line(CheckArea::configuration, CheckState::good, tr("drivers"),
                       fmt::format(fmt::runtime(tr("{} definitions")), drivers->all().size())));
  add_findings(lines, tr("inventory"), unknown_drivers(inventory, *drivers), CheckState::failed);
}

CheckLine failed_with(const std::string& subject, const Error& error) {
  const CheckArea area = error.code() == ErrorCode::rule ? CheckArea::rule : CheckArea::other;
  return line(area, CheckState::failed, subject, error.what());
}

// A secret file that others can read is as good as published.
void check_secret_file(CheckLines& lines, const std::filesystem::path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 && errno != ENOENT) {
    lines.push_back(failed_with(path.string(), file_error(errno, tr("reading a key"), path.parent_path().string())));
    return;
  }
  if (stat(path.c_str(), &status) != 0) {
    lines.push_back(line(CheckArea::other, CheckState::failed, path.string(), tr("there is no such key file"),
                         tr("Keys are made by: backupd init DIR --keys-out DIR2")));
    return;
  }
  if (cli::others_can_read(path)) {
    lines.push_back(line(CheckArea::rule, CheckState::failed, path.string(), tr("other accounts can read this key"),
                         fmt::format("chmod 600 {}", path.string())));
  }
  if (status.st_uid != geteuid()) {
    lines.push_back(line(CheckArea::other, CheckState::warning, path.string(),
                         tr("this key belongs to another account"), fmt::format("chown $(id -un) {}", path.string())));
  }
}

// Against what the catalog has seen, where there is one.
TrustLists lists_of(const Settings& settings) {
  if (!is_there(settings.installation.catalog)) return cli::load_trust(settings, {});
  const SystemClock clock;
  Database catalog = Database::open(settings.installation.catalog.string(), clock);
  return cli::load_trust_on_record(settings, catalog, clock);
}

// Without a key that may sign, no backup is made.
void check_signer(CheckLines& lines, const Settings& settings, const SignersList& list) {
  const PublicKey key = signer_in_use(settings.keys);
  const std::string subject = fmt::format(fmt::runtime(tr("signing key {}")), to_hex(signer_id(key)));
  const Signer* const signer = list.signers.find(signer_id(key));
  if (signer != nullptr && may_sign(list.signers, key, SystemClock().now())) {
    lines.push_back(line(CheckArea::other, CheckState::good, subject,
                         signer->to ? fmt::format(fmt::runtime(tr("it counts until {}")), to_rfc3339(*signer->to))
                                    : std::string(tr("it counts"))));
    return;
  }
  lines.push_back(
      line(CheckArea::other, CheckState::failed, subject,
           tr("it is not in the signers list, or it has ended or was revoked there"),
           tr("Make the next one: restore-cli keys new-signer; then have it signed: restore-cli keys rotate "
              "--signer FILE")));
}

void check_lists(CheckLines& lines, const Settings& settings) {
  try {
    const TrustLists trust = lists_of(settings);
    lines.push_back(
        line(CheckArea::other, CheckState::good, tr("lists of keys"),
             fmt::format(fmt::runtime(tr("recipients epoch {} with {} keys, signers epoch {}, signed by the root")),
                         trust.recipients.epoch, trust.recipients.recipients.size(), trust.signers.epoch)));
    check_signer(lines, settings, trust.signers);
  } catch (const Error& error) {
    lines.push_back(failed_with(tr("lists of keys"), error));
  }
}

void check_identities(CheckLines& lines, const Settings& settings) {
  const auto found = find_identities(settings);
  for (const auto& path : found) {
    const CheckState state = settings.same_machine_station ? CheckState::warning : CheckState::failed;
    lines.push_back(line(CheckArea::rule, state, path.string(), tr("this file holds a key that opens backups"),
                         tr("Move it to the restore station")));
  }
  if (found.empty()) {
    lines.push_back(line(CheckArea::rule, CheckState::good, tr("keys that open backups"),
                         tr("none in the folders of configuration, data and both places")));
  }
}

void check_process(CheckLines& lines) {
  try {
    for (const GuardFinding& finding : guard_process()) {
      const CheckState state = finding.state == GuardFinding::State::good ? CheckState::good : CheckState::warning;
      lines.push_back(line(CheckArea::rule, state, tr("process"), finding.text));
    }
  } catch (const Error& error) {
    lines.push_back(failed_with(tr("process"), error));
  }
}

}  // namespace

CheckLines check_configuration(const std::string& config_option, std::optional<Settings>& settings) {
  CheckLines lines;
  const std::filesystem::path file = cli::config_path(config_option);
  const SettingsResult result = read_settings(file);
  add_findings(lines, tr("configuration"), result.errors, CheckState::failed);
  if (!lines.empty() && !cli::has_configuration(config_option)) lines.back().remedy = cli::configuration_hint();
  add_findings(lines, tr("configuration"), result.warnings, CheckState::warning);
  settings = result.settings;
  if (!settings) return lines;
  lines.push_back(line(CheckArea::configuration, CheckState::good, tr("configuration"), settings->file.string()));
  check_drivers(lines, *settings, check_inventory(lines, *settings));
  return lines;
}

CheckLines check_keys(const Settings& settings) {
  CheckLines lines;
  for (const auto& path :
       {settings.keys.signing, settings.keys.catalog_identity, settings.keys.kek, settings.keys.dedup}) {
    check_secret_file(lines, path);
  }
  check_process(lines);
  check_lists(lines, settings);
  check_identities(lines, settings);
  try {
    cli::load_server_keys(settings);
    lines.push_back(line(CheckArea::other, CheckState::good, tr("keys of this server"), tr("all there and readable")));
  } catch (const Error& error) {
    lines.push_back(failed_with(tr("keys of this server"), error));
  }
  return lines;
}

int exit_code_of(const CheckLines& lines) {
  bool configuration = false;
  bool rule = false;
  bool device = false;
  bool other = false;
  for (const CheckLine& one : lines) {
    if (one.state != CheckState::failed) continue;
    configuration |= one.area == CheckArea::configuration;
    rule |= one.area == CheckArea::rule;
    device |= one.area == CheckArea::device;
    other |= one.area == CheckArea::other;
  }
  if (configuration) return exit_code(ErrorCode::usage);
  if (rule) return exit_code(ErrorCode::rule);
  if (other) return 1;
  constexpr int kPartial = 3;
  return device ? kPartial : 0;
}

}  // namespace coffre
