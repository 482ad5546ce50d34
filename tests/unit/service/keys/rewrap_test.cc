#include "service/keys/rewrap.h"

#include <catch2/catch.hpp>

#include "key_list_samples.h"
#include "service/keys/sidecars.h"
#include "service/reading/verify.h"
#include "vault/sidecar.h"

using namespace coffre;
using namespace coffre::test;

namespace {

// One backup, then a list with a further key.
struct Rotated {
  InstallationFixture fixture;
  std::string name = fixture.proven_backup(kHall);
  std::string local_before = read_file(fixture.local_file(name));
  Identity added = Identity::generate(Scope::full);

  Rotated() { install(fixture, next_recipients(fixture, {.add = {named(added, "op")}, .drop = {}})); }

  Rewrapping rewrap(const KeyRing& ring) {
    std::vector<BackupReaders> stored;
    fixture.at().catalog.read([&](Session& session) { stored = stored_backup_readers(session); });
    return rewrap_backup(fixture.at(), stored.at(0), ring);
  }
  Rewrapping rewrap() { return rewrap(ring_of(fixture, "op")); }
  [[nodiscard]] std::filesystem::path sidecar(const std::filesystem::path& backup) const {
    return backup.parent_path() / sidecar_name(name, 2);
  }
  [[nodiscard]] std::filesystem::path local() const { return sidecar(fixture.local_file(name)); }
  [[nodiscard]] std::filesystem::path cloud() const { return sidecar(fixture.cloud_file(name)); }
  Verification verify_with_new_key() {
    const KeyRing ring = ring_with(fixture, added.clone());
    return verify_backup(fixture.at(), find_backup_view(fixture.at(), name).backup, std::string(kHall), {.ring = ring});
  }
};

std::vector<std::string> states(const Rewrapping& result) {
  std::vector<std::string> words;
  for (const SidecarPlace& place : result.places) words.push_back(std::string(to_string(place.state)));
  return words;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("rewrap writes the same sidecar beside both copies, and the new key opens the backup") {
  Rotated made;
  CHECK(made.verify_with_new_key().error.value().category() == "E_NO_KEY");
  const Rewrapping result = made.rewrap();
  CHECK_FALSE(result.error);
  CHECK(states(result) == Words{"written", "written"});
  CHECK(result.recipients == Words{to_hex(made.added.recipient().id())});
  CHECK(read_file(made.local()) == read_file(made.cloud()));
  CHECK(read_file(made.fixture.local_file(made.name)) == made.local_before);
  CHECK(newest_entry(made.fixture).action == "rewrap");
  CHECK_FALSE(made.verify_with_new_key().error);
  CHECK(exit_code_of({result}) == 0);
}

TEST_CASE("what is complete is not read again") {
  Rotated made;
  made.rewrap();
  const Rewrapping again = made.rewrap();
  CHECK(again.complete);
  CHECK(again.places.empty());
}

TEST_CASE("a sidecar that is in one place only is put beside the other copy, the same bytes") {
  Rotated made;
  made.rewrap();
  const std::string bytes = read_file(made.local());
  // As after a kill between the two places, before anything was recorded.
  std::filesystem::remove(made.cloud());
  std::vector<BackupReaders> unknown;
  made.fixture.at().catalog.read([&](Session& session) { unknown = stored_backup_readers(session); });
  unknown.at(0).full.erase(to_hex(made.added.recipient().id()));
  const Rewrapping result = rewrap_backup(made.fixture.at(), unknown.at(0), ring_of(made.fixture, "op"));
  CHECK(states(result) == Words{"there", "written"});
  CHECK(read_file(made.cloud()) == bytes);
}

TEST_CASE("a forged sidecar is never overwritten, and never recorded as access") {
  Rotated made;
  FileId id{};
  REQUIRE(from_hex_exact(find_backup_view(made.fixture.at(), made.name).backup.file_id, id));
  const Bytes forged = make_sidecar(id, find_backup_view(made.fixture.at(), made.name).backup.digest,
                                    SecretBytes::random(kSecretKeySize), std::vector{made.added.recipient()});
  const std::string text(forged.begin(), forged.end());
  write_file(made.cloud(), text);
  const Rewrapping result = made.rewrap();
  CHECK(states(result) == Words{"written", "refused"});
  CHECK(result.places.at(1).error.value().category() == "E_SIDECAR");
  CHECK(read_file(made.cloud()) == text);
  CHECK(exit_code_of({result}) == 5);
  CHECK_FALSE(made.rewrap().complete);
}

TEST_CASE("a place that is away gets its sidecar from the next call") {
  Rotated made;
  made.fixture.faulty_cloud().fail_all(ErrorCode::unreachable);
  const Rewrapping first = made.rewrap();
  CHECK(states(first) == Words{"written", "unavailable"});
  CHECK(exit_code_of({first}) == 3);
  made.fixture.faulty_cloud().heal();
  CHECK(states(made.rewrap()) == Words{"there", "written"});
}

TEST_CASE("a key that does not open the backup gives no access, nor does one for metadata") {
  Rotated made;
  const Rewrapping by_stranger = made.rewrap(ring_with(made.fixture, Identity::generate(Scope::full)));
  CHECK(by_stranger.error.value().category() == "E_NO_KEY");
  CHECK(exit_code_of({by_stranger}) == 6);
  const Rewrapping by_server = made.rewrap(ring_with(made.fixture, made.fixture.at().keys->catalog.clone()));
  CHECK(by_server.error.value().category() == "E_SCOPE");
  CHECK_FALSE(std::filesystem::exists(made.local()));
}

TEST_CASE("a further list's sidecar is written by a key that only the sidecar before names") {
  Rotated made;
  made.rewrap();
  const Identity third = Identity::generate(Scope::full);
  install(made.fixture, next_recipients(made.fixture, {.add = {named(third, "op")}, .drop = {}}));
  const Rewrapping result = made.rewrap(ring_with(made.fixture, made.added.clone()));
  CHECK_FALSE(result.error);
  CHECK(states(result) == Words{"written", "written"});
  CHECK(std::filesystem::exists(made.local().parent_path() / sidecar_name(made.name, 3)));
}
