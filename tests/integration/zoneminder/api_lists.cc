#include "integration/zoneminder/api_lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace coffre::test {
namespace {

using Json = nlohmann::json;

Json items_of(const std::string& text, const std::string& list) {
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_object() && document.contains(list) && document[list].is_array()) return document[list];
  throw std::runtime_error(fmt::format("no list of {} in: {:.200}", list, text));
}

Json items_of(const std::vector<std::string>& pages, const std::string& list) {
  Json items = Json::array();
  for (const std::string& page : pages) {
    for (const Json& item : items_of(page, list)) items.push_back(item);
  }
  return items;
}

// ZoneMinder's own counters and dates, which it marks itself.
bool is_dynamic_setting(const Json& item) {
  const Json::json_pointer category("/Config/Category");
  return item.contains(category) && item[category] == "dynamic";
}

Json without_volatile(Json items, const Resource& resource) {
  for (Json& item : items) {
    for (const std::string& path : resource.volatile_paths) {
      const Json::json_pointer pointer(path);
      if (item.contains(pointer)) item[pointer.parent_pointer()].erase(pointer.back());
    }
    if (is_dynamic_setting(item)) item["Config"].erase("Value");
  }
  return items;
}

std::string as_sent(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "1" : "0";
  return value.dump();
}

}  // namespace

const std::vector<Resource>& resources() {
  static const std::vector<Resource> all{
      {"configs", "configs.json", {}},
      {"monitors", "monitors.json", {"/Monitor_Status", "/Event_Summary", "/Monitor/ZoneCount"}},
      {"zones", "zones.json", {}},
      {"states", "states.json", {"/State/IsActive"}},
      {"users", "users/index/limit:1000.json", {}},
      {"storage", "storage.json", {"/Storage/DiskSpace"}},
      {"groups", "groups.json", {}},
      {"servers",
       "servers.json",
       {"/Server/Status", "/Server/CpuLoad", "/Server/TotalMem", "/Server/FreeMem", "/Server/TotalSwap",
        "/Server/FreeSwap"}},
      {"controls", "controls.json", {}},
  };
  return all;
}

ListComparison compare_lists(const Resource& resource, const std::vector<std::string>& pages,
                             const std::string& whole) {
  const Json mine = without_volatile(items_of(pages, resource.name), resource);
  const Json theirs = without_volatile(items_of(whole, resource.name), resource);
  ListComparison result;
  result.items = theirs.size();
  result.values = theirs.flatten().size();
  // Each step of the patch that would make one out of the other: path and value, in words that name the setting.
  for (const Json& step : Json::diff(mine, theirs)) result.differences.push_back(step.dump());
  return result;
}

bool holds(const std::vector<std::string>& pages, std::string_view list, std::string_view model, const Fields& fields) {
  const Json items = items_of(pages, std::string(list));
  return std::any_of(items.begin(), items.end(), [&](const Json& item) {
    if (!item.contains(model)) return false;
    const Json& object = item[std::string(model)];
    return std::all_of(fields.begin(), fields.end(), [&](const auto& field) {
      return object.contains(field.first) && as_sent(object[field.first]) == field.second;
    });
  });
}

}  // namespace coffre::test
