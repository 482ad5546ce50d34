#include "model/expiry_stop.h"

#include <array>

#include "base/translate.h"

namespace coffre {
namespace {

struct Word {
  StopCode code;
  std::string_view name;
  const char* title;
};

constexpr std::array kWords = {
    Word{StopCode::clock_disagrees, "clock_disagrees",
         tr_noop("the clock disagrees with the bucket's by more than 5 minutes")},
    Word{StopCode::clock_behind, "clock_behind", tr_noop("the clock is behind the journal's last row")},
    Word{StopCode::clock_jumped, "clock_jumped", tr_noop("the clock was moved by more than an hour")},
    Word{StopCode::replica_in_doubt, "replica_in_doubt", tr_noop("a replica is in doubt")},
    Word{StopCode::catalog_in_doubt, "catalog_in_doubt",
         tr_noop("the catalog was rebuilt and not yet merged with a copy of the former one")},
    Word{StopCode::too_many, "too_many", tr_noop("too large a part of a replica would go")},
};

const Word& word_of(StopCode code) {
  return kWords.at(static_cast<std::size_t>(code));
}

Seconds distance(Instant a, Instant b) {
  return a < b ? b - a : a - b;
}

void add_clock(const ExpiryFacts& facts, std::vector<StopReason>& reasons) {
  if (facts.bucket_date && distance(facts.now, *facts.bucket_date) > kBucketClockTolerance) {
    reasons.push_back({StopCode::clock_disagrees});
  }
  if (facts.last_journal_row && facts.now < *facts.last_journal_row) reasons.push_back({StopCode::clock_behind});
  const Seconds moved = std::chrono::abs(facts.moved_against_boot);
  if (moved > kBootClockTolerance) reasons.push_back({StopCode::clock_jumped});
}

bool is_too_many(const ReplicaShare& share, unsigned max_percent) {
  constexpr std::uint64_t kWhole = 100;
  return share.would_go > kAlwaysAllowedObjects && share.would_go * kWhole > share.objects * max_percent;
}

}  // namespace

std::vector<StopReason> expiry_stop_reasons(const ExpiryFacts& facts) {
  std::vector<StopReason> reasons;
  reasons.reserve(kWords.size() + 2 * kReplicaRoles.size());  // without it, g++ 12 warns of an overflow that is none
  add_clock(facts, reasons);
  for (const ReplicaRole replica : facts.replicas_in_doubt) reasons.push_back({StopCode::replica_in_doubt, replica});
  if (facts.catalog_in_doubt) reasons.push_back({StopCode::catalog_in_doubt});
  for (const ReplicaRole replica : kReplicaRoles) {
    if (is_too_many(facts.shares[replica], facts.max_percent)) reasons.push_back({StopCode::too_many, replica});
  }
  std::erase_if(reasons, [&facts](const StopReason& reason) {
    return !is_clock(reason.code) && facts.released.contains(reason.code);
  });
  return reasons;
}

bool is_clock(StopCode code) {
  return code == StopCode::clock_disagrees || code == StopCode::clock_behind || code == StopCode::clock_jumped;
}

std::string_view to_string(StopCode code) {
  return word_of(code).name;
}

const char* title_of(StopCode code) {
  return word_of(code).title;
}

const char* release_of(StopCode code) {
  if (is_clock(code)) {
    return tr_noop(
        "Set this machine's clock (NTP: timedatectl); once it is right and agrees, expiry goes on by itself");
  }
  return tr_noop(
      "Mend it; or, after a look at it, go on all the same: restore-cli expire --resume --ticket T --reason R");
}

}  // namespace coffre
