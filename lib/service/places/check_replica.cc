#include "service/places/check_replica.h"

#include <map>
#include <nlohmann/json.hpp>

#include "catalog/installation.h"
#include "catalog/journal.h"
#include "replicas/folder_probe.h"
#include "service/places/canary.h"

namespace coffre {
namespace {

using nlohmann::json;

constexpr std::string_view kFact = "measured_cloud";

std::string to_fact(const PlaceMeasures& measures) {
  json results = json::object();
  for (const Measured& one : measures.all) {
    results[std::string(to_string(one.what))] = {{"verdict", to_string(one.verdict)}, {"found", one.found}};
  }
  const json value{{"place", measures.place}, {"at", to_rfc3339(measures.at)}, {"results", std::move(results)}};
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void record(Installation& at, const PlaceMeasures& measures) {
  std::map<std::string, std::string> detail{{"place", measures.place}};
  for (const Measured& one : measures.all) {
    detail.emplace(std::string(to_string(one.what)), std::string(to_string(one.verdict)));
  }
  at.catalog.write([&](Session& session) {
    put_fact(session, kFact, to_fact(measures));
    append_journal(session,
                   {.account = at.account,
                    .action = "check_replica",
                    .subject = std::string(kCloudReplica),
                    .result = "done",
                    .ticket = {},
                    .detail = detail},
                   measures.at);
  });
}

}  // namespace

std::string place_of(const CloudReplicaSettings& cloud) {
  return cloud.bucket ? cloud.bucket->endpoint + "/" + cloud.bucket->bucket : cloud.directory.string();
}

PlaceMeasures check_bucket(Installation& at, const StoreProbe& probe, const std::string& place) {
  StoreMeasures store = measure_store(probe);
  PlaceMeasures measures{
      .at = at.clock.now(), .place = place, .all = std::move(store.all), .canary = std::move(store.canary)};
  record(at, measures);
  record_canary(at, *measures.canary, place);
  return measures;
}

PlaceMeasures check_folder(Installation& at, Replica& folder, const std::string& place) {
  PlaceMeasures measures{.at = at.clock.now(), .place = place, .all = measure_folder(folder), .canary = std::nullopt};
  record(at, measures);
  return measures;
}

ConditionalPut measured_conditional_put(const Database& catalog, const std::string& place) {
  std::optional<std::string> fact;
  catalog.read([&](Session& session) { fact = get_fact(session, kFact); });
  if (!fact) return ConditionalPut::unknown;
  try {
    const json value = json::parse(*fact);
    const std::string name(to_string(Capability::conditional_put));
    const bool enforced = value.at("place").get<std::string>() == place &&
                          value.at("results").at(name).at("verdict").get<std::string>() == to_string(Ability::yes);
    return enforced ? ConditionalPut::enforced : ConditionalPut::unknown;
  } catch (const json::exception&) {
    return ConditionalPut::unknown;
  }
}

}  // namespace coffre
