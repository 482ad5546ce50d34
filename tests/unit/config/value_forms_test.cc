#include "config/value_forms.h"

#include <catch2/catch.hpp>

namespace coffre {

TEST_CASE("dates are days that exist, in one form") {
  CHECK(parse_date("2026-12-31") == Date{2026, 12, 31});
  CHECK(parse_date("2028-02-29") == Date{2028, 2, 29});
  for (const char* const bad :
       {"2026-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026/01/01", "2026-1-1", "", "+026-01-01"}) {
    INFO(bad);
    CHECK_FALSE(parse_date(bad));
  }
  CHECK(format_date({2026, 1, 2}) == "2026-01-02");
}

TEST_CASE("durations and sizes have a unit") {
  CHECK(parse_duration("30s") == std::chrono::seconds(30));
  CHECK(parse_duration("5 min") == std::chrono::minutes(5));
  CHECK(parse_duration("2h") == std::chrono::hours(2));
  CHECK(parse_duration("100d") == std::chrono::hours(2400));
  for (const char* const bad : {"30", "0s", "-1s", "s", "", "1 week", "99999999999s"}) CHECK_FALSE(parse_duration(bad));
  CHECK(parse_size("64KiB") == 65536U);
  CHECK(parse_size("2 GiB") == 2147483648U);
  for (const char* const bad : {"64", "64KB", "0MiB", ""}) CHECK_FALSE(parse_size(bad));
}

TEST_CASE("times of day go both ways") {
  CHECK(parse_time_of_day("01:30") == 90U);
  CHECK(parse_time_of_day("23:59") == 1439U);
  for (const char* const bad : {"24:00", "1:30", "01:60", "01h30", "-1:30", ""}) CHECK_FALSE(parse_time_of_day(bad));
  CHECK(format_time_of_day(90) == "01:30");
  CHECK(format_time_of_day(1440) == "00:00");
}

TEST_CASE("days and contracts are understood in two languages") {
  CHECK(parse_weekday("monday") == 1U);
  CHECK(parse_weekday("Dimanche") == 7U);
  CHECK_FALSE(parse_weekday("sun"));
  CHECK(weekday_name(1) == "monday");
  CHECK(weekday_name(7) == "sunday");
  CHECK(parse_contract("Renforcé") == Contract::reinforced);
  CHECK(parse_contract("STANDARD") == Contract::standard);
  CHECK_FALSE(parse_contract("gold"));
  CHECK(contract_name(Contract::reinforced) == "reinforced");
}

TEST_CASE("ports and networks are those that exist") {
  CHECK(has_possible_port("https://nvr.example"));
  CHECK(has_possible_port("https://192.0.2.1:65535"));
  CHECK(has_possible_port("https://[2001:db8::1]"));
  CHECK(has_possible_port("https://[2001:db8::1]:8443"));
  CHECK_FALSE(has_possible_port("https://192.0.2.1:65536"));
  CHECK_FALSE(has_possible_port("https://192.0.2.1:0"));
  CHECK(is_network("192.0.2.0/24"));
  CHECK(is_network("2001:db8::/32"));
  for (const char* const bad :
       {"192.0.2.0", "192.0.2.0/33", "192.0.2.256/24", "2001:db8::/129", "x/1", "/8", "192.0.2.0/"}) {
    INFO(bad);
    CHECK_FALSE(is_network(bad));
  }
}

}  // namespace coffre
