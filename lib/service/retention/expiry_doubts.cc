#include "service/retention/expiry_doubts.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "catalog/backups.h"
#include "catalog/installation.h"
#include "catalog/journal.h"
#include "catalog/retention.h"
#include "replicas/installation.h"

namespace coffre {
namespace {

constexpr std::string_view kClockFact = "clock_seen";             // "<boot id> <wall clock minus time since boot>"
constexpr std::string_view kReleasedFact = "expiry_resumed";      // "<RFC 3339> <code> <code> ..."
constexpr std::string_view kWaivedFact = "expiry_takes_rebuilt";  // the value of "rebuilt_at" that was waived
constexpr std::string_view kRebuiltFact = "rebuilt_at";
constexpr Seconds kLagAllowed = std::chrono::hours{24};
constexpr Seconds kReleaseHolds = std::chrono::hours{24};

Replica& place_of(Installation& at, ReplicaRole role) {
  return role == ReplicaRole::local ? static_cast<Replica&>(*at.local) : *at.cloud;
}

// "": none.
std::string doubt_about(Installation& at, ReplicaRole role, Instant now) {
  try {
    require_installation(place_of(at, role), at.id);
  } catch (const Error& error) {
    return error.finding_on(std::string(to_string(role)));
  }
  std::vector<BackupRow> lacking;
  at.catalog.read([&](Session& session) { lacking = backups_without_good_copy(session, to_string(role)); });
  std::erase_if(lacking, [now](const BackupRow& backup) { return backup.recorded_at > now - kLagAllowed; });
  if (lacking.empty()) return {};
  return fmt::format(fmt::runtime(tr("{} backups have no good copy there, the oldest is {}")), lacking.size(),
                     lacking.front().name);
}

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  file >> id;
  return id.empty() ? "unknown" : id;
}

// How far the wall clock moved since it was last known to be right. A clock that agrees with the store's is right: then
// the move was a correction, and is forgotten.
Seconds clock_moved(Installation& at, bool agrees_with_store) {
  const std::string boot = boot_id();
  const std::int64_t offset =
      to_unix(at.clock.now()) - std::chrono::duration_cast<Seconds>(at.clock.since_boot()).count();
  std::optional<std::string> seen;
  at.catalog.read([&](Session& session) { seen = get_fact(session, kClockFact); });
  Seconds moved{0};
  if (seen && seen->starts_with(boot + " ")) moved = Seconds{offset - std::stoll(seen->substr(boot.size() + 1))};
  if (std::chrono::abs(moved) > kBootClockTolerance && !agrees_with_store) return moved;
  at.catalog.write([&](Session& session) { put_fact(session, kClockFact, fmt::format("{} {}", boot, offset)); });
  return Seconds{0};
}

std::set<StopCode> released_codes(Session& session, Instant now) {
  std::set<StopCode> codes;
  const auto fact = get_fact(session, kReleasedFact);
  if (!fact) return codes;
  const std::vector<std::string_view> words = split(*fact, ' ');
  const auto since = from_rfc3339(words.front());
  if (!since || now < *since || now - *since > kReleaseHolds) return codes;
  for (const StopCode code : {StopCode::replica_in_doubt, StopCode::too_many}) {
    if (std::ranges::find(words, to_string(code)) != words.end()) codes.insert(code);
  }
  return codes;
}

void add_catalog_facts(Installation& at, ExpiryFacts& facts) {
  at.catalog.read([&](Session& session) {
    facts.last_journal_row = last_journal_time(session);
    const auto rebuilt = get_fact(session, kRebuiltFact);
    facts.catalog_in_doubt = rebuilt && get_fact(session, kWaivedFact) != rebuilt;
    facts.released = released_codes(session, facts.now);
    for (const ReplicaRole role : kReplicaRoles) facts.shares[role].objects = count_copies(session, to_string(role));
  });
}

}  // namespace

ExpiryDoubts expiry_doubts(Installation& at, const PerReplica<std::uint64_t>& would_go) {
  ExpiryDoubts doubts;
  ExpiryFacts facts{.now = at.clock.now(), .max_percent = at.policy.max_expired_percent};
  for (const ReplicaRole role : kReplicaRoles) {
    std::string doubt = doubt_about(at, role, facts.now);
    if (doubt.empty()) continue;
    facts.replicas_in_doubt.insert(role);
    doubts.places.emplace(role, std::move(doubt));
  }
  if (!doubts.places.contains(ReplicaRole::cloud)) facts.bucket_date = at.cloud->store_time();
  const bool agrees = facts.bucket_date && std::chrono::abs(facts.now - *facts.bucket_date) <= kBucketClockTolerance;
  facts.moved_against_boot = clock_moved(at, agrees);
  add_catalog_facts(at, facts);
  for (const ReplicaRole role : kReplicaRoles) {
    facts.shares[role].would_go = would_go[role];
    doubts.objects[role] = facts.shares[role].objects;
  }
  doubts.stops = expiry_stop_reasons(facts);
  return doubts;
}

std::vector<StopReason> resume_expiry(Installation& at, const PerReplica<std::uint64_t>& would_go,
                                      const std::string& ticket, const std::string& reason) {
  if (ticket.empty() || reason.empty()) {
    throw Error(ErrorCode::usage, tr("resuming expiry"), tr("a ticket and a reason are needed"));
  }
  std::vector<StopReason> released = expiry_doubts(at, would_go).stops;
  std::erase_if(released, [](const StopReason& stop) { return is_clock(stop.code); });
  const Instant now = at.clock.now();
  std::string words = to_rfc3339(now);
  std::string codes;
  for (const StopReason& stop : released) codes += (codes.empty() ? "" : " ") + std::string(to_string(stop.code));
  at.catalog.write([&](Session& session) {
    put_fact(session, kReleasedFact, words + " " + codes);
    const bool rebuilt =
        std::ranges::any_of(released, [](const StopReason& stop) { return stop.code == StopCode::catalog_in_doubt; });
    if (rebuilt) put_fact(session, kWaivedFact, get_fact(session, kRebuiltFact).value_or(""));
    append_journal(session,
                   {.account = at.account,
                    .action = "expire_resume",
                    .subject = std::string(at.id),
                    .result = "done",
                    .ticket = ticket,
                    .detail = {{"reason", reason}, {"released", codes}}},
                   now);
  });
  return released;
}

}  // namespace coffre
