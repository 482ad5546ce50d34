#include "service/places/residency_record.h"

#include <fmt/format.h>

#include <map>

#include "base/translate.h"
#include "catalog/installation.h"
#include "catalog/journal.h"
#include "config/residency.h"
#include "service/places/check_replica.h"

namespace coffre {
namespace {

constexpr std::string_view kFact = "residency_cloud";

std::string date_of(const Residency& residency) {
  if (!residency.date) return {};
  return fmt::format("{:04}-{:02}-{:02}", residency.date->year, residency.date->month, residency.date->day);
}

// A person's statement counts where there is one: it is what the configuration says.
const KnownEndpoint* known_of(const BucketSettings& bucket) {
  return bucket.residency.statement.empty() ? known_in_france(host_of_endpoint(bucket.endpoint)) : nullptr;
}

std::map<std::string, std::string> detail_of(const BucketSettings& bucket, const std::string& place) {
  std::map<std::string, std::string> detail{{"place", place}, {"country", bucket.residency.country}};
  if (const KnownEndpoint* const known = known_of(bucket)) {
    detail.emplace("lies_in", known->place);
    detail.emplace("provider", known->provider);
    detail.emplace("source", known->source);
    return detail;
  }
  detail.emplace("statement", bucket.residency.statement);
  detail.emplace("by", bucket.residency.by);
  detail.emplace("date", date_of(bucket.residency));
  return detail;
}

}  // namespace

std::string residency_text(const BucketSettings& bucket) {
  const Residency& residency = bucket.residency;
  if (const KnownEndpoint* const known = known_of(bucket)) {
    return fmt::format(fmt::runtime(tr("{}, {} ({}; source: {})")), residency.country, known->place, known->provider,
                       known->source);
  }
  return fmt::format(fmt::runtime(tr("{}, as {} stated on {}: \"{}\"")), residency.country, residency.by,
                     date_of(residency), residency.statement);
}

void note_residency(Installation& at, const CloudReplicaSettings& cloud) {
  if (!cloud.bucket) return;
  const auto detail = detail_of(*cloud.bucket, place_of(cloud));
  std::string noted;
  for (const auto& [name, value] : detail) noted += fmt::format("{}={}\n", name, value);
  bool known = false;
  at.catalog.read([&](Session& session) { known = get_fact(session, kFact) == noted; });
  if (known) return;
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    const bool first = !get_fact(session, kFact);
    put_fact(session, kFact, noted);
    append_journal(session,
                   {.account = at.account,
                    .action = "residency",
                    .subject = std::string(kCloudReplica),
                    .result = first ? "first" : "changed",
                    .ticket = {},
                    .detail = detail},
                   now);
  });
}

}  // namespace coffre
