#include "service/places/canary.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/installation.h"
#include "catalog/journal.h"

namespace coffre {
namespace {

using nlohmann::json;

constexpr std::string_view kFact = "canary_cloud";
constexpr const char* kClosedBy = "an unlocked version was deleted, a locked one was refused";

std::string to_fact(const CanaryRecord& record, const std::string& place) {
  json value{{"place", place},
             {"at", to_rfc3339(record.at)},
             {"verdict", to_string(record.finding.verdict)},
             {"found", record.finding.found},
             {"measured", nullptr}};
  if (record.measured) value["measured"] = to_rfc3339(*record.measured);
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

CanaryVerdict verdict_of(const std::string& word) {
  for (const CanaryVerdict one : {CanaryVerdict::held, CanaryVerdict::broken}) {
    if (to_string(one) == word) return one;
  }
  return CanaryVerdict::not_measured;
}

Error unreadable() {
  return Error(ErrorCode::damaged, tr("reading when the canary was last asked"),
               tr("the catalog's note is not readable"), tr("Ask it again: restore-cli check-replica --canary"));
}

std::optional<CanaryRecord> from_fact(const std::optional<std::string>& fact, const std::string& place) {
  if (!fact) return std::nullopt;
  try {
    const json value = json::parse(*fact);
    if (value.at("place").get<std::string>() != place) return std::nullopt;
    const auto at = from_rfc3339(value.at("at").get<std::string>());
    if (!at) throw unreadable();
    CanaryRecord record{.at = *at, .finding = {}, .measured = std::nullopt};
    record.finding = {verdict_of(value.at("verdict").get<std::string>()), value.at("found").get<std::string>()};
    if (value.at("measured").is_string()) record.measured = from_rfc3339(value.at("measured").get<std::string>());
    return record;
  } catch (const json::exception&) {
    throw unreadable();
  }
}

void settle_anomaly(Session& session, const CanaryFinding& finding, const std::string& place, Instant now) {
  if (finding.verdict == CanaryVerdict::broken) {
    open_anomaly(session, AnomalyCode::lock_broken, kCloudReplica, place + tr(": ") + finding.found, now);
  } else if (finding.verdict == CanaryVerdict::held) {
    close_anomaly(session, AnomalyCode::lock_broken, kCloudReplica, kClosedBy, now);
  }
}

}  // namespace

CanaryFinding run_canary(Installation& at, const StoreProbe& probe, const std::string& place) {
  CanaryFinding finding = ask_canary(probe).finding;
  record_canary(at, finding, place);
  return finding;
}

void record_canary(Installation& at, const CanaryFinding& finding, const std::string& place) {
  const Instant now = at.clock.now();
  const bool measured = finding.verdict != CanaryVerdict::not_measured;
  at.catalog.write([&](Session& session) {
    CanaryRecord record{.at = now, .finding = finding, .measured = now};
    if (!measured) {
      std::optional<CanaryRecord> before;
      try {
        before = from_fact(get_fact(session, kFact), place);
      } catch (const Error&) {
        before = std::nullopt;  // replaced now
      }
      record.measured = before ? before->measured : std::nullopt;
    }
    put_fact(session, kFact, to_fact(record, place));
    settle_anomaly(session, finding, place, now);
    append_journal(session,
                   {.account = at.account,
                    .action = "canary",
                    .subject = std::string(kCloudReplica),
                    .result = std::string(to_string(finding.verdict)),
                    .ticket = {},
                    .detail = {{"place", place}, {"found", finding.found}}},
                   now);
  });
}

std::optional<CanaryRecord> last_canary(const Database& catalog, const std::string& place) {
  std::optional<std::string> fact;
  catalog.read([&](Session& session) { fact = get_fact(session, kFact); });
  return from_fact(fact, place);
}

bool is_silent(const std::optional<CanaryRecord>& canary, Instant now) {
  return !canary || !canary->measured || now - *canary->measured > kCanarySilence;
}

}  // namespace coffre
