// Inside of schema_check.h: the sentences about types and keys, and the phrases that schemas carry as "x-form".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_document.h"

namespace coffre {

// "a text", "a map (lines `key: value`)", ... translated; `json_type` as in a schema ("string", "object", ...).
std::string words_for_type(YamlType type);
std::string words_for_json_type(std::string_view json_type);
// Whether a value of that type satisfies the schema's "type" word. 1.0 is no integer: valijson's view.
bool satisfies(YamlType type, std::string_view json_type);

// A scalar for a message: texts in quotes and shortened. Not for anything that may be a secret.
std::string shown(const YamlValue& value);

std::string wrong_type_text(const YamlValue& value, YamlType given, const std::vector<std::string>& json_types);
std::string unknown_key_text(const std::string& key, const std::vector<std::string>& allowed);
std::string not_one_of_text(const YamlValue& value, const std::vector<std::string>& allowed);

// The English phrases used as "x-form" in the schemas of this room; listed in the source so that translators see them.
std::vector<std::string_view> schema_phrases();

}  // namespace coffre
