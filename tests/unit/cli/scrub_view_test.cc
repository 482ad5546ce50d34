#include "cli/scrub_view.h"

#include <catch2/catch.hpp>

#include "base/error.h"

using namespace coffre;

TEST_CASE("a scrub in order says nothing; each finding is one line with what became of it") {
  ScrubReport report;
  CHECK(cli::scrub_lines(report).empty());

  report.findings.push_back({.name = "A.bak",
                             .local = "good",
                             .cloud = "good",
                             .repaired = {"cloud"},
                             .kept_aside = {"cloud: _coffre/quarantine/A.bak.1"}});
  report.findings.push_back({.name = "B.bak", .local = "missing", .cloud = "damaged"});
  report.findings.push_back({.name = "C.bak", .local = "good", .cloud = "damaged"});
  report.findings.push_back({.name = "D.bak",
                             .local = "good",
                             .cloud = "missing",
                             .error = Error(ErrorCode::no_space, "storing", "the bucket is full")});
  report.places.foreign.push_back({.replica = "local", .path = "A/evil\x1b[2J.bak", .category = "E_SIGNER"});
  report.overdue = 2;
  report.away = {"cloud"};
  const std::vector<std::string> lines = cli::scrub_lines(report);
  REQUIRE(lines.size() == 7);
  CHECK(lines[0].starts_with("cloud: does not answer"));
  CHECK(lines[1] == "A.bak: repaired (cloud); what was damaged is kept: cloud: _coffre/quarantine/A.bak.1");
  CHECK(lines[2].starts_with("B.bak: lost in both places (local: missing, cloud: damaged)"));
  CHECK(lines[3].starts_with("C.bak: not in both places (local: good, cloud: damaged)"));
  CHECK(lines[4].find("the bucket is full") != std::string::npos);
  CHECK(lines[5].find('\x1b') == std::string::npos);
  CHECK(lines[6].starts_with("2 copies"));
}

TEST_CASE("the same as JSON, with every key there also when all was in order") {
  const std::string text = cli::scrub_json({}).text();
  for (const char* key : {"copies_read", "bytes_read", "waiting", "overdue", "findings", "adopted", "foreign", "strays",
                          "lost_sidecars", "sequence_gaps", "away"}) {
    CAPTURE(key);
    CHECK(text.find("\"" + std::string(key) + "\"") != std::string::npos);
  }
}
