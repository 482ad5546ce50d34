// No fault point is without its kill, and the search for clear text finds what it looks for.
#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>

#include "base/bytes.h"
#include "fleet.h"
#include "kill_points.h"
#include "support/source_tree.h"

using namespace coffre;
using namespace coffre::test;

namespace {

std::vector<std::string> points_in_sources() {
  static const std::regex kCall("fault_point\\(\"([^\"]+)\"\\)");
  std::vector<std::string> found;
  for (const char* room : {"lib", "backupd", "restore-cli"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::filesystem::path(coffre::test::source_dir()) / room)) {
      if (entry.path().extension() != ".cc") continue;
      const std::string text = read_file(entry.path());
      for (std::sregex_iterator at(text.begin(), text.end(), kCall), end; at != end; ++at) found.push_back((*at)[1]);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

TEST_CASE("every fault point in the sources is one at which a program is killed here") {
  std::vector<std::string> killed;
  for (const auto& points : {run_points(), verify_points(), rebuild_points(), extract_points(), install_points(),
                             rewrap_points(), expire_points(), scrub_points(), repair_points()}) {
    killed.insert(killed.end(), points.begin(), points.end());
  }
  std::sort(killed.begin(), killed.end());
  CHECK(points_in_sources() == killed);
}

TEST_CASE("the search for clear text finds it in every file, in every form, and in what the programs said") {
  struct Row {
    const char* name;
    const char* file;
    std::string content;
  };
  const std::string canary(kCanary);
  std::string wide;
  for (const char c : canary) wide += {c, '\0'};
  const std::vector<Row> rows{
      {"a log", "server/left.log", "user " + canary},
      {"the catalog's WAL", "server/data/catalog.sqlite-wal.copy", "\1\2" + canary + "\3"},
      {"a lock of the local place", "local/_coffre/locks/x.lock", canary},
      {"the second place", "cloud/CLIEXEMP/x", canary},
      {"a temporary file", "scratch/x", canary},
      {"hex", "server/x", to_hex(as_bytes("{" + canary + "}"))},
      {"UTF-16", "server/x", wide},
      // "Canari-Mot-2718281828" behind 0, 1 and 2 other bytes.
      {"base64", "server/x", "Q2FuYXJpLU1vdC0yNzE4MjgxODI4"},
      {"base64, one byte on", "server/x", "eENhbmFyaS1Nb3QtMjcxODI4MTgyOA=="},
      {"base64, two bytes on", "server/x", "eHhDYW5hcmktTW90LTI3MTgyODE4Mjg="},
  };
  Fleet fleet({.devices = 1});
  REQUIRE(fleet.leaks() == std::vector<std::string>{});
  for (const Row& row : rows) {
    INFO("row: " << row.name);
    const auto file = fleet.server().parent_path() / row.file;
    write_file(file, row.content);
    CHECK(fleet.places_of(kCanary) == std::vector<std::string>{file.string()});
    std::filesystem::remove(file);
  }
  CHECK(fleet.leaks() == std::vector<std::string>{});
  fleet.call("backupd", {"no-such-command-" + canary});
  CHECK(fleet.places_of(kCanary) == std::vector<std::string>{"output of a program"});
}
