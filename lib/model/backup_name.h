// The name convention: CLIENT_SITE_TYPE_NAME_YYYYMMDD_HHMM_KIND.bak (design.md section 6).
//
// Fields are codes, [A-Z0-9-]{1,32}; `_` never occurs inside one. Date and time are local to the installation's zone.
// A second backup of one device and kind in the same local minute gets "-2", "-3" ... after the kind.
// Parsing and formatting are exact inverses: parse(format(x)) == x, and format(parse(t)) == t for every accepted t.
// Pure; no errors beyond the documented nullopt.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "model/kind.h"

namespace coffre {

// One field of a name.
class Code {
 public:
  // nullopt unless [A-Z0-9-]{1,32}.
  static std::optional<Code> create(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  auto operator<=>(const Code&) const = default;

 private:
  explicit Code(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// Which device, in the words of the inventory. Ordered by client, site, type, name.
struct DeviceKey {
  Code client;
  Code site;
  Code type;
  Code name;

  [[nodiscard]] std::string path() const;     // "CLIENT/SITE/TYPE_NAME": folder in both replicas
  [[nodiscard]] std::string display() const;  // the same text; what messages and --device use
  // From that text; nullopt when it is not of this form.
  static std::optional<DeviceKey> from_path(std::string_view path);
  auto operator<=>(const DeviceKey&) const = default;
};

// A minute of the wall clock in the installation's zone; valid calendar date, 0000 <= year <= 9999.
struct LocalMinute {
  int year = 0;
  unsigned month = 1;
  unsigned day = 1;
  unsigned hour = 0;
  unsigned minute = 0;
  auto operator<=>(const LocalMinute&) const = default;
};

struct BackupName {
  DeviceKey device;
  LocalMinute at;
  Kind kind;             // one of the four device kinds
  unsigned ordinal = 1;  // 1..9999; 1 is not written

  [[nodiscard]] std::string text() const;
  // "CLIENT/SITE/TYPE_NAME/<name>.bak", or ".../_suspect/<name>.bak".
  [[nodiscard]] std::string path() const;
  [[nodiscard]] std::string suspect_path() const;
  // Exactly the language that text() produces; also refuses 29 February of a common year and the like.
  static std::optional<BackupName> parse(std::string_view text);
  auto operator<=>(const BackupName&) const = default;
};

// The installation's own objects: (CATALOG|ANCHOR|DRILL)_YYYYMMDD_HHMM[-N].bak in the folder "_coffre".
struct InstallationObjectName {
  Kind kind;
  LocalMinute at;
  unsigned ordinal = 1;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string path() const;
  static std::optional<InstallationObjectName> parse(std::string_view text);
  auto operator<=>(const InstallationObjectName&) const = default;
};

inline constexpr std::string_view kInstallationFolder = "_coffre";
inline constexpr std::string_view kSuspectFolder = "_suspect";

}  // namespace coffre
