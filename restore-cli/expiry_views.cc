#include "expiry_views.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "base/text.h"
#include "base/translate.h"
#include "cli/output.h"
#include "views.h"

namespace coffre {
namespace {

using cli::Json;

std::string reason_text(const Reason& reason, const std::vector<std::string>& places, const ExpiryItem& item,
                        const Zone& zone) {
  std::string text = tr(title_of(reason.code));
  if (reason.code == ReasonCode::released && !item.released_by.empty()) text += " (" + item.released_by + ")";
  if (!places.empty()) text += " (" + join(places, ", ") + ")";
  if (reason.until) text += tr(": ") + cli::date_text(*reason.until, zone);
  if (reason.successor && !item.successor.empty()) text += tr(": ") + item.successor;
  return text;
}

std::string reasons_text(const ExpiryItem& item, const Zone& zone) {
  // What holds in both places is said once.
  std::vector<Reason> reasons;
  std::map<ReasonCode, std::vector<std::string>> places;
  for (const Reason& reason : item.verdict.reasons) {
    if (!places.contains(reason.code)) reasons.push_back(reason);
    auto& words = places[reason.code];
    if (reason.replica) words.push_back(word_text(std::string(to_string(*reason.replica))));
  }
  std::vector<std::string> texts;
  for (const Reason& reason : reasons) texts.push_back(reason_text(reason, places[reason.code], item, zone));
  if (item.verdict.decision == Decision::keep && !item.released_by.empty()) {
    texts.push_back(fmt::format(fmt::runtime(tr("goes afterwards, released by {}")), item.released_by));
  }
  return join(texts, "; ");
}

Json reason_json(const Reason& reason, const std::string& successor) {
  Json json = Json::object();
  json.set("code", to_string(reason.code)).set("until", instant_json(reason.until));
  json.set("replica", reason.replica ? Json(to_string(*reason.replica)) : Json());
  return json.set("successor", reason.successor ? Json(successor) : Json());
}

std::string stop_text(const StopReason& stop, const ExpiryDoubts& doubts) {
  std::string text = tr(title_of(stop.code));
  if (stop.replica) text += " (" + word_text(std::string(to_string(*stop.replica))) + ")";
  if (stop.code == StopCode::replica_in_doubt && stop.replica) text += tr(": ") + doubts.places.at(*stop.replica);
  return text;
}

}  // namespace

std::string goes_text(const ExpiryItem& item, const Zone& zone, Instant now) {
  if (!item.not_before) return tr("not announced yet");
  if (is_due(item, now)) return tr("with the next --execute");
  return fmt::format(fmt::runtime(tr("not before {}")), cli::date_text(*item.not_before, zone));
}

Json expiry_item_json(const ExpiryItem& item) {
  Json reasons = Json::array();
  for (const Reason& reason : item.verdict.reasons) reasons.add(reason_json(reason, item.successor));
  Json places = Json::array();
  for (const ReplicaRole role : kReplicaRoles) {
    if (item.held[role]) places.add(to_string(role));
  }
  Json json = Json::object();
  json.set("name", item.backup.name).set("device", item.device).set("kind", to_string(item.backup.kind));
  json.set("taken", to_rfc3339(item.backup.created_at)).set("file_size", item.backup.file_size);
  json.set("decision", to_string(item.verdict.decision)).set("reasons", std::move(reasons));
  json.set("tier_end", to_rfc3339(item.verdict.tier_end)).set("places", std::move(places));
  json.set("released_by", item.released_by);
  return json.set("announced", instant_json(item.announced_at)).set("not_before", instant_json(item.not_before));
}

Json stops_json(const ExpiryDoubts& doubts) {
  Json list = Json::array();
  for (const StopReason& stop : doubts.stops) {
    Json json = Json::object();
    json.set("code", to_string(stop.code));
    json.set("replica", stop.replica ? Json(to_string(*stop.replica)) : Json());
    json.set("release", release_of(stop.code));
    list.add(std::move(json));
  }
  return list;
}

Json outcome_json(const ExpiryOutcome& outcome) {
  Json json = Json::object();
  json.set("name", outcome.name).set("result", to_string(outcome.result));
  return json.set("locked_until", instant_json(outcome.locked_until)).set("error", error_json(outcome.error));
}

std::string expiry_table(const std::vector<ExpiryItem>& items, const Zone& zone, Instant now) {
  cli::Table table({{tr("Backup")}, {tr("Goes")}, {tr("Why")}});
  for (const ExpiryItem& item : items) {
    table.add({item.backup.name, goes_text(item, zone, now), reasons_text(item, zone)});
  }
  return table.text();
}

std::string kept_table(const std::vector<ExpiryItem>& items, const Zone& zone) {
  cli::Table table({{tr("Backup")}, {tr("Why it is kept")}});
  for (const ExpiryItem& item : items) table.add({item.backup.name, reasons_text(item, zone)});
  return table.text();
}

std::string stops_text(const ExpiryDoubts& doubts) {
  std::string text;
  for (const StopReason& stop : doubts.stops) {
    text +=
        fmt::format(fmt::runtime(tr("Nothing expires: {}. {}")), stop_text(stop, doubts), tr(release_of(stop.code)));
    text += "\n";
  }
  return text;
}

std::string outcome_text(const ExpiryOutcome& outcome, const Zone& zone) {
  switch (outcome.result) {
    case ExpiryOutcome::Result::removed:
      return tr("removed");
    case ExpiryOutcome::Result::waits:
      if (!outcome.locked_until) return tr("waits: the second place keeps it under a legal hold");
      return fmt::format(fmt::runtime(tr("waits: under lock until {}")), cli::date_text(*outcome.locked_until, zone));
    case ExpiryOutcome::Result::kept:
      return tr("kept: it does not expire any more");
    case ExpiryOutcome::Result::failed:
      return tr("failed");
  }
  return {};
}

}  // namespace coffre
