// Inside of yaml_document.h: what a Document owns. Only yaml_*.cc of this room include it.
// No third-party types; built by yaml_parser.cc, read by yaml_document.cc and yaml_json.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/yaml_document.h"

namespace coffre {

struct YamlNode {
  std::variant<std::monostate, bool, std::int64_t, double, std::string> scalar;
  YamlType type = YamlType::null;
  std::string key;                   // of a map entry
  std::vector<YamlNode> children;    // of a map or list; not changed once the tree is complete
  const YamlNode* parent = nullptr;  // set when the tree is complete
  std::uint32_t value_offset = 0;    // bytes from the start of the text
  std::uint32_t key_offset = 0;
};

struct YamlTree {
  std::string file;
  std::string text;
  std::vector<std::size_t> line_starts;  // byte offsets
  YamlNode root;
  bool empty = false;

  [[nodiscard]] Position position_of(std::size_t offset) const;
};

// What a plain scalar means under the core schema as yaml_document.h narrows it; nullopt for .inf and .nan.
using YamlScalar = decltype(YamlNode::scalar);
std::optional<YamlScalar> resolve_plain(std::string_view text);

// Null when something is wrong inside the text; the first such thing is then added to `findings`.
std::unique_ptr<const YamlTree> parse_yaml(std::string_view text, std::string file, std::vector<Finding>& findings);

}  // namespace coffre
