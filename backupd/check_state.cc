#include <fmt/format.h>

#include <set>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/backups.h"
#include "catalog/credentials.h"
#include "catalog/devices.h"
#include "catalog/journal.h"
#include "check.h"
#include "cli/output.h"
#include "service/backup/device_access.h"
#include "service/estate/device_admin.h"

namespace coffre {
namespace {

CheckLine made_line(CheckArea area, CheckState state, std::string subject, std::string text, std::string remedy = {}) {
  return {area, state, std::move(subject), std::move(text), std::move(remedy)};
}

void check_journal(CheckLines& lines, const Installation& at) {
  JournalCheck check;
  std::optional<Instant> last;
  at.catalog.read([&](Session& session) {
    check = verify_journal(session);
    last = last_journal_time(session);
  });
  if (check.problems.empty()) {
    lines.push_back(made_line(CheckArea::other, CheckState::good, tr("journal"),
                              fmt::format(fmt::runtime(tr("{} rows, the chain holds")), check.rows)));
  }
  for (const std::string& problem : check.problems) {
    lines.push_back(made_line(CheckArea::other, CheckState::failed, tr("journal"), problem,
                              tr("Keep the database as it is, and tell the security manager")));
  }
  if (last && *last > at.clock.now()) {
    lines.push_back(made_line(CheckArea::other, CheckState::failed, tr("clock"),
                              fmt::format(fmt::runtime(tr("it is earlier than the last journal row, {}")),
                                          cli::dated_text(*last, *at.zones.installation)),
                              tr("Set the clock (NTP)")));
  }
}

// Without a fresh proof of each key, level 3 no longer counts: found before it happens.
void check_key_proofs(CheckLines& lines, const Installation& at) {
  std::vector<KeyProof> proofs;
  at.catalog.read([&](Session& session) { proofs = key_proofs(session); });
  for (const Recipient& recipient : at.trust.recipients.recipients) {
    if (recipient.scope != Scope::full) continue;
    const std::string subject =
        fmt::format(fmt::runtime(tr("proof of the key \"{}\"")), cli::role_text(recipient.role));
    std::optional<Instant> newest;
    for (const KeyProof& proof : proofs) {
      const bool counts = proof.recipient == to_hex(recipient.id()) && proof.build == at.build &&
                          proof.epoch == at.trust.recipients.epoch;
      if (counts && (!newest || proof.at > *newest)) newest = proof.at;
    }
    const bool fresh = newest && at.clock.now() - *newest <= kKeyProofMaxAge;
    const std::string found = newest ? fmt::format(fmt::runtime(tr("opened a file of this build on {}")),
                                                   cli::dated_text(*newest, *at.zones.installation))
                                     : std::string(tr("never opened a file of this build"));
    lines.push_back(made_line(CheckArea::other, fresh ? CheckState::good : CheckState::failed, subject, found,
                              fresh ? "" : tr("At the restore station: restore-cli verify NAME --identity FILE")));
  }
}

void check_credentials(CheckLines& lines, const Installation& at) {
  std::vector<CredentialRow> rows;
  at.catalog.read([&](Session& session) { rows = list_credentials(session); });
  std::set<std::string> known;
  for (const CredentialRow& row : rows) {
    known.insert(row.name);
    if (!row.stopped) continue;
    lines.push_back(made_line(
        CheckArea::device, CheckState::failed, row.name,
        fmt::format(fmt::runtime(tr("this credential is stopped: {} refused it")), row.stopped_by),
        fmt::format(fmt::runtime(tr("Check the password, then: backupd secret set {0}, or backupd secret release {0} "
                                    "--reason R")),
                    row.name)));
  }
  for (const auto& [key, device] : at.inventory.devices) {
    if (device.credential.empty() || known.contains(device.credential)) continue;
    lines.push_back(made_line(
        CheckArea::device, CheckState::failed, key.display(),
        fmt::format(fmt::runtime(tr("its credential \"{}\" is not stored")), device.credential),
        fmt::format(fmt::runtime(tr("Store it with: backupd secret set {} --user USER")), device.credential)));
  }
}

void check_lost_devices(CheckLines& lines, const Installation& at) {
  std::vector<DeviceRow> rows;
  at.catalog.read([&](Session& session) { rows = list_devices(session); });
  for (const DeviceRow& row : rows) {
    if (row.retired || at.inventory.devices.contains(row.key)) continue;
    lines.push_back(made_line(CheckArea::device, CheckState::failed, row.key.display(),
                              tr("expected, but no longer in the inventory"),
                              tr("Put it back, mark it `retired:`, or use `renamed_from:`")));
  }
}

CheckLine check_device(Installation& at, const Device& device) {
  const std::string subject = device.key.display();
  if (device.retired) return made_line(CheckArea::device, CheckState::skipped, subject, tr("retired"));
  if (device.collection == Collection::manual)
    return made_line(CheckArea::device, CheckState::skipped, subject, tr("by hand"));
  try {
    const ServerCertificate shown = look_at_certificate(at, device);
    if (device.pin.empty()) {
      return made_line(CheckArea::device, CheckState::failed, subject, tr("its certificate was never confirmed"),
                       fmt::format("backupd device pin {}", subject));
    }
    if (shown.pin != device.pin) {
      return made_line(CheckArea::device, CheckState::failed, subject,
                       tr("it shows another certificate than the confirmed one"),
                       fmt::format("backupd device pin {}", subject));
    }
    const DeviceIdentity identity = identify_device(at, device);
    CheckLine line = made_line(CheckArea::device, CheckState::good, subject,
                               fmt::format(fmt::runtime(tr("{} {}, serial {}, firmware {}")), identity.vendor,
                                           identity.model, identity.serial, identity.firmware));
    if (shown.weak_key) {
      line.state = CheckState::warning;
      line.text += fmt::format(fmt::runtime(tr("; weak key in its certificate: {}")), shown.key);
      if (const auto until = weak_key_allowed(at, device)) {
        line.text +=
            fmt::format(fmt::runtime(tr(", allowed until {:04}-{:02}-{:02}")), until->year, until->month, until->day);
      }
    }
    return line;
  } catch (const Error& error) {
    return made_line(CheckArea::device, CheckState::failed, subject, error.step() + tr(": ") + error.reason(),
                     error.hint());
  }
}

}  // namespace

CheckLines check_catalog(cli::Composition& made) {
  CheckLines lines;
  const Installation& at = *made.at;
  try {
    at.catalog.check_integrity();
    lines.push_back(
        made_line(CheckArea::other, CheckState::good, tr("catalog"), made.settings.installation.catalog.string()));
    check_journal(lines, at);
    check_key_proofs(lines, at);
    check_credentials(lines, at);
    check_lost_devices(lines, at);
  } catch (const Error& error) {
    lines.push_back(made_line(CheckArea::other, CheckState::failed, tr("catalog"), error.what(),
                              tr("Make it anew from a replica: restore-cli rebuild-catalog")));
  }
  return lines;
}

CheckLines check_devices(cli::Composition& made, const std::string& only) {
  CheckLines lines;
  for (const auto& [key, device] : made.at->inventory.devices) {
    if (only.empty() || key.display() == only) lines.push_back(check_device(*made.at, device));
  }
  if (lines.empty() && !only.empty()) {
    throw Error(ErrorCode::not_found, tr("checking a device"), tr("the inventory has no such device"),
                tr("List the devices with: restore-cli list --devices"))
        .on(only);
  }
  return lines;
}

}  // namespace coffre
