// A JSON value to be printed: what commands build for --json. (Reading JSON: nlohmann, inside the .cc that reads.)
//
//   Json device = Json::object().set("name", key.display()).set("level", 4).set("last", std::nullopt);
//   Json list = Json::array();  list.add(std::move(device));  context.out << list.text();
//
// Keys keep the order in which they were set. Texts must be UTF-8: what is not is replaced by U+FFFD.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace coffre::cli {

class Json {
 public:
  Json() = default;  // null
  Json(std::nullptr_t /*null*/) {}
  Json(std::nullopt_t /*null*/) {}
  Json(std::same_as<bool> auto value) : value_(value) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) Json(T value) : value_(checked(value)) {}
  Json(const char* text) : value_(std::string(text)) {}
  Json(std::string_view text) : value_(std::string(text)) {}
  Json(std::string text) : value_(std::move(text)) {}
  template <typename T>
  Json(const std::optional<T>& value) : Json(value ? Json(*value) : Json()) {}

  static Json object();
  static Json array();
  static Json array_of(const std::vector<std::string>& texts);

  // On an object: adds the key, or replaces its value in place. Error(internal) on anything else.
  Json& set(std::string key, Json value) &;
  Json&& set(std::string key, Json value) &&;
  // On an array: adds at the end. Error(internal) on anything else.
  Json& add(Json value) &;
  Json&& add(Json value) &&;

  // Two spaces a level, and a line break at the end.
  [[nodiscard]] std::string text() const;
  // On one line, without a line break.
  [[nodiscard]] std::string line() const;

 private:
  struct Access;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;
  using Array = std::vector<Json>;

  template <std::integral T>
  static std::int64_t checked(T value) {
    if (!std::in_range<std::int64_t>(value)) throw_too_large();
    return static_cast<std::int64_t>(value);
  }
  [[noreturn]] static void throw_too_large();

  std::variant<std::monostate, bool, std::int64_t, std::string, Array, Object> value_;
};

}  // namespace coffre::cli
