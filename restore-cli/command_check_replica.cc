// restore-cli check-replica: what the second place can do, asked of it; and, daily, whether its locks hold.
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "model/anomaly.h"
#include "replicas/installation.h"
#include "service/places/canary.h"
#include "service/places/check_replica.h"
#include "service/places/places.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

constexpr int kPartial = 3;

std::string verdict_text(Ability verdict) {
  switch (verdict) {
    case Ability::yes:
      return tr("yes");
    case Ability::no:
      return tr("NO");
    case Ability::not_measured:
      break;
  }
  return tr("not measured");
}

std::string demand_text(Demand demand) {
  switch (demand) {
    case Demand::rule:
      return tr("ordered by the configuration");
    case Demand::needed:
      return tr("needed");
    case Demand::welcome:
      break;
  }
  return tr("not needed");
}

std::string_view demand_word(Demand demand) {
  if (demand == Demand::rule) return "rule";
  return demand == Demand::needed ? "needed" : "welcome";
}

int exit_code_of_canary(CanaryVerdict verdict) {
  if (verdict == CanaryVerdict::held) return 0;
  return verdict == CanaryVerdict::broken ? exit_code(ErrorCode::rule) : kPartial;
}

Json canary_json(const CanaryFinding& canary) {
  return Json::object().set("verdict", to_string(canary.verdict)).set("found", canary.found);
}

void note_canary(Context& context, const CanaryFinding& canary) {
  if (canary.verdict != CanaryVerdict::broken) return;
  const AnomalyRule& rule = rule_of(AnomalyCode::lock_broken);
  cli::note(context,
            fmt::format(fmt::runtime(tr("{} ({}) is open: {}")), rule.french, tr(rule.title), tr(rule.remedy)));
}

// What the bucket is asked with. Holds as long as `made`.
struct Asked {
  explicit Asked(cli::Composition& made) : settings(made.settings), access(cli::store_access(made)) {
    place = open_cloud(settings, access);
    require_installation(*place, made.at->id);
    bucket = dynamic_cast<const Bucket*>(place.get());
    deleter = open_deleter(settings, access);
  }
  [[nodiscard]] StoreProbe probe() const {
    return {.writer = bucket->client(),
            .deleter = deleter.get(),
            .lock = lock_mode_of(*settings.cloud.bucket),
            .clock = access.means.clock,
            .random = access.means.random};
  }

  const Settings& settings;
  StoreAccess access;
  std::unique_ptr<Replica> place;
  const Bucket* bucket = nullptr;  // nullptr: a folder
  std::unique_ptr<S3Client> deleter;
};

int run_canary_alone(cli::Composition& made, const Asked& asked, Context& context) {
  if (asked.bucket == nullptr || asked.deleter == nullptr) {
    throw Error(ErrorCode::usage, tr("asking the canary"),
                asked.bucket == nullptr ? tr("the second place is a folder: it has no locks")
                                        : tr("the configuration names no key that may delete"),
                tr("Name one as `deleter:` in coffre.yaml, and store it: backupd secret set NAME --user ACCESS-KEY"));
  }
  const std::string place = place_of(made.settings.cloud);
  const CanaryFinding canary = run_canary(*made.at, asked.probe(), place);
  const int code = exit_code_of_canary(canary.verdict);
  if (context.json) {
    context.out << Json::object().set("place", place).set("canary", canary_json(canary)).set("exit_code", code).text();
    return code;
  }
  context.out << fmt::format("{}{}{}\n", verdict_text(lock_refuses(canary).verdict), tr(": "), printable(canary.found));
  note_canary(context, canary);
  return code;
}

Json measures_json(const PlaceMeasures& measures, const PlaceDemands& demands) {
  Json list = Json::array();
  for (const Measured& one : measures.all) {
    list.add(Json::object()
                 .set("capability", to_string(one.what))
                 .set("verdict", to_string(one.verdict))
                 .set("demand", demand_word(demand_for(one.what, demands)))
                 .set("found", one.found));
  }
  return Json::object()
      .set("place", measures.place)
      .set("at", to_rfc3339(measures.at))
      .set("capabilities", std::move(list))
      .set("canary", measures.canary ? canary_json(*measures.canary) : Json())
      .set("exit_code", exit_code_of(measures.all, demands));
}

bool keeps_versions(const PlaceMeasures& measures) {
  for (const Measured& one : measures.all) {
    if (one.what == Capability::versioning) return one.verdict == Ability::yes;
  }
  return false;
}

int run(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  const Asked asked(*made);
  if (arguments.has("--canary")) return run_canary_alone(*made, asked, context);
  const std::string place = place_of(made->settings.cloud);
  const bool is_bucket = asked.bucket != nullptr;
  const PlaceMeasures measures =
      is_bucket ? check_bucket(*made->at, asked.probe(), place) : check_folder(*made->at, *asked.place, place);
  const PlaceDemands demands{.locks = is_bucket && lock_mode_of(*made->settings.cloud.bucket) != S3LockMode::none,
                             .versions = keeps_versions(measures),
                             .bucket = is_bucket};
  if (context.json) {
    context.out << measures_json(measures, demands).text();
    return exit_code_of(measures.all, demands);
  }
  cli::Table table({{tr("What")}, {tr("Measured")}, {tr("Found")}, {tr("Needed")}});
  for (const Measured& one : measures.all) {
    table.add({title_of(one.what), verdict_text(one.verdict), printable(one.found),
               demand_text(demand_for(one.what, demands))});
  }
  context.out << table.text();
  if (measures.canary) note_canary(context, *measures.canary);
  cli::note(context, fmt::format(fmt::runtime(tr("On record for {}; the next run relies on it.")), place));
  return exit_code_of(measures.all, demands);
}

}  // namespace

cli::Command check_replica_command() {
  cli::Command command;
  command.name = "check-replica";
  command.person = cli::Person::operation;
  command.summary = tr_noop("ask the second place what it can do, and whether its locks hold");
  command.description = tr_noop(
      "Puts small objects of its own below _coffre/probe/ and measures: a second put refused, versions, locks read "
      "back "
      "and really refusing a deletion, metadata, digests, listings in pages, the clock. What it found goes on record "
      "and "
      "is relied upon from then on. With --canary, once a day: the key that may delete removes an unlocked version and "
      "tries a locked one; a locked one that goes opens an anomaly. One locked object stays for a minute or more, and "
      "the next call removes it. Exit code 0: all as required; 3: something needed is missing or was not measured; 4: "
      "the locks that the configuration orders do not hold.");
  command.options = {cli::flag("--canary", tr_noop("only whether a locked version is refused: for a daily timer"))};
  command.examples = {{"restore-cli check-replica", tr_noop("after a bucket was configured or changed")},
                      {"restore-cli check-replica --canary --quiet", tr_noop("daily")}};
  command.run = run;
  return command;
}

}  // namespace coffre
