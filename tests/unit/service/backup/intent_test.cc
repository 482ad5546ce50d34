#include "service/backup/intent.h"

#include <stdexcept>

#include "catalog/devices.h"
#include "catalog/journal.h"
#include "service/backup/learned_facts.h"
#include "support/error_of.h"
#include "support/fixed_clock.h"
#include "support/print_instant.h"
#include "support/temp_dir.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr const char* kName = "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261121_0300_MENSUEL.bak";
constexpr const char* kPath =
    "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL/CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261121_0300_"
    "MENSUEL.bak";
const std::string kDeviceId(32, 'a');

Instant instant(std::string_view text) {
  return from_rfc3339(text).value();
}

Expectation sample_facts() {
  return {
      .identity = {.vendor = "Fake", .model = "FR-100", .serial = "A1", .firmware = "1.2.3", .counts = {{"users", 2}}},
      .restore_bytes = 4096,
      .restore_parts = {{"restore/configuration.bin", 4096}}};
}

Intent sample() {
  Intent intent;
  intent.backup = {.digest = sha256(as_bytes("this one")),
                   .file_id = std::string(32, 'f'),
                   .name = kName,
                   .device_id = kDeviceId,
                   .sequence = 7,
                   .prev_digest = sha256(as_bytes("the one before")),
                   .kind = Kind::mensuel,
                   .created_at = instant("2026-11-21T02:00:00Z"),
                   .file_size = 12'345,
                   .suspect = false,
                   .doubts = "",
                   .build = "coffre 0.1.0",
                   .epoch = 3,
                   .full_recipients = {std::string(16, '1'), std::string(16, '2')},
                   .ticket = "INC-4711",
                   .operator_id = "op-7",
                   .content_mark = std::string(64, 'c'),
                   .facts = format_facts(sample_facts())};
  intent.path = kPath;
  intent.evidence = {{EvidenceType::collected, instant("2026-11-21T02:00:00Z"), ""},
                     {EvidenceType::sealed, instant("2026-11-21T02:00:05Z"), ""},
                     {EvidenceType::opened, instant("2026-11-21T02:00:05Z"), "run"}};
  intent.learned = sample_facts();
  return intent;
}

Intent suspect_sample() {
  Intent intent = sample();
  intent.backup.suspect = true;
  intent.backup.doubts = "other_serial: serial A1 expected, B7 found";
  intent.learned.reset();
  return intent;
}

// The text of the sample with one place changed, which must be there.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = format_intent(sample());
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error(from + " is not in " + text);
  return text.replace(at, from.size(), to);
}

// A catalog that expects one device, which failed last and was asked for by a person.
struct World {
  TempDir dir;
  FixedClock clock{"2026-11-21T02:10:00Z"};
  Database catalog = Database::open((dir / "catalog.sqlite").string(), clock);

  World() {
    catalog.write([&](Session& session) {
      insert_device(session, {.id = kDeviceId,
                              .key = DeviceKey::from_path("CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL").value(),
                              .last_success = instant("2026-11-14T02:00:00Z"),
                              .last_error = "no answer",
                              .collect_requested = true});
    });
  }
  void record(const Intent& intent) {
    catalog.write([&](Session& session) { record_backup(session, intent, "tester", clock.now()); });
  }
  DeviceRow device() {
    std::optional<DeviceRow> row;
    catalog.read([&](Session& session) { row = find_device_by_id(session, kDeviceId); });
    return row.value();
  }
  std::optional<BackupRow> backup() {
    std::optional<BackupRow> row;
    catalog.read([&](Session& session) { row = find_backup_by_digest(session, sample().backup.digest); });
    return row;
  }
  std::vector<Evidence> evidence() {
    std::vector<Evidence> rows;
    catalog.read([&](Session& session) { rows = evidence_of(session, sample().backup.digest); });
    return rows;
  }
  std::vector<JournalRow> journal() {
    std::vector<JournalRow> rows;
    catalog.read([&](Session& session) { rows = journal_rows(session, 1, 100); });
    return rows;
  }
};

void check_same_backup(const BackupRow& found, const BackupRow& expected) {
  CHECK(found.digest == expected.digest);
  CHECK(found.file_id == expected.file_id);
  CHECK(found.name == expected.name);
  CHECK(found.device_id == expected.device_id);
  CHECK(found.sequence == expected.sequence);
  CHECK(found.prev_digest == expected.prev_digest);
  CHECK(found.kind == expected.kind);
  CHECK(found.created_at == expected.created_at);
  CHECK(found.file_size == expected.file_size);
  CHECK(found.suspect == expected.suspect);
  CHECK(found.doubts == expected.doubts);
  CHECK(found.build == expected.build);
  CHECK(found.epoch == expected.epoch);
  CHECK(found.full_recipients == expected.full_recipients);
  CHECK(found.ticket == expected.ticket);
  CHECK(found.operator_id == expected.operator_id);
  CHECK(found.content_mark == expected.content_mark);
  CHECK(found.facts == expected.facts);
}

}  // namespace

TEST_CASE("an intent is read back as it was written: every field, the evidence in its order") {
  const Intent read = parse_intent(format_intent(sample()));
  check_same_backup(read.backup, sample().backup);
  CHECK(read.path == kPath);
  REQUIRE(read.evidence.size() == 3);
  CHECK(read.evidence[0].type == EvidenceType::collected);
  CHECK(read.evidence[0].at == instant("2026-11-21T02:00:00Z"));
  CHECK(read.evidence[1].type == EvidenceType::sealed);
  CHECK(read.evidence[2].type == EvidenceType::opened);
  CHECK(read.evidence[2].detail == "run");
  REQUIRE(read.learned);
  CHECK(read.learned->identity == sample_facts().identity);
  CHECK(read.learned->restore_bytes == 4096);
}

TEST_CASE("a suspect backup's intent brings nothing to be learned") {
  const Intent read = parse_intent(format_intent(suspect_sample()));
  CHECK(read.backup.suspect);
  CHECK(read.backup.doubts == "other_serial: serial A1 expected, B7 found");
  CHECK_FALSE(read.learned);
}

TEST_CASE("a device's text that is not UTF-8 is replaced: the run that is about to publish does not fail of it") {
  Intent intent = sample();
  intent.backup.doubts = "model X\xff";
  CHECK(parse_intent(format_intent(intent)).backup.doubts == "model X\xEF\xBF\xBD");
}

TEST_CASE("a damaged intent is refused as a whole, not read in part") {
  struct Row {
    const char* name;
    std::string text;
  };
  const Row row = GENERATE(values<Row>({
      {"nothing", ""},
      {"cut", "{\"backup\":"},
      {"a list", "[]"},
      {"no backup", "{\"path\":\"x\",\"evidence\":[]}"},
      {"no path", changed("\"path\"", "\"way\"")},
      {"no evidence", changed("\"evidence\"", "\"traces\"")},
      {"a digest that is cut", changed(to_hex(sample().backup.digest), "abcd")},
      {"a previous digest with a letter that is none", changed(to_hex(sample().backup.prev_digest), "zz")},
      {"a number that is a text", changed("\"sequence\":7", "\"sequence\":\"7\"")},
      {"a kind that there is not", changed("\"kind\":4", "\"kind\":99")},
      {"a kind beyond one byte", changed("\"kind\":4", "\"kind\":260")},
      {"evidence of a type that there is not", changed("\"opened\"", "\"believed\"")},
      {"facts that are none", changed("\"learned\":\"{", "\"learned\":\"[")},
      {"more behind the end", format_intent(sample()) + "{}"},
  }));
  CAPTURE(row.name);
  CHECK(error_of([&] { parse_intent(row.text); }).code() == ErrorCode::damaged);
}

TEST_CASE("a backup goes on record with copy, evidence, what was learned, the device's state and the journal") {
  World world;
  world.record(sample());
  const auto row = world.backup();
  REQUIRE(row);
  check_same_backup(*row, sample().backup);
  CHECK(row->recorded_at == instant("2026-11-21T02:10:00Z"));
  std::vector<CopyRow> copies;
  world.catalog.read([&](Session& session) { copies = copies_of(session, row->digest); });
  REQUIRE(copies.size() == 1);
  CHECK(copies[0].replica == "local");
  CHECK(copies[0].path == kPath);
  CHECK(copies[0].state == "good");
  CHECK(world.evidence().size() == 3);

  const DeviceRow device = world.device();
  CHECK(device.last_attempt == instant("2026-11-21T02:10:00Z"));
  CHECK(device.last_success == instant("2026-11-21T02:00:00Z"));
  CHECK(device.last_error.empty());
  CHECK_FALSE(device.collect_requested);
  REQUIRE(device.expectation);
  CHECK(device.expectation->identity.serial == "A1");

  REQUIRE(world.journal().size() == 1);
  const JournalEntry entry = world.journal()[0].entry.value();
  CHECK(entry.account == "tester");
  CHECK(entry.action == "back_up");
  CHECK(entry.subject == kName);
  CHECK(entry.result == "sealed");
  CHECK(entry.ticket == "INC-4711");
  CHECK(entry.detail.at("sequence") == "7");
  CHECK(entry.detail.at("digest") == to_hex(sample().backup.digest));
}

TEST_CASE("a suspect backup is no success: what is expected stays, and so does the request for a collection") {
  World world;
  world.record(suspect_sample());
  const DeviceRow device = world.device();
  CHECK(device.last_attempt == instant("2026-11-21T02:10:00Z"));
  CHECK(device.last_success == instant("2026-11-14T02:00:00Z"));
  CHECK(device.last_error == "other_serial: serial A1 expected, B7 found");
  CHECK(device.collect_requested);
  CHECK_FALSE(device.expectation);
  CHECK(world.journal().at(0).entry->result == "suspect");
}

TEST_CASE("recording a backup a second time changes nothing") {
  World world;
  world.record(sample());
  // What has happened since must not be undone by a run that finds the intent again.
  world.catalog.write([](Session& session) {
    DeviceRow device = find_device_by_id(session, kDeviceId).value();
    device.last_error = "no answer again";
    device.collect_requested = true;
    update_device(session, device);
  });
  world.clock.advance(std::chrono::hours{1});
  world.record(sample());
  CHECK(world.backup()->recorded_at == instant("2026-11-21T02:10:00Z"));
  CHECK(world.evidence().size() == 3);
  CHECK(world.journal().size() == 1);
  CHECK(world.device().last_attempt == instant("2026-11-21T02:10:00Z"));
  CHECK(world.device().last_error == "no answer again");
  CHECK(world.device().collect_requested);
}

TEST_CASE("a transaction that ends before its commit leaves nothing on record, and recording again works") {
  World world;
  CHECK_THROWS_AS(world.catalog.write([&](Session& session) {
    record_backup(session, sample(), "tester", world.clock.now());
    throw std::runtime_error("killed");
  }),
                  std::runtime_error);
  CHECK_FALSE(world.backup());
  CHECK(world.journal().empty());
  CHECK(world.device().last_success == instant("2026-11-14T02:00:00Z"));
  world.record(sample());
  CHECK(world.backup());
}

TEST_CASE("a backup of a device that the catalog does not know is refused, with nothing on record") {
  World world;
  Intent intent = sample();
  intent.backup.device_id = std::string(32, 'b');
  CHECK(error_of([&] { world.record(intent); }).code() == ErrorCode::not_found);
  CHECK_FALSE(world.backup());
  CHECK(world.journal().empty());
}
