// What a META key can read of a file: one flat JSON object in the form of RFC 8785 (schemas/bak-format.md, part D).
//
// Keys [a-z0-9_]{1,64}; values are UTF-8 texts, integers of magnitude < 2^53, and booleans. There is one text for one
// record. `name` is required in a file: the object's name. Unknown keys are allowed. Threads: like any value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "model/kind.h"

namespace coffre {

using MetadataValue = std::variant<std::string, std::int64_t, bool>;

inline constexpr std::size_t kMaxRecordSize = 16383;

class MetadataRecord {
 public:
  // Adds or replaces. Throws Error(internal) for a key or value that the format does not have: callers clean foreign
  // texts first (printable() of base/text.h).
  void set(std::string_view key, std::string_view text);
  void set(std::string_view key, const char* text) { set(key, std::string_view(text)); }
  void set(std::string_view key, std::int64_t number);
  void set(std::string_view key, bool truth);

  // nullopt when the key is absent or its value is of another type.
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
  [[nodiscard]] std::optional<bool> truth(std::string_view key) const;
  [[nodiscard]] std::string name() const;  // text("name"), or ""
  [[nodiscard]] const std::map<std::string, MetadataValue, std::less<>>& values() const { return values_; }

  [[nodiscard]] std::string to_json() const;
  // Exactly one form is accepted; refusal(E_META) otherwise, and for more than kMaxRecordSize bytes.
  static MetadataRecord parse(ByteView json);

  bool operator==(const MetadataRecord&) const = default;

 private:
  void put(std::string_view key, MetadataValue value);
  std::map<std::string, MetadataValue, std::less<>> values_;
};

// Whether a file of this kind may carry this name:
// ([A-Z0-9-]{1,32}_){4}[0-9]{8}_[0-9]{4}_KIND(-N)?.bak, kinds 5-7 (CATALOG|ANCHOR|DRILL)_[0-9]{8}_[0-9]{4}(-N)?.bak,
// N = 2..9999 without leading zero. The format's grammar: dates are not checked against the calendar.
bool is_object_name(std::string_view name, Kind kind);

}  // namespace coffre
