#include "service/reading/journal_view.h"

#include <catch2/catch.hpp>

#include "service/reading/conclude.h"
#include "unit/catalog/raw_sqlite.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

void note(InstallationFixture& fixture, const std::string& subject) {
  fixture.at().catalog.write([&](Session& session) {
    append_journal(session, {.account = "tester", .action = "note", .subject = subject, .result = "done"},
                   fixture.clock().now());
  });
}

}  // namespace

TEST_CASE("the newest rows are shown, oldest first, from a time on") {
  InstallationFixture fixture;
  for (int i = 0; i < 600; ++i) note(fixture, "before " + std::to_string(i));
  fixture.clock().advance(std::chrono::hours{1});
  note(fixture, "first");
  note(fixture, "second");
  note(fixture, "third");

  const auto two = newest_journal_rows(fixture.at(), std::nullopt, 2);
  REQUIRE(two.size() == 2);
  CHECK(two[0].entry->subject == "second");
  CHECK(two[1].entry->subject == "third");
  CHECK(newest_journal_rows(fixture.at(), fixture.clock().now(), 100).size() == 3);
  CHECK(newest_journal_rows(fixture.at(), fixture.clock().now() + Seconds{1}, 100).empty());
}

TEST_CASE("a chain that holds opens nothing; a changed text is found, and stays an open matter") {
  InstallationFixture fixture;
  note(fixture, "as it was");
  CHECK(check_journal(fixture.at()).problems.empty());
  CHECK_FALSE(is_open(fixture, AnomalyCode::journal_damaged, "journal"));

  fixture.restart_without_secrets();
  {
    RawSqlite raw(fixture.settings().installation.catalog.string());
    const std::string update = raw.ask("SELECT sql FROM sqlite_master WHERE name = 'journal_body_update'").at(0);
    raw.run("DROP TRIGGER journal_body_update");
    raw.run("UPDATE journal_body SET body = replace(body, 'as it was', 'as I like')");
    raw.run(update);
  }
  const JournalCheck check = check_journal(fixture.at());
  REQUIRE_FALSE(check.problems.empty());
  CHECK(check.problems.front().find("row ") != std::string::npos);
  CHECK(is_open(fixture, AnomalyCode::journal_damaged, "journal"));

  // Concluded by a person: the same damage opens nothing again, and the check still tells it.
  const Anomaly shown = list_anomalies(fixture.at()).at(0);
  conclude_anomaly(fixture.at(), review_anomaly(fixture.at(), shown.number), "INC-1", "edited by hand, see INC-1");
  CHECK_FALSE(check_journal(fixture.at()).problems.empty());
  CHECK_FALSE(is_open(fixture, AnomalyCode::journal_damaged, "journal"));
}
