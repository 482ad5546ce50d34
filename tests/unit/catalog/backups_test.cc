#include "catalog/backups.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "support/error_of.h"
#include "support/print_instant.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using test::at;
using test::backup;
using test::device_id;
using test::error_of;

std::string described(const BackupRow& row) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {} [{}] {} {} <{}> {} {} {} {}", to_hex(row.digest), row.file_id,
                     row.name, row.device_id, row.sequence, to_hex(row.prev_digest), to_string(row.kind),
                     to_rfc3339(row.created_at), to_rfc3339(row.recorded_at), row.file_size, row.suspect, row.doubts,
                     row.build, row.epoch, join(row.full_recipients, ","), row.ticket, row.operator_id,
                     row.content_mark, row.facts);
}

std::vector<std::string> names(const std::vector<BackupRow>& rows) {
  std::vector<std::string> names;
  for (const BackupRow& row : rows) names.push_back(row.name);
  return names;
}

// Devices 1 and 2 of CLIEXEMP/SIEGEPARIS, 3 of CLIEXEMP/LYON, 4 of AUTRE/SIEGEPARIS.
struct Fixture : test::SampleCatalog {
  Fixture() {
    database.write([](Session& session) {
      insert_device(session, test::device(1, "CLIEXEMP/SIEGEPARIS/NVR_NVR-1"));
      insert_device(session, test::device(2, "CLIEXEMP/SIEGEPARIS/NVR_NVR-2"));
      insert_device(session, test::device(3, "CLIEXEMP/LYON/NVR_NVR-3"));
      insert_device(session, test::device(4, "AUTRE/SIEGEPARIS/NVR_NVR-4"));
    });
  }
  void insert(const BackupRow& row) {
    database.write([&](Session& session) { insert_backup(session, row); });
  }
};

TEST_CASE("a backup comes back with every field, by name and by digest", "[catalog]") {
  Fixture f;
  BackupRow full = backup(1, 42);
  full.prev_digest = test::digest_of("before");
  full.kind = Kind::pre;
  full.file_size = std::uint64_t{1} << 40U;
  full.suspect = true;
  full.doubts = "other_serial: SN-1 expected, SN-2 found";
  full.build = "coffre 0.1.0";
  full.epoch = 7;
  full.full_recipients = {"0011223344556677", "8899aabbccddeeff"};
  full.ticket = "T-1";
  full.operator_id = "op-7";
  full.content_mark = std::string(64, 'a');
  full.facts = R"({"identity":{}})";
  const BackupRow bare = backup(1, 1);
  for (const BackupRow& row : {full, bare}) {
    f.insert(row);
    f.database.read([&](Session& session) {
      CHECK(described(find_backup_by_name(session, row.name).value()) == described(row));
      CHECK(described(find_backup_by_digest(session, row.digest).value()) == described(row));
    });
  }
  f.database.read([](Session& session) {
    CHECK_FALSE(find_backup_by_name(session, "nothing.bak"));
    CHECK_FALSE(find_backup_by_digest(session, Digest{}));
  });
}

TEST_CASE("a digest and a name are there once, and the device must be known", "[catalog]") {
  Fixture f;
  f.insert(backup(1, 1));
  BackupRow same_name = backup(1, 1);
  same_name.digest = test::digest_of("other");
  CHECK(error_of([&] { f.insert(same_name); }).code() == ErrorCode::conflict);
  BackupRow same_digest = backup(1, 1);
  same_digest.name = "other.bak";
  CHECK(error_of([&] { f.insert(same_digest); }).code() == ErrorCode::conflict);
  CHECK(error_of([&] { f.insert(backup(9, 1)); }).code() == ErrorCode::not_found);
  BackupRow twin = backup(1, 1);
  twin.name = "twin.bak";
  twin.digest = test::digest_of("twin");
  f.insert(twin);
  f.database.read([](Session& session) { CHECK(list_backups(session, {}).size() == 2); });
}

TEST_CASE("backups are listed by device, then newest first, as narrow as asked", "[catalog]") {
  Fixture f;
  for (const unsigned device : {1U, 2U, 3U, 4U}) {
    for (const std::uint64_t sequence : {std::uint64_t{2}, std::uint64_t{1}, std::uint64_t{10}}) {
      f.insert(backup(device, sequence));
    }
  }
  const auto of = [](unsigned device) { return names({backup(device, 10), backup(device, 2), backup(device, 1)}); };
  const auto of_all = [&](std::initializer_list<unsigned> devices) {
    std::vector<std::string> all;
    for (const unsigned device : devices) {
      for (const std::string& name : of(device)) all.push_back(name);
    }
    return all;
  };
  const Instant second = backup(1, 2).created_at;
  struct Row {
    std::string name;
    BackupFilter filter;
    std::vector<std::string> expected;
  };
  const std::vector<Row> rows{
      {"everything", {}, of_all({4, 3, 1, 2})},
      {"a client", {.client = "CLIEXEMP"}, of_all({3, 1, 2})},
      {"a site", {.client = "CLIEXEMP", .site = "SIEGEPARIS"}, of_all({1, 2})},
      {"a device", {.device_id = device_id(2)}, of_all({2})},
      {"an unknown client", {.client = "NOBODY"}, {}},
      {"from, included", {.device_id = device_id(1), .from = second}, names({backup(1, 10), backup(1, 2)})},
      {"to, excluded", {.device_id = device_id(1), .to = second}, names({backup(1, 1)})},
      {"from and to", {.client = "AUTRE", .from = second, .to = second + Seconds{1}}, names({backup(4, 2)})},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      f.database.read([&](Session& session) { CHECK(names(list_backups(session, row.filter)) == row.expected); });
    }
  }
  SECTION("a site alone names nothing") {
    const Error error =
        error_of([&] { f.database.read([](Session& session) { list_backups(session, {.site = "LYON"}); }); });
    CHECK(error.code() == ErrorCode::internal);
  }
  SECTION("after a rename, under the device's new codes") {
    f.database.write([](Session& session) { update_device(session, test::device(3, "NEUF/SITE/NVR_NVR-3")); });
    f.database.read([&](Session& session) {
      CHECK(names(list_backups(session, {.client = "NEUF"})) == of(3));
      CHECK(names(list_backups(session, {.client = "CLIEXEMP"})) == of_all({1, 2}));
    });
  }
}

TEST_CASE("the newest good backup is never a suspect one; the sequence counts them all", "[catalog]") {
  Fixture f;
  f.database.read([](Session& session) {
    CHECK_FALSE(newest_good_backup(session, device_id(1)));
    CHECK_FALSE(sequence_head(session, device_id(1)));
  });
  BackupRow monthly = backup(1, 1);
  monthly.kind = Kind::mensuel;
  BackupRow weekly = backup(1, 2);
  BackupRow doubtful = backup(1, 3);
  doubtful.kind = Kind::mensuel;
  doubtful.suspect = true;
  for (const BackupRow& row : {monthly, weekly, doubtful, backup(2, 9)}) f.insert(row);
  f.database.read([&](Session& session) {
    CHECK(newest_good_backup(session, device_id(1)).value().name == weekly.name);
    CHECK(newest_good_backup(session, device_id(1), Kind::mensuel).value().name == monthly.name);
    CHECK_FALSE(newest_good_backup(session, device_id(1), Kind::post));
    const SequenceHead head = sequence_head(session, device_id(1)).value();
    CHECK(head.sequence == 3);
    CHECK(head.digest == doubtful.digest);
  });
}

TEST_CASE("each replica has one copy row, replaced when it is seen again", "[catalog]") {
  Fixture f;
  const BackupRow row = backup(1, 1);
  f.insert(row);
  f.database.write([&](Session& session) {
    put_copy(session, row.digest, {"local", "p", at("2026-11-21T03:00:00Z"), "good"});
    put_copy(session, row.digest, {"cloud", "p", at("2026-11-21T03:00:01Z"), "good"});
    put_copy(session, row.digest, {"local", "q", at("2026-11-22T03:00:00Z"), "damaged"});
  });
  f.database.read([&](Session& session) {
    const auto copies = copies_of(session, row.digest);
    REQUIRE(copies.size() == 2);
    CHECK(copies[0].replica == "cloud");
    CHECK(copies[0].state == "good");
    CHECK(copies[1].replica == "local");
    CHECK(copies[1].path == "q");
    CHECK(copies[1].seen_at == at("2026-11-22T03:00:00Z"));
    CHECK(copies[1].state == "damaged");
    CHECK(copies_of(session, Digest{}).empty());
  });
  const Error stranger = error_of([&] {
    f.database.write([](Session& session) { put_copy(session, Digest{}, {"local", "p", {}, "good"}); });
  });
  CHECK(stranger.code() == ErrorCode::not_found);
  const Error wrong_state = error_of([&] {
    f.database.write([&](Session& session) { put_copy(session, row.digest, {"local", "p", {}, "fine"}); });
  });
  CHECK(wrong_state.code() == ErrorCode::internal);
}

TEST_CASE("what lacks a good copy in a replica is found, oldest first", "[catalog]") {
  Fixture f;
  const std::vector<BackupRow> rows = {backup(1, 3), backup(1, 1), backup(2, 2), backup(1, 4)};
  for (const BackupRow& row : rows) f.insert(row);
  f.database.write([&](Session& session) {
    put_copy(session, rows[0].digest, {"cloud", "p", {}, "good"});
    put_copy(session, rows[1].digest, {"local", "p", {}, "good"});
    put_copy(session, rows[2].digest, {"cloud", "p", {}, "damaged"});
    put_copy(session, rows[3].digest, {"cloud", "p", {}, "seen"});
  });
  f.database.read([&](Session& session) {
    CHECK(names(backups_without_good_copy(session, "cloud")) ==
          std::vector<std::string>{rows[1].name, rows[2].name, rows[3].name});
  });
}

TEST_CASE("evidence is added, never replaced, and keeps its order", "[catalog]") {
  Fixture f;
  const BackupRow row = backup(1, 1);
  f.insert(row);
  const Instant now = at("2026-11-21T03:00:00Z");
  const std::vector<Evidence> all{
      {EvidenceType::collected, now, ""},       {EvidenceType::sealed, now, ""},
      {EvidenceType::replicated, now, "local"}, {EvidenceType::replicated, now, "local"},
      {EvidenceType::opened, now, "run"},       {EvidenceType::understood, now, "artefact"},
      {EvidenceType::restored, now, "real"},    {EvidenceType::opened, now - Seconds{9}, "op"}};
  f.database.write([&](Session& session) {
    for (const Evidence& evidence : all) add_evidence(session, row.digest, evidence);
  });
  f.database.read([&](Session& session) {
    const auto found = evidence_of(session, row.digest);
    REQUIRE(found.size() == all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK(to_string(found[i].type) == to_string(all[i].type));
      CHECK(found[i].at == all[i].at);
      CHECK(found[i].detail == all[i].detail);
    }
    CHECK(evidence_of(session, Digest{}).empty());
  });
  const Error stranger =
      error_of([&] { f.database.write([&](Session& session) { add_evidence(session, Digest{}, all[0]); }); });
  CHECK(stranger.code() == ErrorCode::not_found);
}

TEST_CASE("key proofs are kept with recipient, build, epoch and time", "[catalog]") {
  Fixture f;
  f.database.write([](Session& session) {
    add_key_proof(session, {"0011223344556677", "coffre 0.1.0", 3, at("2026-11-21T03:00:00Z")});
    add_key_proof(session, {"0011223344556677", "coffre 0.1.0", 3, at("2026-11-22T03:00:00Z")});
  });
  f.database.read([](Session& session) {
    const auto proofs = key_proofs(session);
    REQUIRE(proofs.size() == 2);
    CHECK(proofs[1].recipient == "0011223344556677");
    CHECK(proofs[1].build == "coffre 0.1.0");
    CHECK(proofs[1].epoch == 3);
    CHECK(proofs[1].at == at("2026-11-22T03:00:00Z"));
  });
}

}  // namespace
}  // namespace coffre
