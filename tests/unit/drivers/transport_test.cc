// The real transport against recorders over real HTTPS on loopback (tests/simulators).
#include "drivers/transport.h"

#include <catch2/catch.hpp>

#include "bundle_of.h"
#include "drivers/driver_registry.h"
#include "support/simulator_process.h"

using namespace coffre;

namespace {

using Settings = std::map<std::string, std::string>;

// A simulated recorder, and sessions to it by its shipped definition.
struct Simulated {
  test::SimulatorProcess fleet;
  std::unique_ptr<Driver> driver;
  SystemRandom random;

  Simulated(std::vector<std::string> options, const std::string& definition) : fleet(options) {
    std::vector<Finding> findings;
    driver = load_driver(test::shipped_definition(definition), findings);
    if (driver == nullptr) throw std::runtime_error(test::lines_of(findings));
  }
  std::unique_ptr<DeviceSession> open(Settings settings = {}, std::string_view password = test::kSimulatorPassword) {
    DeviceAccess access;
    access.address = fleet.devices().at(0).url;
    access.pin = fleet.devices().at(0).pin;
    access.user = test::kSimulatorUser;
    access.password = SecretString::copy_of(password);
    access.settings = std::move(settings);
    return driver->open(std::move(access), random, {});
  }
  test::Backup back_up(Settings settings = {}) {
    const auto session = open(std::move(settings));
    return test::back_up(*driver, *session);
  }
  std::string failure(Settings settings = {}) {
    return test::failure_of([&] { back_up(std::move(settings)); });
  }
  std::string name() const { return fleet.devices().at(0).name; }
};

}  // namespace

TEST_CASE("recorders of every make are backed up over HTTPS and understood") {
  struct Row {
    const char* name;
    std::vector<std::string> options;
    const char* definition;
    const char* restore_part;
    const char* understood_by;
    std::size_t password_length;
  };
  const std::vector<Row> rows{
      {"hikvision", {"--make", "hikvision"}, "hikvision-isapi", "restore/configuration.bin", "inspect", 0},
      {"hikvision, SHA-256",
       {"--make", "hikvision", "--digest", "SHA-256"},
       "hikvision-isapi",
       "restore/configuration.bin",
       "inspect",
       0},
      {"hikvision, encrypted",
       {"--make", "hikvision", "--export", "encrypted"},
       "hikvision-isapi",
       "restore/configuration.enc",
       "inspect",
       24},
      {"axis", {"--make", "axis"}, "axis-dca", "restore/configuration.json", "artefact", 0},
      {"nx v1", {"--make", "nx", "--api", "v1"}, "nx-witness", "restore/database.json", "inspect", 0},
      {"nx v2", {"--make", "nx", "--api", "v2"}, "nx-witness", "restore/database.bin", "inspect", 0},
      {"nx v4", {"--make", "nx", "--api", "v4"}, "nx-witness", "restore/database.bin", "inspect", 0},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      Simulated recorder(row.options, row.definition);
      const test::Backup backup = recorder.back_up();
      CHECK_FALSE(backup.before.serial.empty());
      CHECK(backup.before == backup.after);
      CHECK(backup.understood.identity == backup.before);
      CHECK(backup.understood.problems.empty());
      CHECK(backup.understood.understood_by == row.understood_by);
      CHECK(backup.parts.at(row.restore_part).size() > 100'000);
      CHECK(backup.collected.export_password.size() == row.password_length);
      CHECK(recorder.fleet.counts(recorder.name()).wrong == 0);
    }
  }
}

TEST_CASE("a wrong password reaches a real server exactly once, for every login scheme") {
  struct Row {
    const char* make;
    const char* definition;
  };
  const auto row =
      GENERATE(values<Row>({{"hikvision", "hikvision-isapi"}, {"axis", "axis-dca"}, {"nx", "nx-witness"}}));
  DYNAMIC_SECTION(row.make) {
    Simulated recorder({"--make", row.make}, row.definition);
    const auto session = recorder.open({}, "not the password");
    CHECK(test::failure_of([&] { session->identify(); }).find("refused WRONG_PASSWORD") == 0);
    CHECK_FALSE(test::failure_of([&] { session->identify(); }).empty());
    CHECK(recorder.fleet.counts(recorder.name()).wrong == 1);
  }
}

TEST_CASE("recorders that misbehave end in the failure that fits") {
  struct Row {
    const char* name;
    const char* make;
    const char* definition;
    const char* fault;
    const char* argument;
    const char* failure;
  };
  const auto row = GENERATE(values<Row>({
      {"login page", "hikvision", "hikvision-isapi", "login-page", "", "implausible: an HTML page"},
      {"empty", "hikvision", "hikvision-isapi", "empty", "", "implausible: the answer is empty"},
      {"error in 200", "hikvision", "hikvision-isapi", "error-in-200", "", "implausible: it begins like an error"},
      {"half", "hikvision", "hikvision-isapi", "half-body", "", "implausible: it is cut"},
      {"cut by the network", "hikvision", "hikvision-isapi", "truncated", "",
       "implausible SHORT_BODY: the answer ended"},
      {"ends early without a length", "hikvision", "hikvision-isapi", "no-length", "", "implausible: it is cut"},
      {"locked", "hikvision", "hikvision-isapi", "locked", "", "locked_out LOCKED_OUT: "},
      {"Basic offered", "hikvision", "hikvision-isapi", "basic-offered", "", "refused AUTH_DOWNGRADED: "},
      {"XML bomb", "hikvision", "hikvision-isapi", "xml-bomb", "", "implausible: its XML brings a document type"},
      {"deep XML", "hikvision", "hikvision-isapi", "xml-deep", "", "implausible: its XML is nested too deeply"},
      {"redirect", "hikvision", "hikvision-isapi", "redirect", "", "implausible REDIRECT: "},
      {"packed", "hikvision", "hikvision-isapi", "gzip", "", "implausible ENCODING: "},
      {"axis login page", "axis", "axis-dca", "login-page", "", "implausible: an HTML page"},
      {"axis half", "axis", "axis-dca", "half-body", "", "implausible: it is not JSON"},
      {"axis error in 200", "axis", "axis-dca", "error-in-200", "", "implausible: "},
      {"nx empty", "nx", "nx-witness", "empty", "", "implausible: the answer is empty"},
      {"nx error in 200", "nx", "nx-witness", "error-in-200", "", "implausible: it begins like an error"},
      {"nx login page", "nx", "nx-witness", "login-page", "", "implausible: an HTML page"},
  }));
  DYNAMIC_SECTION(row.name) {
    Simulated recorder({"--make", row.make}, row.definition);
    recorder.fleet.fault(recorder.name(), row.fault, row.argument);
    CHECK_THAT(recorder.failure(), Catch::StartsWith(row.failure));
  }
}

TEST_CASE("factory-fresh devices say that they wait for their first setup") {
  struct Row {
    const char* make;
    const char* definition;
  };
  const auto row =
      GENERATE(values<Row>({{"hikvision", "hikvision-isapi"}, {"axis", "axis-dca"}, {"nx", "nx-witness"}}));
  DYNAMIC_SECTION(row.make) {
    Simulated recorder({"--make", row.make, "--state", "fresh"}, row.definition);
    CHECK_THAT(recorder.failure(), Catch::StartsWith("refused NOT_ACTIVATED: "));
    CHECK(recorder.fleet.counts(recorder.name()).wrong == 0);
  }
}

TEST_CASE("a certificate that is not the pinned one gets no request") {
  Simulated recorder({"--make", "hikvision"}, "hikvision-isapi");
  const auto session = recorder.open();
  recorder.fleet.new_certificate(recorder.name());
  CHECK_THAT(test::failure_of([&] { session->identify(); }), Catch::StartsWith("refused PIN_MISMATCH: "));
  CHECK(recorder.fleet.counts(recorder.name()).total == 0);
}

TEST_CASE("an identity that changes while collecting is seen") {
  Simulated recorder({"--make", "hikvision"}, "hikvision-isapi");
  recorder.fleet.fault(recorder.name(), "identity-changes");
  const test::Backup backup = recorder.back_up();
  CHECK(backup.before != backup.after);
}
