#include "service/keys/secrets.h"

#include "service/backup/device_access.h"
#include "support/error_of.h"
#include "support/print_instant.h"
#include "unit/service/catalog_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr const char* kPassword = "Tout-Nouveau-8";

std::optional<CredentialRow> stored(InstallationFixture& fixture, const std::string& name) {
  std::optional<CredentialRow> row;
  fixture.at().catalog.read([&](Session& session) { row = find_credential(session, name); });
  return row;
}

void set(InstallationFixture& fixture, const std::string& name, const std::string& password) {
  set_secret(fixture.at(), name, "sauvegarde", SecretString::copy_of(password));
}

void stop(InstallationFixture& fixture) {
  const Device& hall = fixture.at().inventory.devices.at(InstallationFixture::key(kHall));
  stop_credential_of(fixture.at(), hall, Error(ErrorCode::refused, "logging in", "401"));
  REQUIRE(stored(fixture, std::string(kFixtureCredential))->stopped);
}

std::vector<std::string> names_of(const std::vector<CredentialRow>& rows) {
  std::vector<std::string> names;
  for (const CredentialRow& row : rows) names.push_back(row.name);
  return names;
}

}  // namespace

TEST_CASE("a password is stored so that only this installation's key opens it, and only in its own place") {
  InstallationFixture fixture;
  set(fixture, "quai", kPassword);
  const auto row = stored(fixture, "quai");
  REQUIRE(row);
  CHECK(row->user == "sauvegarde");
  CHECK(row->set_at == fixture.clock().now());
  CHECK_FALSE(row->stopped);
  CHECK(std::string(as_text(row->wrapped)).find(kPassword) == std::string::npos);

  const SecretBytes& kek = fixture.at().keys->kek;
  CHECK(unwrap_text(kek, credential_place("quai"), row->wrapped).equals(SecretString::copy_of(kPassword)));
  CHECK(error_of([&] { unwrap_text(kek, credential_place("hall"), row->wrapped); }).code() == ErrorCode::no_key);
  CHECK(error_of([&] { unwrap_text(SecretBytes::random(32), credential_place("quai"), row->wrapped); }).code() ==
        ErrorCode::no_key);
}

TEST_CASE("storing a password is in the journal: who, which one, for which user, and never the password") {
  InstallationFixture fixture;
  set(fixture, "quai", kPassword);
  const auto entries = journal_of(fixture, "secret_set");
  REQUIRE(entries.size() == 2);  // the fixture's own one first
  CHECK(entries[1].account == kFixtureAccount);
  CHECK(entries[1].subject == "quai");
  CHECK(entries[1].result == "done");
  CHECK(entries[1].detail == std::map<std::string, std::string>{{"user", "sauvegarde"}});
}

TEST_CASE("a name that is no credential's, or an empty password, is refused with nothing stored") {
  InstallationFixture fixture;
  struct Row {
    const char* name;
    std::string credential;
    std::string password;
  };
  const Row row = GENERATE(values<Row>({{"no name", "", kPassword},
                                        {"a hyphen first", "-quai", kPassword},
                                        {"a blank", "quai nord", kPassword},
                                        {"an accent", "entrep\xC3\xB4t", kPassword},
                                        {"a path", "../quai", kPassword},
                                        {"65 characters", std::string(65, 'q'), kPassword},
                                        {"no password", "quai", ""}}));
  CAPTURE(row.name);
  CHECK(error_of([&] { set(fixture, row.credential, row.password); }).code() == ErrorCode::usage);
  CHECK(names_of(secrets(fixture.at())) == std::vector<std::string>{"lecture"});
  CHECK(journal_of(fixture, "secret_set").size() == 1);
}

TEST_CASE("whatever an inventory may name can have a password") {
  InstallationFixture fixture;
  for (const std::string name : {"Quai", "quai_nord.2", "9"}) {
    set(fixture, name, kPassword);
    CHECK(stored(fixture, name));
  }
}

TEST_CASE("the longest name that is allowed is allowed") {
  InstallationFixture fixture;
  const std::string name = std::string(62, 'q') + "-9";
  set(fixture, name, kPassword);
  CHECK(stored(fixture, name));
}

TEST_CASE("a new password replaces the old one and releases a stop, even when it is the same as before") {
  InstallationFixture fixture;
  const std::string password = GENERATE(values<std::string>({kPassword, std::string(kFakePassword)}));
  CAPTURE(password);
  const std::string name(kFixtureCredential);
  stop(fixture);
  REQUIRE(open_matters(fixture) == std::vector<std::string>{"credential_stopped lecture"});
  fixture.clock().advance(std::chrono::hours{1});
  set(fixture, name, password);
  const auto row = stored(fixture, name);
  CHECK_FALSE(row->stopped);
  CHECK(row->user == "sauvegarde");
  CHECK(row->set_at == fixture.clock().now());
  CHECK(unwrap_text(fixture.at().keys->kek, credential_place(name), row->wrapped)
            .equals(SecretString::copy_of(password)));
  CHECK(open_matters(fixture).empty());
  CHECK(secrets(fixture.at()).size() == 1);
}

TEST_CASE("releasing a stop keeps the password, closes the matter, and says who, why and for which ticket") {
  InstallationFixture fixture;
  const std::string name(kFixtureCredential);
  stop(fixture);
  CHECK(release_secret(fixture.at(), name, "INC-4711", "the recorder was being updated"));
  CHECK_FALSE(stored(fixture, name)->stopped);
  CHECK(unwrap_text(fixture.at().keys->kek, credential_place(name), stored(fixture, name)->wrapped)
            .equals(SecretString::copy_of(kFakePassword)));
  CHECK(open_matters(fixture).empty());
  CHECK(anomaly_of(fixture, AnomalyCode::credential_stopped, name)->closed_by == "the recorder was being updated");
  const auto entries = journal_of(fixture, "secret_release");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].subject == name);
  CHECK(entries[0].ticket == "INC-4711");
  CHECK(entries[0].detail.at("reason") == "the recorder was being updated");
  CHECK(entries[0].detail.at("stopped_by") == kHall);
}

TEST_CASE("releasing what is not stopped does nothing and says so") {
  InstallationFixture fixture;
  CHECK_FALSE(release_secret(fixture.at(), std::string(kFixtureCredential), "INC-4711", "reason"));
  stop(fixture);
  CHECK(release_secret(fixture.at(), std::string(kFixtureCredential), "INC-4711", "reason"));
  CHECK_FALSE(release_secret(fixture.at(), std::string(kFixtureCredential), "INC-4711", "again"));
  CHECK(journal_of(fixture, "secret_release").size() == 1);
}

TEST_CASE("releasing an unknown credential names the way to the known ones") {
  InstallationFixture fixture;
  const Error error = error_of([&] { release_secret(fixture.at(), "inconnu", "INC-4711", "reason"); });
  CHECK(error.code() == ErrorCode::not_found);
  CHECK(error.reason().find("inconnu") != std::string::npos);
  CHECK(error.hint() == "List them with: backupd secret list");
  CHECK(journal_of(fixture, "secret_release").empty());
}

TEST_CASE("the list is by name, says what is stopped and by whom, and holds no wrapped password") {
  InstallationFixture fixture;
  set(fixture, "zone-nord", kPassword);
  set(fixture, "acces", kPassword);
  stop(fixture);
  const auto rows = secrets(fixture.at());
  CHECK(names_of(rows) == std::vector<std::string>{"acces", "lecture", "zone-nord"});
  CHECK(rows[1].stopped);
  CHECK(rows[1].stopped_by == kHall);
  CHECK(rows[1].stopped_reason == "401");
  CHECK_FALSE(rows[0].stopped);
  for (const CredentialRow& row : rows) CHECK(row.wrapped.empty());
}
