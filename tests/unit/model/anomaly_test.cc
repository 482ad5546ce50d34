#include "model/anomaly.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>
#include <string>

#include "base/text.h"
#include "support/source_tree.h"
#include "support/temp_dir.h"

namespace coffre {
namespace {

bool only(const std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

TEST_CASE("each anomaly code has its rule with everything that a person needs") {
  for (const AnomalyRule& rule : anomaly_rules()) {
    DYNAMIC_SECTION(rule.name) {
      CHECK(&rule_of(rule.code) == &rule);
      CHECK(to_string(rule.code) == rule.name);
      CHECK(anomaly_code_from_string(rule.name) == rule.code);
      CHECK(only(rule.name, "abcdefghijklmnopqrstuvwxyz_"));
      CHECK(only(rule.french, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"));
      for (const char* const text : {rule.title, rule.closed_by, rule.remedy}) {
        CHECK(std::string_view(text).size() > 5);
        CHECK(printable(text) == text);
      }
      CHECK_FALSE(to_string(rule.severity).empty());
      CHECK_FALSE(to_string(rule.closing).empty());
    }
  }
}

TEST_CASE("the list of anomalies is complete and without twins") {
  std::set<std::string> names;
  std::set<std::string> french;
  for (const AnomalyRule& rule : anomaly_rules()) {
    names.emplace(rule.name);
    french.emplace(rule.french);
  }
  CHECK(names == std::set<std::string>{"backup_missing",    "backup_suspect",     "device_unreachable",
                                       "pin_changed",       "credential_stopped", "replica_unavailable",
                                       "replica_damaged",   "replica_missing",    "volume_not_encrypted",
                                       "key_proof_missing", "proof_insufficient", "sequence_gap",
                                       "inventory_shrunk",  "clear_extract",      "journal_damaged",
                                       "disk_space",        "expiry_stopped",     "trust_list_refused",
                                       "lock_broken",       "backup_lost",        "foreign_object"});
  CHECK(french == std::set<std::string>{"SAUVEGARDE_MANQUANTE",  "SAUVEGARDE_SUSPECTE",  "EQUIPEMENT_INJOIGNABLE",
                                        "EMPREINTE_CHANGEE",     "IDENTIFIANTS_ARRETES", "EMPLACEMENT_INDISPONIBLE",
                                        "COPIE_ENDOMMAGEE",      "COPIE_MANQUANTE",      "VOLUME_NON_CHIFFRE",
                                        "ESSAI_DE_CLE_MANQUANT", "PREUVE_INSUFFISANTE",  "TROU_DE_SEQUENCE",
                                        "INVENTAIRE_REDUIT",     "EXTRACTION_EN_CLAIR",  "JOURNAL_ENDOMMAGE",
                                        "ESPACE_DISQUE",         "EXPIRATION_ARRETEE",   "LISTE_DE_CLES_REFUSEE",
                                        "VERROU_SANS_EFFET",     "SAUVEGARDE_PERDUE",    "OBJET_ETRANGER"});
}

TEST_CASE("what stops something until a person has looked names the command that releases it") {
  struct Row {
    AnomalyCode code;
    std::string command;
  };
  const std::vector<Row> rows = {
      {AnomalyCode::backup_suspect, "`restore-cli accept NAME --ticket T --reason R`"},
      {AnomalyCode::pin_changed, "`backupd device pin DEVICE --reason R`"},
      {AnomalyCode::credential_stopped, "`backupd secret release NAME"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.command);
    CHECK(std::string(rule_of(row.code).remedy).find(row.command) != std::string::npos);
  }
}

TEST_CASE("words that are no anomaly are refused") {
  CHECK_FALSE(anomaly_code_from_string(""));
  CHECK_FALSE(anomaly_code_from_string("Backup_missing"));
  CHECK_FALSE(anomaly_code_from_string("SAUVEGARDE_MANQUANTE"));
}

TEST_CASE("severities and closings have stable words") {
  CHECK(to_string(Severity::minor) == "minor");
  CHECK(to_string(Severity::major) == "major");
  CHECK(to_string(Severity::critical) == "critical");
  CHECK(to_string(Closing::proof) == "proof");
  CHECK(to_string(Closing::justification) == "justification");
  CHECK(to_string(Closing::fact) == "fact");
  CHECK(kAnomalyDeadline == Seconds{86'400});
}

TEST_CASE("xgettext finds every text of the rules") {
  const test::TempDir folder;
  const std::string pot = (folder / "model.pot").string();
  const std::string command = "xgettext --language=C++ --keyword=tr_noop --no-wrap -o '" + pot + "' '" +
                              test::source_dir() + "/lib/model/anomaly.cc'";
  REQUIRE(std::system(command.c_str()) == 0);
  const std::string found = test::read_file(pot);
  for (const AnomalyRule& rule : anomaly_rules()) {
    for (const std::string text : {rule.title, rule.closed_by, rule.remedy}) {
      CAPTURE(text);
      CHECK(found.find("\"" + text + "\"") != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace coffre
