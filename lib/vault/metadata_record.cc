#include "vault/metadata_record.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "vault/category.h"

namespace coffre {
namespace {

using Json = nlohmann::json;  // an object's keys in ascending order, which for this alphabet is the order of RFC 8785

constexpr std::size_t kMaxKeySize = 64;
constexpr std::int64_t kMaxInteger = (std::int64_t{1} << 53U) - 1;
constexpr std::size_t kMaxCodeSize = 32;
constexpr std::size_t kCodeFields = 4;
constexpr std::size_t kDateDigits = 8;
constexpr std::size_t kTimeDigits = 4;
constexpr std::size_t kMaxOrdinalDigits = 4;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_';
}
bool is_code_character(char c) {
  return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-';
}

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= kMaxKeySize && std::ranges::all_of(key, is_key_character);
}

bool is_value(const MetadataValue& value) {
  if (const auto* const text = std::get_if<std::string>(&value)) return is_utf8(*text);
  if (const auto* const number = std::get_if<std::int64_t>(&value)) {
    return *number >= -kMaxInteger && *number <= kMaxInteger;
  }
  return true;
}

// The value of one member; nullopt for null, fractions, arrays, objects and numbers that do not fit.
std::optional<MetadataValue> value_of(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(kMaxInteger)) {
    return std::nullopt;
  }
  if (json.is_number_integer()) return json.get<std::int64_t>();
  return std::nullopt;
}

// Takes `count` digits off the front.
bool take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count || !std::ranges::all_of(text.substr(0, count), is_digit)) return false;
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

bool take_code(std::string_view& text) {
  const auto end = static_cast<std::size_t>(std::ranges::find_if_not(text, is_code_character) - text.begin());
  if (end < 1 || end > kMaxCodeSize) return false;
  text.remove_prefix(end);
  return true;
}

// "(-N)?.bak" and nothing more, N = 2..9999 without leading zero.
bool is_name_end(std::string_view text) {
  if (text == ".bak") return true;
  if (!take(text, "-") || !text.ends_with(".bak")) return false;
  text.remove_suffix(4);
  if (text.empty() || text.size() > kMaxOrdinalDigits || !std::ranges::all_of(text, is_digit)) return false;
  return text[0] != '0' && text != "1";
}

}  // namespace

void MetadataRecord::put(std::string_view key, MetadataValue value) {
  if (!is_key(key) || !is_value(value)) {
    throw Error(ErrorCode::internal, "describing the backup", "a field has no form in the metadata record",
                "Field: " + printable(key));
  }
  values_.insert_or_assign(std::string(key), std::move(value));
}

void MetadataRecord::set(std::string_view key, std::string_view text) {
  put(key, std::string(text));
}
void MetadataRecord::set(std::string_view key, std::int64_t number) {
  put(key, number);
}
void MetadataRecord::set(std::string_view key, bool truth) {
  put(key, truth);
}

std::optional<std::string> MetadataRecord::text(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end() || !std::holds_alternative<std::string>(found->second)) return std::nullopt;
  return std::get<std::string>(found->second);
}

std::optional<std::int64_t> MetadataRecord::integer(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end() || !std::holds_alternative<std::int64_t>(found->second)) return std::nullopt;
  return std::get<std::int64_t>(found->second);
}

std::optional<bool> MetadataRecord::truth(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end() || !std::holds_alternative<bool>(found->second)) return std::nullopt;
  return std::get<bool>(found->second);
}

std::string MetadataRecord::name() const {
  return text("name").value_or("");
}

std::string MetadataRecord::to_json() const {
  Json object = Json::object();
  for (const auto& [key, value] : values_) {
    std::visit([&object, &name = key](const auto& content) { object[name] = content; }, value);
  }
  return object.dump();
}

MetadataRecord MetadataRecord::parse(ByteView json) {
  const std::string_view text = as_text(json);
  if (text.empty() || text.size() > kMaxRecordSize) throw refusal(Category::metadata);
  const Json object = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) throw refusal(Category::metadata);

  MetadataRecord record;
  for (const auto& member : object.items()) {
    auto value = value_of(member.value());
    if (!value || !is_key(member.key()) || !is_value(*value)) throw refusal(Category::metadata);
    record.values_.emplace(member.key(), std::move(*value));
  }
  // The library accepts white space, any order, keys twice, other escapes: writing again finds all of them.
  if (record.to_json() != text) throw refusal(Category::metadata);
  return record;
}

bool is_object_name(std::string_view name, Kind kind) {
  if (is_device_backup(kind)) {
    for (std::size_t field = 0; field < kCodeFields; ++field) {
      if (!take_code(name) || !take(name, "_")) return false;
    }
    return take_digits(name, kDateDigits) && take(name, "_") && take_digits(name, kTimeDigits) && take(name, "_") &&
           take(name, to_string(kind)) && is_name_end(name);
  }
  return take(name, to_string(kind)) && take(name, "_") && take_digits(name, kDateDigits) && take(name, "_") &&
         take_digits(name, kTimeDigits) && is_name_end(name);
}

}  // namespace coffre
