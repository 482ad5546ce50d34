// What the catalog says, in few words, and catalogs that know less than the places do: for tests of the use cases.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anomalies.h"
#include "catalog/backups.h"
#include "catalog/devices.h"
#include "catalog/installation.h"
#include "catalog/jobs.h"
#include "catalog/journal.h"
#include "support/installation_fixture.h"

namespace coffre::test {

inline BackupRow backup_row(InstallationFixture& fixture, std::string_view name) {
  std::optional<BackupRow> row;
  fixture.at().catalog.read([&](Session& session) { row = find_backup_by_name(session, name); });
  REQUIRE(row);
  return *row;
}

inline DeviceRow device_row(InstallationFixture& fixture, std::string_view path) {
  std::optional<DeviceRow> row;
  fixture.at().catalog.read([&](Session& session) { row = find_device(session, InstallationFixture::key(path)); });
  REQUIRE(row);
  return *row;
}

inline std::string fact(InstallationFixture& fixture, std::string_view key) {
  std::optional<std::string> value;
  fixture.at().catalog.read([&](Session& session) { value = get_fact(session, key); });
  return value.value_or("");
}

// "device_unreachable CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL", in order.
inline std::vector<std::string> open_matters(InstallationFixture& fixture) {
  std::vector<std::string> lines;
  fixture.at().catalog.read([&](Session& session) {
    for (const Anomaly& anomaly : open_anomalies(session)) {
      lines.push_back(std::string(to_string(anomaly.code)) + " " + anomaly.subject);
    }
  });
  std::sort(lines.begin(), lines.end());
  return lines;
}

inline std::string matter(AnomalyCode code, std::string_view subject) {
  return std::string(to_string(code)) + " " + std::string(subject);
}

// The newest row of that code and subject, open or closed.
inline std::optional<Anomaly> anomaly_of(InstallationFixture& fixture, AnomalyCode code, std::string_view subject) {
  std::optional<Anomaly> found;
  fixture.at().catalog.read([&](Session& session) {
    for (const Anomaly& anomaly : all_anomalies(session)) {
      if (!found && anomaly.code == code && anomaly.subject == subject) found = anomaly;
    }
  });
  return found;
}

inline std::string detail_of(InstallationFixture& fixture, AnomalyCode code, std::string_view subject) {
  const auto anomaly = anomaly_of(fixture, code, subject);
  return anomaly ? anomaly->detail : "no such anomaly";
}

// "replicated:cloud" where there is a detail, otherwise "sealed"; in the order of adding.
inline std::vector<std::string> evidence_words(InstallationFixture& fixture, const BackupRow& backup) {
  std::vector<std::string> words;
  fixture.at().catalog.read([&](Session& session) {
    for (const Evidence& evidence : evidence_of(session, backup.digest)) {
      words.push_back(std::string(to_string(evidence.type)) + (evidence.detail.empty() ? "" : ":" + evidence.detail));
    }
  });
  return words;
}

inline std::vector<JournalEntry> journal_of(InstallationFixture& fixture, std::string_view action) {
  constexpr std::size_t kAll = 10'000;
  std::vector<JournalEntry> entries;
  fixture.at().catalog.read([&](Session& session) {
    for (const JournalRow& row : journal_rows(session, 1, kAll)) {
      if (row.entry && row.entry->action == action) entries.push_back(*row.entry);
    }
  });
  return entries;
}

// Puts an older catalog in place of the real one: the same devices and credentials are not needed by the callers, so it
// holds one device and those of its backups that are named, without copies and evidence.
inline void know_only(InstallationFixture& fixture, std::string_view device, const std::vector<std::string>& names) {
  DeviceRow row = device_row(fixture, device);
  std::vector<BackupRow> backups;
  for (const std::string& name : names) backups.push_back(backup_row(fixture, name));
  static int number = 0;
  const auto path = fixture.folder() / ("older-" + std::to_string(++number) + ".sqlite");
  fixture.at().catalog = Database::open(path.string(), fixture.clock());
  fixture.at().catalog.write([&](Session& session) {
    insert_device(session, row);
    for (const BackupRow& backup : backups) insert_backup(session, backup);
  });
}

}  // namespace coffre::test
