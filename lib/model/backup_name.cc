#include "model/backup_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "base/text.h"

namespace coffre {
namespace {

constexpr std::string_view kSuffix = ".bak";
constexpr std::size_t kMaxCodeLength = 32;
constexpr unsigned kMaxOrdinal = 9999;
constexpr std::size_t kMaxOrdinalDigits = 4;
constexpr std::size_t kDateDigits = 8;    // YYYYMMDD
constexpr std::size_t kMinuteDigits = 4;  // HHMM

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_code_character(char c) {
  return (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-';
}

// The caller has checked that there are few enough digits.
std::optional<unsigned> number_of(std::string_view digits) {
  unsigned value = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

std::optional<LocalMinute> minute_of(std::string_view date, std::string_view time) {
  if (date.size() != kDateDigits || time.size() != kMinuteDigits) return std::nullopt;
  const auto year = number_of(date.substr(0, 4));
  const auto month = number_of(date.substr(4, 2));
  const auto day = number_of(date.substr(6, 2));
  const auto hour = number_of(time.substr(0, 2));
  const auto minute = number_of(time.substr(2, 2));
  if (!year || !month || !day || !hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  const std::chrono::year_month_day calendar_day{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{*month},
                                                 std::chrono::day{*day}};
  if (!calendar_day.ok()) return std::nullopt;
  return LocalMinute{static_cast<int>(*year), *month, *day, *hour, *minute};
}

// "HEBDO" -> "HEBDO", 1; "HEBDO-2" -> "HEBDO", 2. One value has one text: "-1", "-02" and "-" are refused.
struct Numbered {
  std::string_view text;
  unsigned ordinal = 1;
};

std::optional<Numbered> without_ordinal(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return Numbered{text, 1};
  const std::string_view digits = text.substr(dash + 1);
  if (digits.empty() || digits.size() > kMaxOrdinalDigits || digits.front() == '0') return std::nullopt;
  const auto ordinal = number_of(digits);
  if (!ordinal || *ordinal < 2 || *ordinal > kMaxOrdinal) return std::nullopt;
  return Numbered{text.substr(0, dash), *ordinal};
}

std::string ordinal_text(unsigned ordinal) {
  return ordinal == 1 ? "" : fmt::format("-{}", ordinal);
}

std::string minute_text(const LocalMinute& at) {
  return fmt::format("{:04}{:02}{:02}_{:02}{:02}", at.year, at.month, at.day, at.hour, at.minute);
}

// The fields between the underscores, without the suffix; nullopt when the suffix is missing.
std::optional<std::vector<std::string_view>> fields_of(std::string_view text) {
  if (!text.ends_with(kSuffix)) return std::nullopt;
  text.remove_suffix(kSuffix.size());
  return split(text, '_');
}

}  // namespace

std::optional<Code> Code::create(std::string_view text) {
  if (text.empty() || text.size() > kMaxCodeLength) return std::nullopt;
  if (!std::ranges::all_of(text, is_code_character)) return std::nullopt;
  return Code(std::string(text));
}

std::string DeviceKey::path() const {
  return fmt::format("{}/{}/{}_{}", client.text(), site.text(), type.text(), name.text());
}

std::string DeviceKey::display() const {
  return path();
}

std::optional<DeviceKey> DeviceKey::from_path(std::string_view path) {
  const std::vector<std::string_view> folders = split(path, '/');
  if (folders.size() != 3) return std::nullopt;
  const std::vector<std::string_view> last = split(folders[2], '_');
  if (last.size() != 2) return std::nullopt;
  auto client = Code::create(folders[0]);
  auto site = Code::create(folders[1]);
  auto type = Code::create(last[0]);
  auto name = Code::create(last[1]);
  if (!client || !site || !type || !name) return std::nullopt;
  return DeviceKey{*std::move(client), *std::move(site), *std::move(type), *std::move(name)};
}

std::string BackupName::text() const {
  return fmt::format("{}_{}_{}_{}_{}_{}{}{}", device.client.text(), device.site.text(), device.type.text(),
                     device.name.text(), minute_text(at), to_string(kind), ordinal_text(ordinal), kSuffix);
}

std::string BackupName::path() const {
  return fmt::format("{}/{}", device.path(), text());
}

std::string BackupName::suspect_path() const {
  return fmt::format("{}/{}/{}", device.path(), kSuspectFolder, text());
}

std::optional<BackupName> BackupName::parse(std::string_view text) {
  const auto fields = fields_of(text);
  if (!fields || fields->size() != 7) return std::nullopt;
  auto client = Code::create((*fields)[0]);
  auto site = Code::create((*fields)[1]);
  auto type = Code::create((*fields)[2]);
  auto name = Code::create((*fields)[3]);
  if (!client || !site || !type || !name) return std::nullopt;
  const auto at = minute_of((*fields)[4], (*fields)[5]);
  const auto numbered = without_ordinal((*fields)[6]);
  if (!at || !numbered) return std::nullopt;
  const auto kind = kind_from_string(numbered->text);
  if (!kind || !is_device_backup(*kind)) return std::nullopt;
  return BackupName{DeviceKey{*std::move(client), *std::move(site), *std::move(type), *std::move(name)}, *at, *kind,
                    numbered->ordinal};
}

std::string InstallationObjectName::text() const {
  return fmt::format("{}_{}{}{}", to_string(kind), minute_text(at), ordinal_text(ordinal), kSuffix);
}

std::string InstallationObjectName::path() const {
  return fmt::format("{}/{}", kInstallationFolder, text());
}

std::optional<InstallationObjectName> InstallationObjectName::parse(std::string_view text) {
  const auto fields = fields_of(text);
  if (!fields || fields->size() != 3) return std::nullopt;
  const auto kind = kind_from_string((*fields)[0]);
  if (!kind || is_device_backup(*kind)) return std::nullopt;
  const auto numbered = without_ordinal((*fields)[2]);
  if (!numbered) return std::nullopt;
  const auto at = minute_of((*fields)[1], numbered->text);
  if (!at) return std::nullopt;
  return InstallationObjectName{*kind, *at, numbered->ordinal};
}

}  // namespace coffre
