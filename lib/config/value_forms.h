// The small forms in which people write dates, durations, sizes, days and contracts. Pure; nullopt for anything else.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/inventory.h"

namespace coffre {

// "2026-12-31", a day that exists.
std::optional<Date> parse_date(std::string_view text);
std::string format_date(const Date& date);

// "30s", "5min", "2h", "100d", with or without a blank before the unit.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);
// "64KiB", "256 MiB", "2GiB" in bytes.
std::optional<std::uint64_t> parse_size(std::string_view text);

// "01:30" as minutes after midnight.
std::optional<unsigned> parse_time_of_day(std::string_view text);
std::string format_time_of_day(unsigned minute);

// English or French, capitals and accents do not matter: 1 Monday .. 7 Sunday.
std::optional<unsigned> parse_weekday(std::string_view text);
std::string_view weekday_name(unsigned iso_weekday);  // English, small letters

// "standard", "reinforced", "renforcé".
std::optional<Contract> parse_contract(std::string_view text);
std::string_view contract_name(Contract contract);  // English

// "https://host[:port]" with a port that exists; the form itself is the schema's to check.
bool has_possible_port(std::string_view address);
// "192.0.2.0/24" or "2001:db8::/32": an address and a length that exist.
bool is_network(std::string_view cidr);

}  // namespace coffre
