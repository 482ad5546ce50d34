#include <catch2/catch.hpp>

#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("a client, site or device that nobody knows is a mistake, with the nearest name") {
  struct Row {
    const char* name;
    ListFilter filter;
    const char* why;
    const char* meant;
  };
  const auto row = GENERATE(values<Row>({
      {"client",
       {.client = "CLIEXEMPL", .site = {}, .device = {}, .from = {}, .to = {}},
       "client",
       "Is CLIEXEMP meant"},
      {"site",
       {.client = "CLIEXEMP", .site = "SIEGEPARI", .device = {}, .from = {}, .to = {}},
       "site",
       "Is CLIEXEMP/SIEGEPARIS meant"},
      {"device",
       {.client = {}, .site = {}, .device = "CLIEXEMP/SIEGEPARIS/NVR_NVR-HAL", .from = {}, .to = {}},
       "device",
       "Is CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL meant"},
      {"nothing near",
       {.client = "ZZZZ", .site = {}, .device = {}, .from = {}, .to = {}},
       "client",
       "restore-cli list"},
  }));
  InstallationFixture fixture;
  DYNAMIC_SECTION(row.name) {
    for (const Error& error : {error_of([&] { list_backup_views(fixture.at(), row.filter); }),
                               error_of([&] { list_device_views(fixture.at(), row.filter); })}) {
      CHECK(exit_code(error.code()) == 2);
      CHECK_THAT(error.reason(), Catch::Contains(std::string("there is no ") + row.why));
      CHECK_THAT(error.hint(), Catch::Contains(row.meant));
    }
  }
}

TEST_CASE("a client and a site without backups are known, and so is a device that the inventory has lost") {
  InstallationFixture fixture;
  CHECK(
      list_backup_views(fixture.at(), {.client = "CLIEXEMP", .site = "SIEGEPARIS", .device = {}, .from = {}, .to = {}})
          .empty());
  fixture.proven_backup(kHall);
  fixture.at().inventory = {};
  CHECK(
      list_backup_views(fixture.at(), {.client = "CLIEXEMP", .site = {}, .device = {}, .from = {}, .to = {}}).size() ==
      1);
}
