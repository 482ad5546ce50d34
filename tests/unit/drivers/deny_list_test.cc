#include "drivers/deny_list.h"

#include <catch2/catch.hpp>

using namespace coffre;

TEST_CASE("requests that destroy are denied, however they are written") {
  struct Row {
    const char* name;
    const char* path;
    const char* word;
  };
  const auto row = GENERATE(values<Row>({
      {"Hikvision", "/ISAPI/System/factoryReset?mode=full", "factoryreset"},
      {"Hikvision format", "/ISAPI/ContentMgmt/Storage/hdd/1/format", "/format"},
      {"Hikvision first password", "/ISAPI/System/activate", "/activate"},
      {"Hanwha", "/stw-cgi/system.cgi?msubmenu=factoryreset&action=control", "factoryreset"},
      {"Hanwha import", "/stw-cgi/system.cgi?msubmenu=configrestore&action=control", "configrestore"},
      {"Dahua", "/cgi-bin/configManager.cgi?action=restoreExcept&names[0]=x", "action=restore"},
      {"Dahua set", "/cgi-bin/configManager.cgi?action=setConfig&a=b", "action=set"},
      {"Axis", "{\"method\":\"factoryDefault\"}", "factorydefault"},
      {"Axis import", "/config/rest/$import", "$import"},
      {"ONVIF", "<SetSystemFactoryDefault/>", "factorydefault"},
      {"Uniview", "/LAPI/V1.0/System/FactoryReset", "factoryreset"},
      {"ZoneMinder", "/zm/api/states/change/restart.json", "restart"},
      {"ZoneMinder delete", "/zm/api/monitors/delete/1.json", "/delete/"},
      {"Nx", "/ec2/restoreDatabase", "restoredatabase"},
      {"case", "/isapi/SYSTEM/FACTORYRESET", "factoryreset"},
      {"percent", "/cgi-bin/configManager.cgi?action%3Drestore", "action=restore"},
      {"percent twice", "/x/%2566actoryreset", "factoryreset"},
      {"backslash", "/zm/api/monitors\\delete\\1.json", "/delete/"},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(denied_word(row.path) == row.word);
  }
}

TEST_CASE("requests that read are not denied") {
  for (const char* path : {"/ISAPI/System/configurationData?secretkey=ab&security=1&iv=00", "/config/rest/$export",
                           "/axis-cgi/param.cgi?action=list", "/rest/v2/system/database", "/zm/api/states.json",
                           "/axis-cgi/pwdgrp.cgi?action=get", "/axis-cgi/systemready.cgi", "/information"}) {
    CAPTURE(path);
    CHECK(denied_word(path).empty());
  }
}
