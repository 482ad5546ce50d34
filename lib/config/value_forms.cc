#include "config/value_forms.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "config/suggest.h"

namespace coffre {
namespace {

constexpr unsigned kMaxPort = 65535;
constexpr unsigned kMinutesPerHour = 60;

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kDays = {{{"monday", "lundi"},
                                                                                 {"tuesday", "mardi"},
                                                                                 {"wednesday", "mercredi"},
                                                                                 {"thursday", "jeudi"},
                                                                                 {"friday", "vendredi"},
                                                                                 {"saturday", "samedi"},
                                                                                 {"sunday", "dimanche"}}};

// All of `digits` as a number without a sign.
std::optional<unsigned> number(std::string_view digits) {
  unsigned value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

struct Quantity {
  unsigned count;
  std::string_view unit;
};

std::optional<Quantity> quantity(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::optional<unsigned> count = number(text.substr(0, digits));
  if (!count || *count == 0) return std::nullopt;
  return Quantity{*count, trim(text.substr(digits))};
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return Date{static_cast<int>(*year), *month, *day};
}

std::string format_date(const Date& date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  const std::optional<Quantity> given = quantity(text);
  if (!given) return std::nullopt;
  if (given->unit == "s") return std::chrono::seconds(given->count);
  if (given->unit == "min") return std::chrono::minutes(given->count);
  if (given->unit == "h") return std::chrono::hours(given->count);
  if (given->unit == "d") return std::chrono::days(given->count);
  return std::nullopt;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const std::optional<Quantity> given = quantity(text);
  if (!given) return std::nullopt;
  const std::uint64_t count = given->count;
  if (given->unit == "KiB") return count << 10U;
  if (given->unit == "MiB") return count << 20U;
  if (given->unit == "GiB") return count << 30U;
  return std::nullopt;
}

std::optional<unsigned> parse_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = number(text.substr(0, 2));
  const auto minute = number(text.substr(3, 2));
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  return *hour * kMinutesPerHour + *minute;
}

std::string format_time_of_day(unsigned minute) {
  return fmt::format("{:02}:{:02}", minute / kMinutesPerHour % 24, minute % kMinutesPerHour);
}

std::optional<unsigned> parse_weekday(std::string_view text) {
  const std::string name = folded(text);
  for (unsigned day = 0; day < kDays.size(); ++day) {
    if (name == kDays[day].first || name == kDays[day].second) return day + 1;
  }
  return std::nullopt;
}

std::string_view weekday_name(unsigned iso_weekday) {
  return kDays[(iso_weekday + 6) % 7].first;
}

std::optional<Contract> parse_contract(std::string_view text) {
  const std::string name = folded(text);
  if (name == "standard") return Contract::standard;
  if (name == "reinforced" || name == "renforce") return Contract::reinforced;
  return std::nullopt;
}

std::string_view contract_name(Contract contract) {
  return contract == Contract::reinforced ? "reinforced" : "standard";
}

bool has_possible_port(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  const std::size_t bracket = address.rfind(']');
  const bool none = colon == std::string_view::npos || address.substr(colon).starts_with("://") ||
                    (bracket != std::string_view::npos && bracket > colon);
  if (none) return true;
  const std::optional<unsigned> port = number(address.substr(colon + 1));
  return port && *port >= 1 && *port <= kMaxPort;
}

bool is_network(std::string_view cidr) {
  const std::size_t slash = cidr.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string address(cidr.substr(0, slash));
  const std::optional<unsigned> length = number(cidr.substr(slash + 1));
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  if (inet_pton(AF_INET, address.c_str(), parsed.data()) == 1) return length && *length <= 32;
  if (inet_pton(AF_INET6, address.c_str(), parsed.data()) == 1) return length && *length <= 128;
  return false;
}

}  // namespace coffre
