#include "service/retention/retention_facts.h"

#include <algorithm>

#include "service/reading/proof_of.h"

namespace coffre {
namespace {

constexpr Seconds kAnyAge = std::chrono::years{10'000};

// Of several, the legal one: it says more.
Hold hold_on(const std::vector<HoldRow>& holds, std::initializer_list<std::string_view> subjects) {
  Hold found = Hold::none;
  for (const HoldRow& hold : holds) {
    if (std::ranges::find(subjects, hold.subject) != subjects.end()) found = std::max(found, hold.kind);
  }
  return found;
}

CopyFacts copy_facts(ProofContext context, const std::vector<Evidence>& evidence, ReplicaRole role, bool held) {
  if (!held) return {};
  context.replicas = {std::string(to_string(role))};
  CopyFacts facts{.held = true, .level = prove(evidence, context).level};
  context.read_back_max_age = kAnyAge;
  context.key_proof_max_age = kAnyAge;
  facts.highest = prove(evidence, context).level;
  return facts;
}

BackupFacts backup_facts(const Installation& at, Session& session, const BackupRow& row,
                         const RetentionSurroundings& around) {
  BackupFacts facts{.name = row.name,
                    .kind = row.kind,
                    .suspect = row.suspect,
                    .hold = hold_on(around.holds, {row.name}),
                    .created_at = row.created_at,
                    .sequence = row.sequence,
                    .first_proven = row.first_proven};
  const std::vector<CopyRow> copies = copies_of(session, row.digest);
  const std::vector<Evidence> evidence = evidence_of(session, row.digest);
  ProofContext context = proof_context(at, row, copies);
  context.key_proofs = around.key_proofs;
  for (const ReplicaRole role : kReplicaRoles) {
    const bool held = std::ranges::any_of(
        copies, [&](const CopyRow& copy) { return copy.replica == to_string(role) && is_held(copy); });
    facts.copies[role] = copy_facts(context, evidence, role, held);
  }
  return facts;
}

template <typename Row>
std::string persons_of(const Row& row) {
  return row.first_person + ", " + row.second_person;
}

// What two persons let go, by the name of one backup. Counts only where the device is retired: the model's to say.
void add_releases(const std::vector<ReleaseRow>& releases, DeviceRetention& found) {
  for (std::size_t i = 0; i < found.rows.size(); ++i) {
    const auto release = std::ranges::find(releases, found.rows[i].digest, &ReleaseRow::digest);
    if (release == releases.end()) continue;
    found.history.backups[i].release.emplace(release->first_person, release->second_person, release->reason,
                                             release->at);
    found.released_by[i] = persons_of(*release);
  }
}

}  // namespace

RetentionSurroundings retention_surroundings(Session& session) {
  return {.holds = holds(session),
          .closures = closures(session),
          .releases = releases(session),
          .key_proofs = key_proofs(session)};
}

DeviceRetention retention_facts(const Installation& at, Session& session, const DeviceRow& device,
                                const RetentionSurroundings& around) {
  DeviceRetention found;
  const std::string client = device.key.client.text();
  const std::string site = client + "/" + device.key.site.text();
  found.history.state = device.retired ? DeviceState::retired : DeviceState::active;
  found.history.hold = hold_on(around.holds, {client, site, device.key.display()});
  found.rows = list_backups(session, {.device_id = device.id});
  for (const BackupRow& row : found.rows) found.history.backups.push_back(backup_facts(at, session, row, around));
  found.released_by.resize(found.rows.size());
  if (device.retired) add_releases(around.releases, found);
  const auto closure = std::ranges::find(around.closures, client, &ClosureRow::client);
  if (closure == around.closures.end() || at.clock.now() < closure->closes_at) return found;
  found.history.state = DeviceState::client_closed;
  for (BackupFacts& backup : found.history.backups) {
    backup.release.emplace(closure->first_person, closure->second_person, closure->reason, closure->closes_at);
  }
  std::ranges::fill(found.released_by, persons_of(*closure));
  return found;
}

RetentionContext retention_context(const Installation& at, Instant now) {
  return {.policy = at.policy.retention,
          .zone = *at.zones.installation,
          .required_proof = at.policy.required_proof,
          .now = now};
}

}  // namespace coffre
