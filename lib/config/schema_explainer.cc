#include "config/schema_explainer.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <utility>

#include "base/text.h"
#include "base/translate.h"
#include "config/schema_words.h"

namespace coffre {
namespace {

using nlohmann::json;
using Findings = std::vector<Finding>;

constexpr int kMaxSchemaSteps = 256;  // $ref in circles end here; valijson has decided already

bool forbids_everything(const json& schema) {
  return schema.is_object() && schema.contains("not") && schema["not"].empty();
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

template <typename Number>
bool has_number(const json& schema, const char* keyword, Number& out) {
  const auto found = schema.find(keyword);
  if (found == schema.end() || !found->is_number()) return false;
  out = found->get<Number>();
  return true;
}

std::string form_of(const json& schema, const std::string& otherwise) {
  const std::string phrase = schema.value("x-form", "");
  return phrase.empty() ? otherwise : tr(phrase.c_str());
}

// That part of a schema, without the copy that json::value() makes; an empty one when there is none.
const json& part_of(const json& schema, const char* keyword) {
  static const json kNone = json::object();
  const auto found = schema.find(keyword);
  return found == schema.end() ? kNone : *found;
}

class Explainer {
 public:
  explicit Explainer(const json& root) : root_(root) {}

  Findings explain(const json& given, const YamlValue& value) {
    if (++steps_ > kMaxSchemaSteps) return {};
    Findings out;
    explain_into(resolved(given), value, out);
    --steps_;
    return out;
  }

 private:
  // A `$ref` inside this schema followed; in draft-07 whatever stands beside it does not count.
  const json& resolved(const json& schema) const {
    const json* at = &schema;
    for (int i = 0; i < kMaxSchemaSteps && at->is_object() && at->contains("$ref"); ++i) {
      const std::string target = (*at)["$ref"].get<std::string>();
      if (!target.starts_with("#")) return *at;
      at = &root_.at(json::json_pointer(target.substr(1)));
    }
    return *at;
  }

  // An empty document stands for an empty map.
  static YamlType type_of(const YamlValue& value) {
    return value.type() == YamlType::null && value.pointer().empty() ? YamlType::map : value.type();
  }

  void explain_into(const json& schema, const YamlValue& value, Findings& out) {
    if (schema.is_boolean()) {
      if (!schema.get<bool>()) out.push_back(value.key_finding(tr("is not allowed here")));
      return;
    }
    if (!explain_type(schema, value, out)) return;  // everything else would only repeat it
    explain_allowed_values(schema, value, out);
    switch (type_of(value)) {
      case YamlType::text:
        explain_text(schema, value, out);
        break;
      case YamlType::integer:
      case YamlType::real:
        explain_number(schema, value, out);
        break;
      case YamlType::list:
        explain_list(schema, value, out);
        break;
      case YamlType::map:
        explain_map(schema, value, out);
        break;
      case YamlType::null:
      case YamlType::boolean:
        break;
    }
    explain_combinations(schema, value, out);
  }

  static std::vector<std::string> types_in(const json& schema) {
    const auto type = schema.find("type");
    if (type == schema.end()) return {};
    if (type->is_string()) return {type->get<std::string>()};
    return type->get<std::vector<std::string>>();
  }

  static bool explain_type(const json& schema, const YamlValue& value, Findings& out) {
    const std::vector<std::string> types = types_in(schema);
    const YamlType given = type_of(value);
    const bool fits = types.empty() || std::any_of(types.begin(), types.end(),
                                                   [&](const std::string& type) { return satisfies(given, type); });
    if (!fits) out.push_back(value.finding(wrong_type_text(value, given, types)));
    return fits;
  }

  static bool equals(const json& allowed, const YamlValue& value) {
    switch (value.type()) {
      case YamlType::null:
        return allowed.is_null();
      case YamlType::boolean:
        return allowed.is_boolean() && allowed.get<bool>() == value.boolean();
      case YamlType::integer:
      case YamlType::real:
        return allowed.is_number() && allowed == json(value.real());
      case YamlType::text:
        return allowed.is_string() && allowed.get_ref<const std::string&>() == value.text();
      case YamlType::list:
      case YamlType::map:
        return true;  // no schema of ours lists such values
    }
    return false;
  }

  static void explain_allowed_values(const json& schema, const YamlValue& value, Findings& out) {
    json allowed = json::array();
    if (schema.contains("enum")) allowed = schema["enum"];
    if (schema.contains("const")) allowed.push_back(schema["const"]);
    if (allowed.empty()) return;
    std::vector<std::string> words;
    for (const json& one : allowed) {
      if (equals(one, value)) return;
      words.push_back(one.is_string() ? one.get<std::string>() : one.dump());
    }
    out.push_back(value.finding(not_one_of_text(value, words)));
  }

  void explain_text(const json& schema, const YamlValue& value, Findings& out) {
    const std::size_t length = characters(value.text());
    std::size_t limit = 0;
    if (has_number(schema, "maxLength", limit) && length > limit) {
      out.push_back(value.finding(fmt::format(fmt::runtime(tr("is longer than {} characters")), limit)));
      return;
    }
    if (has_number(schema, "minLength", limit) && length < limit) {
      out.push_back(value.finding(limit == 1 ? tr("must not be empty")
                                             : fmt::format(fmt::runtime(tr("is shorter than {} characters")), limit)));
      return;
    }
    const std::string pattern = schema.value("pattern", "");
    if (pattern.empty() || matches(value.text(), pattern)) return;
    // The value itself is not repeated: an address may hold a password.
    out.push_back(value.finding(fmt::format(
        fmt::runtime(tr("has to be {}")), form_of(schema, fmt::format(fmt::runtime(tr("of the form {}")), pattern)))));
  }

  static void explain_number(const json& schema, const YamlValue& value, Findings& out) {
    const double number = value.real();
    double least = 0;
    double most = 0;
    const bool has_least = has_number(schema, "minimum", least);
    const bool has_most = has_number(schema, "maximum", most);
    if (has_least && has_most && (number < least || number > most)) {
      out.push_back(value.finding(fmt::format(fmt::runtime(tr("has to lie between {} and {}")), least, most)));
    } else if (has_least && number < least) {
      out.push_back(value.finding(fmt::format(fmt::runtime(tr("has to be at least {}")), least)));
    } else if (has_most && number > most) {
      out.push_back(value.finding(fmt::format(fmt::runtime(tr("has to be at most {}")), most)));
    }
    if (has_number(schema, "exclusiveMinimum", least) && number <= least) {
      out.push_back(value.finding(fmt::format(fmt::runtime(tr("has to be more than {}")), least)));
    }
    if (has_number(schema, "exclusiveMaximum", most) && number >= most) {
      out.push_back(value.finding(fmt::format(fmt::runtime(tr("has to be less than {}")), most)));
    }
  }

  void explain_list(const json& schema, const YamlValue& value, Findings& out) {
    const std::vector<YamlValue> items = value.items();
    std::size_t limit = 0;
    if (has_number(schema, "minItems", limit) && items.size() < limit) {
      out.push_back(value.key_finding(fmt::format(fmt::runtime(tr("needs at least {} entries")), limit)));
    }
    if (has_number(schema, "maxItems", limit) && items.size() > limit) {
      out.push_back(value.key_finding(fmt::format(fmt::runtime(tr("may have at most {} entries")), limit)));
    }
    if (schema.value("uniqueItems", false)) explain_repetition(items, out);
    const auto item_schema = schema.find("items");
    if (item_schema == schema.end()) return;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool by_place = item_schema->is_array();
      if (by_place && i >= item_schema->size()) break;
      add(explain(by_place ? (*item_schema)[i] : *item_schema, items[i]), out);
    }
  }

  static void explain_repetition(const std::vector<YamlValue>& items, Findings& out) {
    std::set<std::string> seen;
    for (const YamlValue& item : items) {
      if (item.is_text() && !seen.insert(item.text()).second) {
        out.push_back(item.finding(fmt::format(fmt::runtime(tr("{} is in the list twice")), shown(item))));
      }
    }
  }

  void explain_map(const json& schema, const YamlValue& value, Findings& out) {
    const json& properties = part_of(schema, "properties");
    const json& patterns = part_of(schema, "patternProperties");
    const std::vector<YamlValue::Member> members = value.members();

    for (const json& name : part_of(schema, "required")) {
      const auto& key = name.get_ref<const std::string&>();
      const bool there =
          std::any_of(members.begin(), members.end(), [&](const auto& member) { return member.name == key; });
      if (!there) out.push_back(value.key_finding(fmt::format(fmt::runtime(tr("the key \"{}\" is missing")), key)));
    }
    std::vector<std::string> allowed;
    for (const auto& [name, property] : properties.items()) {
      if (!forbids_everything(resolved(property))) allowed.push_back(name);
    }
    for (const YamlValue::Member& member : members) {
      bool known = properties.contains(member.name);
      if (known) add(explain(properties.at(member.name), member.value), out);
      for (const auto& [pattern, property] : patterns.items()) {
        if (!matches(member.name, pattern)) continue;
        known = true;
        add(explain(property, member.value), out);
      }
      if (!known) explain_additional(schema, member, allowed, out);
      explain_name(schema, member, out);
    }
    explain_size(schema, value, members.size(), out);
  }

  void explain_additional(const json& schema, const YamlValue::Member& member, const std::vector<std::string>& allowed,
                          Findings& out) {
    const auto additional = schema.find("additionalProperties");
    if (additional == schema.end() || *additional == json(true)) return;
    if (*additional == json(false)) {
      out.push_back(member.value.key_finding(unknown_key_text(member.name, allowed)));
      return;
    }
    add(explain(*additional, member.value), out);
  }

  void explain_name(const json& schema, const YamlValue::Member& member, Findings& out) {
    const auto names = schema.find("propertyNames");
    if (names == schema.end()) return;
    const json& rule = resolved(*names);
    if (!rule.is_object()) return;
    const std::string pattern = rule.value("pattern", "");
    if (!pattern.empty() && !matches(member.name, pattern)) {
      const std::string form = form_of(rule, fmt::format(fmt::runtime(tr("of the form {}")), pattern));
      out.push_back(member.value.key_finding(fmt::format(fmt::runtime(tr("the key has to be {}")), form)));
    }
    if (!rule.contains("enum")) return;
    const auto allowed = rule["enum"].get<std::vector<std::string>>();
    if (std::find(allowed.begin(), allowed.end(), member.name) != allowed.end()) return;
    out.push_back(member.value.key_finding(unknown_key_text(member.name, allowed)));
  }

  static void explain_size(const json& schema, const YamlValue& value, std::size_t size, Findings& out) {
    std::size_t limit = 0;
    if (has_number(schema, "minProperties", limit) && size < limit) {
      out.push_back(value.key_finding(fmt::format(fmt::runtime(tr("needs at least {} entries")), limit)));
    }
    if (has_number(schema, "maxProperties", limit) && size > limit) {
      out.push_back(value.key_finding(fmt::format(fmt::runtime(tr("may have at most {} entries")), limit)));
    }
  }

  void explain_combinations(const json& schema, const YamlValue& value, Findings& out) {
    for (const json& part : part_of(schema, "allOf")) add(explain(part, value), out);
    if (schema.contains("anyOf")) explain_choice(schema["anyOf"], value, out);
    if (schema.contains("oneOf")) explain_choice(schema["oneOf"], value, out);
    if (schema.contains("if")) {
      const char* const branch = explain(schema["if"], value).empty() ? "then" : "else";
      if (schema.contains(branch)) add(explain(schema[branch], value), out);
    }
    if (schema.contains("not") && explain(schema["not"], value).empty()) {
      const std::string phrase = schema.value("x-form", "");
      out.push_back(value.key_finding(phrase.empty() ? std::string(tr("is not allowed here"))
                                                     : fmt::format(fmt::runtime(tr("is {}")), tr(phrase.c_str()))));
    }
  }

  // Of several forms, the one that the person most likely meant: the least is wrong with it, and what is wrong lies
  // deep inside rather than in the value itself or in the words (const, enum) that tell the forms apart.
  void explain_choice(const json& forms, const YamlValue& value, Findings& out) {
    constexpr std::size_t kOwnLevel = 4;
    const std::string own = value.pointer();
    Findings best;
    std::size_t best_weight = static_cast<std::size_t>(-1);
    std::vector<std::string> types;
    bool only_types = true;
    for (const json& form : forms) {
      Findings found = explain(form, value);
      if (found.empty()) return;
      std::size_t weight = 0;
      for (const Finding& finding : found) weight += finding.pointer == own ? kOwnLevel : 1;
      const json& shape = resolved(form);
      if (shape.is_object()) weight += kOwnLevel * 2 * wrong_markers(shape, value);
      const std::vector<std::string> wanted = shape.is_object() ? types_in(shape) : std::vector<std::string>();
      Findings ignored;
      if (wanted.empty() || explain_type(shape, value, ignored)) only_types = false;
      types.insert(types.end(), wanted.begin(), wanted.end());
      if (weight >= best_weight) continue;
      best_weight = weight;
      best = std::move(found);
    }
    if (only_types) {
      best.clear();
      best.push_back(value.finding(wrong_type_text(value, type_of(value), types)));
    }
    add(std::move(best), out);
  }

  // How many keys with one fixed value (`scheme: digest`) hold another one.
  [[nodiscard]] std::size_t wrong_markers(const json& shape, const YamlValue& value) const {
    std::size_t count = 0;
    const json& properties = part_of(shape, "properties");
    for (const auto& [name, property] : properties.items()) {
      const json& rule = resolved(property);
      const std::optional<YamlValue> given = value.find(name);
      if (given && rule.is_object() && rule.contains("const") && !equals(rule["const"], *given)) ++count;
    }
    return count;
  }

  static void add(Findings found, Findings& out) { std::move(found.begin(), found.end(), std::back_inserter(out)); }

  // Compiling a pattern takes longer than matching; a table of devices has the same few thousands of times.
  bool matches(const std::string& text, const std::string& pattern) {
    const auto [known, fresh] = patterns_.try_emplace(pattern);
    if (fresh) known->second = std::regex(pattern);
    return std::regex_search(text, known->second);
  }

  const json& root_;
  std::map<std::string, std::regex> patterns_;
  int steps_ = 0;
};

}  // namespace

std::vector<Finding> explain_violations(const nlohmann::json& schema, const Document& document) {
  std::vector<Finding> findings = Explainer(schema).explain(schema, document.root());
  sort_by_place(findings);
  return findings;
}

}  // namespace coffre
