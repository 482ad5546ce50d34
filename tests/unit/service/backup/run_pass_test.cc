// Whole passes with recorders in memory; their places: run_pass_places_test.cc. Kills, two passes at once: tests/fault.
#include "service/backup/run_pass.h"

#include <filesystem>

#include "pass_samples.h"
#include "service/backup/intent.h"
#include "service/estate/sync_inventory.h"
#include "service/keys/secrets.h"
#include "support/print_instant.h"

using namespace coffre;
using namespace coffre::test;

namespace {

const Error kNoRoute(ErrorCode::unreachable, "asking", "no route");

}  // namespace

TEST_CASE("the first pass backs every device up as the month's first, and a second one finds nothing to do") {
  InstallationFixture fixture(three_devices());
  const RunReport first = pass(fixture);
  CHECK(results(first) == Words{"proven", "proven", "proven"});
  CHECK(first.lines.at(1).plan.device.display() == kHall);
  CHECK(first.lines.at(1).outcome->name == "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261121_0300_MENSUEL.bak");
  CHECK(first.still_unreplicated == 0);
  CHECK(exit_code_of(first) == 0);
  CHECK(open_matters(fixture).empty());

  const RunReport second = pass(fixture);
  CHECK(results(second) == Words{"not asked for", "not asked for", "not asked for"});
  CHECK(second.lines.at(1).plan.action == PlanAction::not_due);
  CHECK(exit_code_of(second) == 0);
  CHECK(sessions(fixture, kHall) == 1);
}

TEST_CASE("a person may have backed up what is not due: everything, a site, a device") {
  InstallationFixture fixture(three_devices());
  pass(fixture);
  struct Row {
    const char* name;
    Selection selection;
    Words devices;
  };
  const std::string quai(kQuai);
  const std::string hall(kHall);
  const std::string porte(kPorte);
  const Row row = GENERATE_COPY(values<Row>({{"everything", kAll, {quai, hall, porte}},
                                             {"a site", {Selection::Scope::site, "CLIEXEMP/SIEGEPARIS"}, {hall, porte}},
                                             {"a device", {Selection::Scope::device, hall}, {hall}}}));
  CAPTURE(row.name);
  const RunReport report = pass(fixture, row.selection);
  Words made;
  for (const RunLine& line : report.lines) {
    CHECK(result_of(line) == "proven");
    CHECK(line.plan.kind == Kind::hebdo);  // the month's first was there already
    made.push_back(line.plan.device.display());
  }
  CHECK(made == row.devices);
}

TEST_CASE("a selection that names nothing is refused before any device is asked") {
  InstallationFixture fixture;
  const Error error =
      error_of([&] { pass(fixture, {.scope = Selection::Scope::device, .name = "CLIEXEMP/SIEGEPARIS/NVR_X"}); });
  CHECK(error.code() == ErrorCode::not_found);
  CHECK(sessions(fixture, kHall) == 0);
}

TEST_CASE("the preview is the plan of the pass, and does nothing") {
  InstallationFixture fixture(three_devices());
  inventory_device(fixture, kPorte).pin.clear();
  const auto before = tree_of(fixture.folder());
  const std::size_t entries = journal_of(fixture, "back_up").size();
  const auto plan = preview_run(fixture.at(), {});
  REQUIRE(plan.size() == 3);
  CHECK(plan[0].action == PlanAction::back_up);
  CHECK(plan[1].action == PlanAction::back_up);
  CHECK(plan[2].action == PlanAction::not_confirmed);
  CHECK(sessions(fixture, kHall) == 0);
  CHECK(tree_of(fixture.folder()) == before);
  CHECK(journal_of(fixture, "back_up").size() == entries);
  CHECK_FALSE(device_row(fixture, kHall).next_expected);
  CHECK(results(pass(fixture)) == Words{"proven", "proven", "not asked for"});
}

TEST_CASE("devices that no run collects are in the report, and are not asked") {
  InstallationFixture fixture(three_devices());
  inventory_device(fixture, kQuai).collection = Collection::manual;
  inventory_device(fixture, kHall).retired = Retired{.date = {.year = 2026}, .by = "Paul", .reason = "replaced"};
  inventory_device(fixture, kPorte).pin.clear();
  const RunReport report = pass(fixture, kAll);
  REQUIRE(report.lines.size() == 3);
  CHECK(report.lines[0].plan.action == PlanAction::manual);
  CHECK(report.lines[1].plan.action == PlanAction::retired);
  CHECK(report.lines[2].plan.action == PlanAction::not_confirmed);
  for (const std::string_view path : {kQuai, kHall, kPorte}) CHECK(sessions(fixture, path) == 0);
}

TEST_CASE("the next backup that is expected is on record after a pass: the next slot, or the late one") {
  InstallationFixture fixture(three_devices());
  fixture.device(kQuai).fail_at("identify", kNoRoute);
  pass(fixture);
  const auto next = device_row(fixture, kHall).next_expected;
  REQUIRE(next);
  CHECK(*next >= from_rfc3339("2026-11-22T00:00:00Z").value());  // Sunday, 01:00 to 05:00 in Paris
  CHECK(*next < from_rfc3339("2026-11-22T04:00:00Z").value());
  CHECK(device_row(fixture, kQuai).next_expected == from_rfc3339("2026-11-21T02:00:00Z"));
}

TEST_CASE("one device's failure stops no other one, and is an open matter of its own") {
  InstallationFixture fixture(three_devices());
  fixture.device(kHall).fail_at("collect", kNoRoute);
  const RunReport report = pass(fixture);
  CHECK(results(report) == Words{"proven", "unreachable", "proven"});
  CHECK(exit_code_of(report) == 3);
  CHECK(open_matters(fixture) == Words{matter(AnomalyCode::device_unreachable, kHall)});

  fixture.device(kHall).heal();
  const RunReport next = pass(fixture);
  CHECK(results(next) == Words{"not asked for", "proven", "not asked for"});
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("a password that one device refuses is sent to no other one in that pass") {
  InstallationFixture fixture(three_devices());
  for (const std::string_view path : {kQuai, kHall, kPorte}) fixture.device(path).password = "changed";
  const RunReport report = pass(fixture);
  int refused = 0;
  int stopped = 0;
  for (const std::string& word : results(report)) {
    if (word == "WRONG_PASSWORD") ++refused;
    if (word == "CREDENTIAL_STOPPED") ++stopped;
  }
  CHECK(refused == 1);
  CHECK(stopped == 2);
  int logins = 0;
  for (const std::string_view path : {kQuai, kHall, kPorte}) {
    logins += fixture.driver().counts(fixture.address(path)).logins;
    CHECK_FALSE(device_row(fixture, path).last_error.empty());  // those that were not asked say why, too
  }
  CHECK(logins == 1);
  CHECK(exit_code_of(report) == 1);
}

TEST_CASE("what fails once the slot has its backup leaves no backup missing; in the next slot it does") {
  InstallationFixture fixture(three_devices());
  pass(fixture);
  const Selection hall{.scope = Selection::Scope::device, .name = std::string(kHall)};
  SECTION("a refused password, and a second try") {
    fixture.device(kHall).password = "changed";
    CHECK(results(pass(fixture, hall)) == Words{"WRONG_PASSWORD"});
    CHECK(results(pass(fixture, hall)) == Words{"CREDENTIAL_STOPPED"});
    CHECK(open_matters(fixture) == Words{matter(AnomalyCode::credential_stopped, kFixtureCredential)});
  }
  SECTION("a certificate that is to be confirmed again") {
    inventory_device(fixture, kHall).pin.clear();
    CHECK(exit_code_of(pass(fixture, kAll)) == 3);
    CHECK(open_matters(fixture).empty());
  }
  fixture.clock().advance(std::chrono::days{7});
  pass(fixture);
  const Words open = open_matters(fixture);
  CHECK(std::ranges::count(open, matter(AnomalyCode::backup_missing, kHall)) == 1);
}

TEST_CASE("three refused credentials at one site leave the site alone; others are backed up") {
  FixtureOptions options{.devices = {std::string(kQuai)}};
  for (const char* const name : {"A", "B", "C", "D", "E"}) {
    options.devices.push_back(std::string("CLIEXEMP/SIEGEPARIS/NVR_") + name);
  }
  InstallationFixture fixture(options);
  fixture.at().policy.workers = 1;
  for (auto& [key, device] : fixture.at().inventory.devices) {
    if (key.display() == kQuai) continue;
    device.credential = "site-" + std::string(1, static_cast<char>(key.name.text()[0] - 'A' + 'a'));
    set_secret(fixture.at(), device.credential, std::string(kFakeUser), SecretString::copy_of("wrong"));
  }
  CHECK(results(pass(fixture)) ==
        Words{"proven", "WRONG_PASSWORD", "WRONG_PASSWORD", "WRONG_PASSWORD", "SITE_STOPPED", "SITE_STOPPED"});
  CHECK(sessions(fixture, "CLIEXEMP/SIEGEPARIS/NVR_D") == 0);
}

TEST_CASE("an inventory that lost its devices ends the pass before any device is asked") {
  InstallationFixture fixture(three_devices());
  fixture.at().inventory.devices.erase(InstallationFixture::key(kPorte));
  const Error error = error_of([&] { pass(fixture, kAll); });
  CHECK(error.code() == ErrorCode::rule);
  CHECK(sessions(fixture, kHall) == 0);

  SECTION("once a person has accepted that, the pass runs and still names the device as missing") {
    accept_inventory(fixture.at().catalog, fixture.at().inventory, "tester", "INC-4711", "sold", fixture.clock().now());
    const RunReport report = pass(fixture);
    CHECK(results(report) == Words{"proven", "proven"});
    REQUIRE(report.missing.size() == 1);
    CHECK(report.missing[0].display() == kPorte);
    CHECK(exit_code_of(report) == 3);
  }
}

TEST_CASE("a stop before the pass starts no job; what was planned stays in the report") {
  InstallationFixture fixture(three_devices());
  const std::atomic<bool> stop{true};
  const RunReport report = run_pass(fixture.at(), {}, {}, stop);
  CHECK(results(report) == Words{"not started", "not started", "not started"});
  for (const std::string_view path : {kQuai, kHall, kPorte}) CHECK(sessions(fixture, path) == 0);
}

TEST_CASE("a stop in the middle lets the running job finish and starts no further one") {
  InstallationFixture fixture(three_devices());
  fixture.at().policy.workers = 1;
  std::atomic<bool> stop{false};
  fixture.device(kQuai).on_step = [&](std::string_view step) {
    if (step == "collect") stop = true;
  };
  const RunReport report = run_pass(fixture.at(), {}, {}, stop);
  CHECK(results(report) == Words{"proven", "not started", "not started"});

  fixture.device(kQuai).on_step = nullptr;
  CHECK(results(pass(fixture)) == Words{"not asked for", "proven", "proven"});
}

TEST_CASE("the observer is told how many are planned, then each one that is finished") {
  InstallationFixture fixture(three_devices());
  inventory_device(fixture, kPorte).pin.clear();
  fixture.device(kHall).fail_at("identify", kNoRoute);
  Words told;
  RunObserver observer;
  observer.planned = [&](std::size_t total) { told.push_back("planned " + std::to_string(total)); };
  observer.finished = [&](const RunLine& line, std::size_t finished) {
    told.push_back(std::to_string(finished) + (line.outcome ? " with" : " without") + " an outcome");
  };
  pass(fixture, {}, observer);
  CHECK(told == Words{"planned 2", "1 with an outcome", "2 with an outcome"});
}

TEST_CASE("what a dead run published is put on record by the next pass, with its evidence, due or not") {
  InstallationFixture fixture;
  pass(fixture);
  const std::string name = pass(fixture, kAll).lines.at(0).outcome->name;
  const std::string first = "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261121_0300_MENSUEL.bak";
  const BackupRow row = backup_row(fixture, name);
  const Instant at = row.created_at;
  Intent intent{.backup = row,
                .path = std::string(kHall) + "/" + name,
                .evidence = {{EvidenceType::collected, at, ""}, {EvidenceType::sealed, at, ""}},
                .learned = std::nullopt};
  bool published = true;
  SECTION("published") {}
  SECTION("not published: the attempt never was") {
    published = false;
    std::filesystem::remove(fixture.local_file(name));
    std::filesystem::remove(fixture.cloud_file(name));
  }
  // The state in which a kill leaves the catalog between the naming of the file and its record.
  know_only(fixture, kHall, {first});
  fixture.at().catalog.write([&](Session& session) {
    JobRow job;
    job.device_id = row.device_id;
    const JobRow leased =
        lease_job(session, enqueue_job(session, job), "pid 1", at, at + std::chrono::hours{1}).value();
    REQUIRE(set_intent(session, leased.id, leased.fence, format_intent(intent)));
  });

  CHECK(results(pass(fixture)) == Words{"not asked for"});
  std::vector<JobRow> open;
  std::optional<BackupRow> recorded;
  fixture.at().catalog.read([&](Session& session) {
    open = open_jobs(session);
    recorded = find_backup_by_name(session, name);
  });
  CHECK(open.empty());
  CHECK(recorded.has_value() == published);
  if (published) {
    CHECK(evidence_words(fixture, row) == Words{"collected", "sealed", "replicated:local", "replicated:cloud"});
  }
}

TEST_CASE("the exit code says whether all that was asked for is proven") {
  const auto outcome = [](BackupResult result, std::optional<ErrorCode> code = std::nullopt) {
    RunLine line{.plan = {.device = InstallationFixture::key(kHall), .device_id = {}, .slot = {}, .next_expected = {}},
                 .outcome = BackupOutcome{.result = result}};
    if (code) line.outcome->error = Error(*code, "asking", "reason");
    return line;
  };
  const RunLine proven = outcome(BackupResult::proven);
  const RunLine weaker = outcome(BackupResult::weaker, ErrorCode::unreachable);
  const RunLine suspect = outcome(BackupResult::suspect);
  const RunLine unreachable = outcome(BackupResult::failed, ErrorCode::unreachable);
  const RunLine stopped = outcome(BackupResult::failed, ErrorCode::locked_out);
  const RunLine no_driver = outcome(BackupResult::failed, ErrorCode::usage);
  const RunLine conflict = outcome(BackupResult::failed, ErrorCode::conflict);
  RunLine not_due = proven;
  not_due.outcome.reset();
  struct Row {
    const char* name;
    std::vector<RunLine> lines;
    std::size_t missing;
    std::size_t unreplicated;
    int code;
  };
  const std::vector<Row> rows{
      {"nothing was due", {not_due}, 0, 0, 0},
      {"all proven", {proven, not_due, proven}, 0, 0, 0},
      {"all proven, a device is missing", {proven}, 1, 0, 3},
      {"nothing was due, a device is missing", {not_due}, 1, 0, 3},
      {"all proven, an older one is in one place only", {proven}, 0, 1, 3},
      {"one of two failed", {proven, unreachable}, 0, 0, 3},
      {"one of two is suspect", {proven, suspect}, 0, 0, 3},
      {"one, made and not proven", {weaker}, 0, 1, 3},
      {"one made and not proven, one failed", {weaker, unreachable}, 0, 1, 3},
      {"the only one did not answer", {unreachable}, 0, 0, 7},
      {"the only one's credential is stopped", {stopped}, 0, 0, 7},
      {"the only one has no driver", {no_driver, not_due}, 0, 0, 2},
      {"somebody else is at the only one", {conflict}, 0, 0, 1},
      {"the only one is suspect", {suspect}, 0, 0, 1},
      {"none of two came about", {unreachable, unreachable}, 0, 0, 1},
      {"none came about, a device is missing", {unreachable}, 1, 0, 7},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    RunReport report{.lines = row.lines, .missing = {}, .still_unreplicated = row.unreplicated, .unproven = {}};
    report.missing.resize(row.missing, InstallationFixture::key(kQuai));
    CHECK(exit_code_of(report) == row.code);
  }
  const RunReport unproven{
      .lines = {not_due}, .missing = {}, .still_unreplicated = 0, .unproven = {InstallationFixture::key(kHall)}};
  CHECK(exit_code_of(unproven) == 3);
}

TEST_CASE("a device that needs no backup now and has none that counts is told, and its matter opened") {
  InstallationFixture fixture(three_devices());
  pass(fixture);
  CHECK(pass(fixture).unproven.empty());
  fixture.at().policy.required_proof = ProofLevel::restored;  // what was enough is not enough any more
  const RunReport report = pass(fixture);
  CHECK(results(report) == Words{"not asked for", "not asked for", "not asked for"});
  CHECK(report.unproven.size() == 3);
  CHECK(exit_code_of(report) == 3);
  CHECK(open_matters(fixture) == Words{matter(AnomalyCode::proof_insufficient, kQuai),
                                       matter(AnomalyCode::proof_insufficient, kHall),
                                       matter(AnomalyCode::proof_insufficient, kPorte)});
}
