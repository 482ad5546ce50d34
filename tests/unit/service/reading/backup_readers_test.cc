#include "service/reading/backup_readers.h"

#include <catch2/catch.hpp>

#include "catalog/sidecars.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/keys/key_list_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

std::vector<BackupReaders> readers_of(InstallationFixture& fixture) {
  std::vector<BackupReaders> stored;
  fixture.at().catalog.read([&](Session& session) { stored = stored_backup_readers(session); });
  return stored;
}

void note_sidecar(InstallationFixture& fixture, const Digest& digest, const char* replica, const std::string& id) {
  fixture.at().catalog.write([&](Session& session) {
    put_sidecar(session, digest,
                {.replica = replica, .epoch = 2, .full_recipients = {id}, .seen_at = fixture.clock().now()});
  });
}

void lose_copy(InstallationFixture& fixture, const Digest& digest, const char* replica) {
  fixture.at().catalog.write([&](Session& session) {
    for (CopyRow copy : copies_of(session, digest)) {
      if (copy.replica != replica) continue;
      copy.state = "missing";
      put_copy(session, digest, copy);
    }
  });
}

const std::string kFurther = "00112233aabbccdd";

}  // namespace

TEST_CASE("the keys that a file names open it; one of a sidecar does when every copy that is left has one") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  const Digest digest = readers_of(fixture).at(0).backup.digest;
  CHECK(readers_of(fixture).at(0).full.size() == 3);
  note_sidecar(fixture, digest, "local", kFurther);
  CHECK_FALSE(readers_of(fixture).at(0).full.contains(kFurther));
  SECTION("beside the other copy too") {
    note_sidecar(fixture, digest, "cloud", kFurther);
  }
  SECTION("the other copy is gone") {
    lose_copy(fixture, digest, "cloud");
  }
  CHECK(readers_of(fixture).at(0).full.contains(kFurther));
}

TEST_CASE("a backup without any copy needs no key") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  const Digest digest = readers_of(fixture).at(0).backup.digest;
  lose_copy(fixture, digest, "cloud");
  CHECK(readers_of(fixture).size() == 1);
  lose_copy(fixture, digest, "local");
  CHECK(readers_of(fixture).empty());
}

TEST_CASE("attack 14: a list loses those backups that none of its FULL keys opens") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  RecipientsList list = fixture.at().trust.recipients;
  CHECK(lost_with(readers_of(fixture), list).empty());
  std::erase_if(list.recipients, [](const Recipient& one) { return one.scope == Scope::full; });
  list.recipients.push_back(named(Identity::generate(Scope::full), "op"));
  CHECK(full_keys(list).size() == 1);
  CHECK(lost_with(readers_of(fixture), list) == std::vector<std::string>{name});
  const Error error = error_of([&] { require_none_lost(readers_of(fixture), list, "RECIPIENTS_2.list"); });
  CHECK(error.category() == "LAST_KEY");
  CHECK_THAT(error.what(), Catch::Contains("1 stored backups") && Catch::Contains(name));
}
