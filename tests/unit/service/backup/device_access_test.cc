#include "service/backup/device_access.h"

#include "service/keys/secrets.h"
#include "support/error_of.h"
#include "unit/service/catalog_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

Device& inventory_device(InstallationFixture& fixture, std::string_view path) {
  return fixture.at().inventory.devices.at(InstallationFixture::key(path));
}

Error wrong_password() {
  Error error(ErrorCode::refused, "logging in", "401 to user and password");
  error.with_category("WRONG_PASSWORD");
  return error;
}

FixtureOptions two_devices() {
  return {.devices = {std::string(kHall), std::string(kQuai)}};
}

}  // namespace

TEST_CASE("a device is spoken to at its address, under its pin, with its own settings, networks, user and password") {
  InstallationFixture fixture;
  Device& hall = inventory_device(fixture, kHall);
  hall.settings = {{"export", "encrypted"}};
  fixture.at().inventory.sites.at("CLIEXEMP/SIEGEPARIS").networks = {"192.0.2.0/24"};
  fixture.at().policy.limits.total = std::chrono::seconds{7};
  const DeviceAccess access = access_for(fixture.at(), hall);
  CHECK(access.address == "https://192.0.2.1");
  CHECK(access.pin == hall.pin);
  CHECK(access.networks == std::vector<std::string>{"192.0.2.0/24"});
  CHECK(access.settings == std::map<std::string, std::string>{{"export", "encrypted"}});
  CHECK(access.limits.total == std::chrono::seconds{7});
  CHECK(access.user == kFakeUser);
  CHECK(access.password.equals(SecretString::copy_of(kFakePassword)));
}

TEST_CASE("a device that needs no credential is given none, whatever is stopped") {
  InstallationFixture fixture;
  Device& hall = inventory_device(fixture, kHall);
  stop_credential_of(fixture.at(), hall, wrong_password());
  hall.credential.clear();
  const DeviceAccess access = access_for(fixture.at(), hall);
  CHECK(access.user.empty());
  CHECK(access.password.empty());
}

TEST_CASE("what keeps a device from being spoken to is told with the command that mends it") {
  InstallationFixture fixture;
  Device& hall = inventory_device(fixture, kHall);
  SECTION("its certificate was never confirmed: said before any password is looked at") {
    hall.pin.clear();
    hall.credential = "inconnu";
    const Error error = error_of([&] { access_for(fixture.at(), hall); });
    CHECK(error.code() == ErrorCode::usage);
    CHECK(error.subject() == kHall);
    CHECK(error.hint() == "Confirm it with: backupd device pin CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL");
  }
  SECTION("its credential was never stored") {
    hall.credential = "inconnu";
    const Error error = error_of([&] { access_for(fixture.at(), hall); });
    CHECK(error.code() == ErrorCode::usage);
    CHECK(error.subject() == kHall);
    CHECK(error.hint() == "Store it with: backupd secret set inconnu --user USER");
  }
  SECTION("its credential is stopped: by whom, why, and what releases it") {
    stop_credential_of(fixture.at(), hall, wrong_password());
    const Error error = error_of([&] { access_for(fixture.at(), hall); });
    CHECK(error.code() == ErrorCode::locked_out);
    CHECK(error.category() == "CREDENTIAL_STOPPED");
    CHECK(error.subject() == kHall);
    CHECK(error.reason() ==
          "credential \"lecture\" is stopped: CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL refused it (401 to user and password)");
    CHECK(error.hint() ==
          "Check the password, then: backupd secret set lecture, or backupd secret release lecture --reason R");
  }
  SECTION("its driver is not installed here") {
    hall.driver = "no-such-make";
    const Error error = error_of([&] { driver_for(fixture.at(), hall); });
    CHECK(error.code() == ErrorCode::usage);
    CHECK(error.subject() == kHall);
    CHECK(error.reason() == "there is no driver \"no-such-make\"; there are: fake-recorder");
  }
  SECTION("the server's key is not the one that wrapped the password") {
    fixture.at().keys->kek = SecretBytes::random(32);
    CHECK(error_of([&] { access_for(fixture.at(), hall); }).code() == ErrorCode::no_key);
  }
}

TEST_CASE("the driver is the one that the inventory names") {
  InstallationFixture fixture;
  CHECK(&driver_for(fixture.at(), inventory_device(fixture, kHall)) == &fixture.driver());
}

TEST_CASE("a site that the inventory does not have leads nowhere") {
  InstallationFixture fixture;
  fixture.at().inventory.sites.at("CLIEXEMP/SIEGEPARIS").networks = {"192.0.2.0/24"};
  const Device elsewhere{.key = InstallationFixture::key("CLIEXEMP/AILLEURS/NVR_A")};
  CHECK(networks_of(fixture.at(), elsewhere).empty());
}

TEST_CASE("only the device's own refusal of user and password counts as a wrong password") {
  struct Row {
    const char* name;
    Error error;
    bool wrong_password;
  };
  const auto with = [](ErrorCode code, std::string_view category) {
    Error error(code, "logging in", "reason");
    error.with_category(category);
    return error;
  };
  const Row row =
      GENERATE_COPY(values<Row>({{"refused", with(ErrorCode::refused, "WRONG_PASSWORD"), true},
                                 {"refused for another reason", with(ErrorCode::refused, ""), false},
                                 {"another certificate", with(ErrorCode::refused, "PIN_MISMATCH"), false},
                                 {"stopped by ourselves", with(ErrorCode::locked_out, "CREDENTIAL_STOPPED"), false},
                                 {"no answer", with(ErrorCode::unreachable, ""), false}}));
  CAPTURE(row.name);
  CHECK(is_wrong_password(row.error) == row.wrong_password);
}

TEST_CASE("a wrong password is tried once, at one device; then no device is asked with that credential") {
  InstallationFixture fixture(two_devices());
  fixture.device(kHall).password = "changed on site";
  const BackupOutcome first = fixture.back_up(kHall);
  REQUIRE(first.error);
  CHECK(first.error->category() == "WRONG_PASSWORD");
  CHECK(first.error->hint() ==
        "Correct it with: backupd secret set lecture; if it is right after all: backupd secret release lecture "
        "--reason R");

  for (const std::string_view path : {kHall, kQuai}) {
    CAPTURE(path);
    const BackupOutcome outcome = fixture.back_up(path);
    CHECK(outcome.result == BackupResult::failed);
    REQUIRE(outcome.error);
    CHECK(outcome.error->category() == "CREDENTIAL_STOPPED");
    CHECK(outcome.error->subject() == path);
  }
  CHECK(fixture.driver().counts(fixture.address(kHall)).logins == 1);
  CHECK(fixture.driver().counts(fixture.address(kQuai)).sessions == 0);

  fixture.device(kHall).password = kFakePassword;
  release_secret(fixture.at(), std::string(kFixtureCredential), "INC-4711", "the device was wrong");
  fixture.proven_backup(kHall);
  fixture.proven_backup(kQuai);
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("a stop is on record: the credential, an open matter, the journal, each naming the device") {
  InstallationFixture fixture;
  stop_credential_of(fixture.at(), inventory_device(fixture, kHall), wrong_password());
  const auto rows = secrets(fixture.at());
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].stopped);
  CHECK(rows[0].stopped_at == fixture.clock().now());
  CHECK(open_matters(fixture) == std::vector<std::string>{"credential_stopped lecture"});
  CHECK(detail_of(fixture, AnomalyCode::credential_stopped, "lecture") ==
        "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL: 401 to user and password");
  const auto entries = journal_of(fixture, "secret_stop");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].subject == "lecture");
  CHECK(entries[0].detail.at("device") == kHall);
}

TEST_CASE("what stopped a credential first stays, when a second device refuses it too") {
  InstallationFixture fixture(two_devices());
  stop_credential_of(fixture.at(), inventory_device(fixture, kHall), wrong_password());
  stop_credential_of(fixture.at(), inventory_device(fixture, kQuai), wrong_password());
  CHECK(secrets(fixture.at()).at(0).stopped_by == kHall);
  CHECK(open_matters(fixture).size() == 1);
}

TEST_CASE("a device without a credential, or with an unknown one, stops nothing") {
  InstallationFixture fixture;
  Device& hall = inventory_device(fixture, kHall);
  hall.credential = GENERATE(values<std::string>({"", "inconnu"}));
  CAPTURE(hall.credential);
  stop_credential_of(fixture.at(), hall, wrong_password());
  CHECK(open_matters(fixture).empty());
  CHECK(journal_of(fixture, "secret_stop").empty());
  CHECK_FALSE(secrets(fixture.at()).at(0).stopped);
}
