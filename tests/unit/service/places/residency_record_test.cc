#include "service/places/residency_record.h"

#include <catch2/catch.hpp>

#include "catalog/journal.h"
#include "support/installation_fixture.h"

using namespace coffre;
using namespace coffre::test;

namespace {

CloudReplicaSettings known_place() {
  CloudReplicaSettings cloud;
  cloud.bucket = BucketSettings{};
  cloud.bucket->endpoint = "https://s3.gra.io.cloud.ovh.net";
  cloud.bucket->bucket = "coffre";
  return cloud;
}

CloudReplicaSettings stated_place() {
  CloudReplicaSettings cloud = known_place();
  cloud.bucket->endpoint = "https://s3.example.fr";
  cloud.bucket->residency = {"FR", "our own machines in Lyon", "A. Martin", Date{2026, 11, 2}};
  return cloud;
}

std::vector<JournalEntry> rows(InstallationFixture& fixture) {
  std::vector<JournalEntry> all;
  fixture.at().catalog.read([&](Session& session) {
    for (const JournalRow& row : journal_rows(session, 1, 1000)) {
      if (row.entry && row.entry->action == "residency") all.push_back(*row.entry);
    }
  });
  return all;
}

}  // namespace

TEST_CASE("A known endpoint is told with its source, another one with the person's statement") {
  const std::string known = residency_text(*known_place().bucket);
  CHECK(known.find("FR, Gravelines (OVHcloud") == 0);
  CHECK(known.find("help.ovhcloud.com") != std::string::npos);
  CHECK(residency_text(*stated_place().bucket) ==
        "FR, as A. Martin stated on 2026-11-02: \"our own machines in Lyon\"");
  CloudReplicaSettings both = known_place();
  both.bucket->residency = stated_place().bucket->residency;
  CHECK(residency_text(*both.bucket).find("Lyon") != std::string::npos);
}

TEST_CASE("The journal has a row when a place is first used, and one for each change of place or statement") {
  InstallationFixture fixture;
  note_residency(fixture.at(), fixture.settings().cloud);
  CHECK(rows(fixture).empty());  // a folder
  note_residency(fixture.at(), stated_place());
  note_residency(fixture.at(), stated_place());
  REQUIRE(rows(fixture).size() == 1);
  CHECK(rows(fixture)[0].result == "first");
  CHECK(rows(fixture)[0].detail.at("statement") == "our own machines in Lyon");
  CHECK(rows(fixture)[0].detail.at("date") == "2026-11-02");

  CloudReplicaSettings other = stated_place();
  other.bucket->residency.by = "B. Durand";
  note_residency(fixture.at(), other);
  note_residency(fixture.at(), known_place());
  note_residency(fixture.at(), known_place());
  REQUIRE(rows(fixture).size() == 3);
  CHECK(rows(fixture)[1].result == "changed");
  CHECK(rows(fixture)[1].detail.at("by") == "B. Durand");
  CHECK(rows(fixture)[2].detail.at("lies_in") == "Gravelines");
}
