#include "service/healing/old_catalog.h"

#include <fmt/format.h>

#include <set>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/carry_over.h"
#include "catalog/devices.h"
#include "catalog/installation.h"
#include "catalog/journal.h"
#include "service/keys/trust_record.h"

namespace coffre {
namespace {

// A catalog that was altered tells nothing: the journal least of all.
void require_ours_and_whole(Session& session, const std::string& installation_id) {
  const std::string step = tr("taking over the old catalog");
  if (get_fact(session, "installation_id") != installation_id) {
    throw Error(ErrorCode::conflict, step, tr("it belongs to another installation"));
  }
  const JournalCheck check = verify_journal(session);
  if (check.problems.empty()) return;
  throw Error(ErrorCode::damaged, step,
              fmt::format(fmt::runtime(tr("its journal is damaged: {}")), check.problems.front()));
}

std::uint64_t carry_devices(Session& from, Session& to) {
  std::set<std::string> known;
  for (const DeviceRow& row : list_devices(to)) {
    known.insert(row.id);
    known.insert(row.key.display());
  }
  std::uint64_t carried = 0;
  for (const DeviceRow& row : list_devices(from)) {
    if (known.contains(row.id) || known.contains(row.key.display())) continue;
    DeviceRow fresh{.id = row.id, .key = row.key};
    fresh.retired = row.retired;
    fresh.next_expected = row.next_expected;
    insert_device(to, fresh);
    ++carried;
  }
  return carried;
}

CarriedOver carry(Session& from, Session& to) {
  CarriedOver carried;
  carried.journal_rows = carry_journal(from, to);
  carried.anomalies = carry_anomalies(from, to);
  carried.open_anomalies = open_anomalies(to).size();
  carried.credentials = carry_credentials(from, to);
  carried.devices = carry_devices(from, to);
  carried.holds = carry_holds(from, to);
  carried.closures = carry_closures(from, to);
  carried.expired = carry_expired(from, to);
  carried.releases = carry_releases(from, to);
  carry_seen_trust(from, to);
  return carried;
}

}  // namespace

OldCatalog carry_over(const std::filesystem::path& old, Database& to, const std::string& installation_id,
                      const Clock& clock) {
  OldCatalog result;
  result.there = std::filesystem::exists(old);
  if (!result.there) return result;
  try {
    const Database from = Database::open_read_only(old.string(), clock);
    from.check_integrity();
    from.read([&](Session& told) {
      require_ours_and_whole(told, installation_id);
      to.write([&](Session& session) { result.carried = carry(told, session); });
    });
  } catch (const Error& error) {
    if (error.code() == ErrorCode::no_space) throw;  // of the new one
    result.carried.reset();
    result.lost = error.finding_on(old.string());
  }
  return result;
}

}  // namespace coffre
