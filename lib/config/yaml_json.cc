// Document::json(): the tree as JSON text, through the library's own number and string forms.

#include <nlohmann/json.hpp>

#include "config/yaml_tree.h"

namespace coffre {
namespace {

nlohmann::ordered_json to_json(const YamlValue& value) {
  switch (value.type()) {
    case YamlType::null:
      return nullptr;
    case YamlType::boolean:
      return value.boolean();
    case YamlType::integer:
      return value.integer();
    case YamlType::real:
      return value.real();
    case YamlType::text:
      return value.text();
    case YamlType::list: {
      nlohmann::ordered_json out = nlohmann::ordered_json::array();
      for (const YamlValue& item : value.items()) out.push_back(to_json(item));
      return out;
    }
    case YamlType::map: {
      nlohmann::ordered_json out = nlohmann::ordered_json::object();
      // Keys are unique, so no search for an equal one (which ordered_json does by walking).
      auto& entries = out.get_ref<nlohmann::ordered_json::object_t&>();
      for (const YamlValue::Member& member : value.members()) entries.push_back({member.name, to_json(member.value)});
      return out;
    }
  }
  return nullptr;
}

}  // namespace

std::string Document::json() const {
  return to_json(root()).dump();
}

}  // namespace coffre
