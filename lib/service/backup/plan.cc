#include "service/backup/plan.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/translate.h"
#include "config/suggest.h"

namespace coffre {
namespace {

bool covers(const Selection& selection, const Device& device) {
  switch (selection.scope) {
    case Selection::Scope::due:
    case Selection::Scope::everything:
      return true;
    case Selection::Scope::site:
      return site_key(device.key.client, device.key.site) == selection.name;
    case Selection::Scope::device:
      return device.key.path() == selection.name;
  }
  return false;
}

[[noreturn]] void refuse_unknown(const Selection& selection, const Inventory& inventory) {
  std::vector<std::string> known;
  if (selection.scope == Selection::Scope::site) {
    for (const auto& [key, site] : inventory.sites) known.push_back(key);
  } else {
    for (const auto& [key, device] : inventory.devices) known.push_back(key.display());
  }
  const std::string meant = nearest(selection.name, known);
  const std::string where = tr("List the devices with: restore-cli list --devices");
  throw Error(ErrorCode::not_found, tr("choosing the devices"),
              fmt::format(fmt::runtime(tr("the inventory has no \"{}\"")), selection.name),
              meant.empty() ? where : fmt::format(fmt::runtime(tr("Is {} meant? {}")), meant, where));
}

PlanLine plan_device(const Device& device, const Site& site, const DeviceHistory& history, Selection::Scope scope,
                     const Zones& zones, Instant now) {
  PlanLine line{.device = device.key, .device_id = history.device_id, .slot = now, .next_expected = std::nullopt};
  line.newest_sequence = history.newest_sequence;
  if (device.retired) {
    line.action = PlanAction::retired;
    return line;
  }
  if (history.client_closed) {
    line.action = PlanAction::client_closed;
    return line;
  }
  if (device.collection == Collection::manual) {
    line.action = PlanAction::manual;
    return line;
  }
  const Zone& zone = zones.of_site(site);
  const DueState state{.last_non_suspect = history.last_non_suspect};
  const Slot slot = slot_at(site.window, zone, history.device_id, now);
  line.slot = slot.start;
  line.slot_done = is_done(slot.start, state, now);
  line.kind = scheduled_kind(*zones.installation, history.newest_non_suspect_mensuel, now);
  line.next_expected = next_expected(site.window, zone, history.device_id, state, now);
  const bool wanted = scope != Selection::Scope::due || history.collect_requested || is_due(slot, state, now);
  if (!wanted) {
    line.action = PlanAction::not_due;
  } else {
    line.action = device.pin.empty() ? PlanAction::not_confirmed : PlanAction::back_up;
  }
  return line;
}

}  // namespace

std::vector<PlanLine> plan_run(const Inventory& inventory,
                               const std::function<DeviceHistory(const DeviceKey&)>& history,
                               const Selection& selection, const Zones& zones, Instant now) {
  std::vector<PlanLine> lines;
  for (const auto& [key, device] : inventory.devices) {
    if (!covers(selection, device)) continue;
    lines.push_back(plan_device(device, inventory.site_of(key), history(key), selection.scope, zones, now));
  }
  const bool named = selection.scope == Selection::Scope::site || selection.scope == Selection::Scope::device;
  if (lines.empty() && named) refuse_unknown(selection, inventory);
  return lines;
}

}  // namespace coffre
