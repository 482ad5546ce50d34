#include "cli/json.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace coffre::cli {

// Turns our value into the library's, which knows how to write it.
struct Json::Access {
  using Written = nlohmann::ordered_json;

  Written operator()(std::monostate /*null*/) const { return nullptr; }
  Written operator()(bool value) const { return value; }
  Written operator()(std::int64_t value) const { return value; }
  Written operator()(const std::string& text) const { return text; }
  Written operator()(const Array& array) const {
    Written out = Written::array();
    for (const Json& item : array) out.push_back(convert(item));
    return out;
  }
  Written operator()(const Object& object) const {
    Written out = Written::object();
    for (const auto& [key, value] : object) out[key] = convert(value);
    return out;
  }

  static Written convert(const Json& json) { return std::visit(Access{}, json.value_); }
  static std::string dump(const Json& json, int indent) {
    constexpr bool kEscapeToAscii = false;
    return convert(json).dump(indent, ' ', kEscapeToAscii, Written::error_handler_t::replace);
  }
};

Json Json::object() {
  Json json;
  json.value_ = Object{};
  return json;
}

Json Json::array() {
  Json json;
  json.value_ = Array{};
  return json;
}

Json Json::array_of(const std::vector<std::string>& texts) {
  Json json = array();
  for (const std::string& text : texts) json.add(text);
  return json;
}

Json& Json::set(std::string key, Json value) & {
  if (!std::holds_alternative<Object>(value_)) {
    throw Error(ErrorCode::internal, "writing JSON", "a key is set on something that is not an object");
  }
  auto& members = std::get<Object>(value_);
  for (auto& [name, held] : members) {
    if (name != key) continue;
    held = std::move(value);
    return *this;
  }
  members.emplace_back(std::move(key), std::move(value));
  return *this;
}

Json&& Json::set(std::string key, Json value) && {
  return std::move(set(std::move(key), std::move(value)));
}

Json& Json::add(Json value) & {
  if (!std::holds_alternative<Array>(value_)) {
    throw Error(ErrorCode::internal, "writing JSON", "a value is added to something that is not an array");
  }
  std::get<Array>(value_).push_back(std::move(value));
  return *this;
}

Json&& Json::add(Json value) && {
  return std::move(add(std::move(value)));
}

std::string Json::text() const {
  constexpr int kIndent = 2;
  return Access::dump(*this, kIndent) + "\n";
}

std::string Json::line() const {
  constexpr int kOneLine = -1;
  return Access::dump(*this, kOneLine);
}

void Json::throw_too_large() {
  throw Error(ErrorCode::internal, "writing JSON", "a number does not fit into 64 bits with sign");
}

}  // namespace coffre::cli
