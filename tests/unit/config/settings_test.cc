// What people do to coffre.yaml by hand, and the line that each mistake gives. settings.h is tested here and in
// settings_loader_test.cc.
#include "config/settings.h"

#include <catch2/catch.hpp>

#include "config/settings_loader.h"

namespace coffre {
namespace {

// Lines are numbered in the comments: expected places refer to them.
constexpr const char* kGood =
    "organization:\n"              // 1
    "  name: Exemple\n"            // 2
    "installation:\n"              // 3
    "  zone: Europe/Paris\n"       // 4
    "  language: fr\n"             // 5
    "keys:\n"                      // 6
    "  directory: keys\n"          // 7
    "replicas:\n"                  // 8
    "  local:\n"                   // 9
    "    path: /srv/coffre\n"      // 10
    "    location: Paris\n"        // 11
    "    encryption: required\n"   // 12
    "  cloud:\n"                   // 13
    "    directory: /mnt/cloud\n"  // 14
    "    location: Gravelines\n"   // 15
    "required_proof: 4\n"          // 16
    "run:\n"                       // 17
    "  workers: 64\n"              // 18
    "inventory:\n"                 // 19
    "  - inventory/*.yaml\n";      // 20

struct Row {
  std::string name;
  std::string find;  // in kGood; "" appends
  std::string put;
  std::vector<std::string> lines;
};

std::vector<std::string> errors_of(const std::string& text) {
  std::vector<Finding> findings;
  const std::optional<Document> document = Document::parse(text, "/c.yaml", findings);
  if (document) findings = read_settings(*document, std::nullopt).errors;
  std::vector<std::string> out;
  for (const Finding& finding : findings) out.push_back(finding.line());
  return out;
}

std::string edited(const Row& row) {
  std::string text = kGood;
  if (row.find.empty()) return text + row.put;
  const std::size_t at = text.find(row.find);
  REQUIRE(at != std::string::npos);
  return text.replace(at, row.find.size(), row.put);
}

const std::string kTop =
    "allow, drivers.d, installation, inventory, keys, organization, read_back_max_age, replicas, required_proof, "
    "retention, run, scrub, station";

}  // namespace

TEST_CASE("the configuration that the mistakes start from is right") {
  CHECK(errors_of(kGood).empty());
}

TEST_CASE("each mistake in the configuration names file, line, column and what is allowed") {
  const auto row = GENERATE(values<Row>({
      {"unknown key at the top", "", "colour: 3\n", {"/c.yaml:21:1: /colour: unknown key; allowed: " + kTop}},
      {"misspelt key at the top",
       "required_proof",
       "requierd_proof",
       {"/c.yaml:16:1: /requierd_proof: unknown key, is \"required_proof\" meant? Allowed: " + kTop}},
      {"misspelt key inside",
       "  workers: 64",
       "  worker: 64",
       {"/c.yaml:18:3: /run/worker: unknown key, is \"workers\" meant? Allowed: answer_timeout, connect_timeout, "
        "largest_answer, per_site, total_timeout, workers"}},
      {"missing section", "inventory:\n  - inventory/*.yaml\n", "", {"/c.yaml:1:1: the key \"inventory\" is missing"}},
      {"missing key inside",
       "    location: Paris\n",
       "",
       {"/c.yaml:9:3: /replicas/local: the key \"location\" is missing"}},
      {"empty value",
       "location: Paris",
       "location:",
       {"/c.yaml:11:5: /replicas/local/location: is empty, but has to be a text"}},
      {"empty text",
       "location: Paris",
       "location: \"\"",
       {"/c.yaml:11:15: /replicas/local/location: must not be empty"}},
      {"number for a text",
       "name: Exemple",
       "name: 42",
       {"/c.yaml:2:9: /organization/name: is a whole number, but has to be a text; put it in quotes"}},
      {"true for a text",
       "name: Exemple",
       "name: true",
       {"/c.yaml:2:9: /organization/name: is true or false, but has to be a text; put it in quotes"}},
      {"text for a number",
       "workers: 64",
       "workers: many",
       {"/c.yaml:18:12: /run/workers: is a text, but has to be a whole number"}},
      {"quoted number",
       "workers: 64",
       "workers: \"64\"",
       {"/c.yaml:18:12: /run/workers: is a text, but has to be a whole number; write it without quotes and without "
        "leading zeros"}},
      {"leading zero",
       "workers: 64",
       "workers: 064",
       {"/c.yaml:18:12: /run/workers: is a text, but has to be a whole number; write it without quotes and without "
        "leading zeros"}},
      {"half a worker",
       "workers: 64",
       "workers: 1.5",
       {"/c.yaml:18:12: /run/workers: is a number, but has to be a whole number"}},
      {"no workers", "workers: 64", "workers: 0", {"/c.yaml:18:12: /run/workers: has to lie between 1 and 512"}},
      {"proof too low",
       "required_proof: 4",
       "required_proof: 1",
       {"/c.yaml:16:17: /required_proof: has to lie between 2 and 5"}},
      {"proof as a word",
       "required_proof: 4",
       "required_proof: opened",
       {"/c.yaml:16:17: /required_proof: is a text, but has to be a whole number"}},
      {"unknown language",
       "language: fr",
       "language: de",
       {"/c.yaml:5:13: /installation/language: \"de\" is not allowed; allowed: fr, en"}},
      {"language in capitals",
       "language: fr",
       "language: FR",
       {"/c.yaml:5:13: /installation/language: \"FR\" is not allowed, is \"fr\" meant? Allowed: fr, en"}},
      {"no as encryption",
       "encryption: required",
       "encryption: no",
       {"/c.yaml:12:17: /replicas/local/encryption: \"no\" is not allowed; allowed: required, none"}},
      {"false as encryption",
       "encryption: required",
       "encryption: false",
       {"/c.yaml:12:17: /replicas/local/encryption: is true or false, but has to be a text; put it in quotes"}},
      {"zone with a blank",
       "zone: Europe/Paris",
       "zone: Europe / Paris",
       {"/c.yaml:4:9: /installation/zone: has to be a name of a time zone, as \"Europe/Paris\""}},
      {"zone that leaves its folder",
       "zone: Europe/Paris",
       "zone: ../../etc/passwd",
       {"/c.yaml:4:9: /installation/zone: has to be a name of a time zone, as \"Europe/Paris\""}},
      {"map for a list",
       "  - inventory/*.yaml",
       "  file: inventory/*.yaml",
       {"/c.yaml:20:3: /inventory: is a map (lines `key: value`), but has to be a list (lines `- value`)"}},
      {"text for a list",
       "inventory:\n  - inventory/*.yaml",
       "inventory: inventory/*.yaml",
       {"/c.yaml:19:12: /inventory: is a text, but has to be a list (lines `- value`)"}},
      {"empty list",
       "inventory:\n  - inventory/*.yaml",
       "inventory: []",
       {"/c.yaml:19:1: /inventory: needs at least 1 entries"}},
      {"the same file twice",
       "  - inventory/*.yaml",
       "  - a.yaml\n  - a.yaml",
       {"/c.yaml:21:5: /inventory/1: \"a.yaml\" is in the list twice"}},
      {"list for a map",
       "keys:\n  directory: keys",
       "keys:\n  - keys",
       {"/c.yaml:7:3: /keys: is a list (lines `- value`), but has to be a map (lines `key: value`)"}},
      {"no second place",
       "    directory: /mnt/cloud\n",
       "",
       {"/c.yaml:13:3: /replicas/cloud: the second place is either a bucket (`s3:`) or a directory (`directory:`)"}},
      {"a password",
       "  directory: keys",
       "  directory: keys\n  password: hunter2",
       {"/c.yaml:8:3: /keys/password: a secret does not belong into this file: delete the line, change the password if "
        "others "
        "could read it, then store it with `backupd secret set NAME`"}},
      {"a home folder",
       "path: /srv/coffre",
       "path: ~/coffre",
       {"/c.yaml:10:11: /replicas/local/path: \"~\" is not expanded here: write the folder in full"}},
      {"one folder for both",
       "directory: /mnt/cloud",
       "directory: /srv/coffre/",
       {"/c.yaml:14:16: /replicas/cloud/directory: both replicas would lie in one folder (the local one is "
        "/srv/coffre)"}},
      {"one folder in the other",
       "directory: /mnt/cloud",
       "directory: /srv/x/../coffre/cloud",
       {"/c.yaml:14:16: /replicas/cloud/directory: both replicas would lie in one folder (the local one is "
        "/srv/coffre)"}},
      {"a key in a replica",
       "  directory: keys",
       "  kek: /mnt/cloud/kek.key",
       {"/c.yaml:7:8: /keys/kek: a secret key must not lie in a replica (/mnt/cloud/kek.key)"}},
      {"duration without unit",
       "  workers: 64",
       "  connect_timeout: 10",
       {"/c.yaml:18:20: /run/connect_timeout: is a whole number, but has to be a text; put it in quotes"}},
      {"duration with another unit",
       "  workers: 64",
       "  connect_timeout: 10 sec",
       {"/c.yaml:18:20: /run/connect_timeout: has to be a duration, as \"30s\", \"5min\", \"2h\" or \"100d\""}},
      {"size in MB",
       "  workers: 64",
       "  largest_answer: 256MB",
       {"/c.yaml:18:19: /run/largest_answer: has to be a size, as \"64KiB\", \"256MiB\" or \"2GiB\""}},
      {"timeouts that contradict",
       "  workers: 64",
       "  answer_timeout: 1h",
       {"/c.yaml:17:1: /run: total_timeout is shorter than a timeout that it contains"}},
      {"unknown station",
       "",
       "station: yes\n",
       {"/c.yaml:21:10: /station: \"yes\" is not allowed; allowed: same-machine"}},
      {"an exception without end",
       "",
       "allow:\n  - {exception: weak-tls, device: A/B/NVR_C, by: x, reason: y}\n",
       {"/c.yaml:22:5: /allow/0: the key \"until\" is missing"}},
      {"a day that does not exist",
       "",
       "allow:\n  - {exception: weak-tls, device: A/B/NVR_C, until: 2027-02-30, by: x, reason: y}\n",
       {"/c.yaml:22:53: /allow/0/until: there is no such day"}},
      {"a date the French way",
       "",
       "allow:\n  - {exception: weak-tls, device: A/B/NVR_C, until: 28/02/2027, by: x, reason: y}\n",
       {"/c.yaml:22:53: /allow/0/until: has to be a date, as 2026-12-31"}},
      {"an exception for no device",
       "",
       "allow:\n  - {exception: weak-tls, device: nvr, until: 2027-02-28, by: x, reason: y}\n",
       {"/c.yaml:22:35: /allow/0/device: has to be a path CLIENT/SITE/TYPE_NAME of capital letters, digits and \"-\""}},
      {"an unknown file system",
       "    encryption: required",
       "    allow_fuse: [gocryptf]",
       {"/c.yaml:12:18: /replicas/local/allow_fuse/0: \"gocryptf\" is not allowed, is \"gocryptfs\" meant? Allowed: "
        "gocryptfs, "
        "cryfs, securefs, encfs"}},
      {"weekly backups kept too short",
       "",
       "retention: {hebdo_months: 2}\n",
       {"/c.yaml:21:27: /retention/hebdo_months: has to lie between 3 and 600"}},
      {"those of interventions kept too short",
       "",
       "retention: {pre_post_months: 5}\n",
       {"/c.yaml:21:30: /retention/pre_post_months: has to lie between 6 and 600"}},
      {"monthly ones kept too short, and too much at once",
       "",
       "retention: {mensuel_months: 11, max_percent: 0}\n",
       {"/c.yaml:21:29: /retention/mensuel_months: has to lie between 12 and 600",
        "/c.yaml:21:46: /retention/max_percent: has to lie between 1 and 100"}},
      {"an expiry without announcement",
       "",
       "retention: {announce_days: 0}\n",
       {"/c.yaml:21:28: /retention/announce_days: has to lie between 1 and 365"}},
      {"a section twice",
       "",
       "run: {workers: 2}\n",
       {"/c.yaml:21:1: /run: this key is already in line 17: one of the two has to go"}},
      {"an unknown document",
       "  name: Exemple",
       "  name: Exemple\n  documents: {drill_recrd: {version: \"1\"}}",
       {"/c.yaml:3:15: /organization/documents/drill_recrd: unknown key, is \"drill_record\" meant? Allowed: "
        "action_plan, "
        "admin_log_review, audit_report, default, deletion_certificate, drill_record, emergency_sheet, evidence_pack, "
        "exceptions_register, intervention_report, monthly_review, remote_access_statement, "
        "service_accounts_register"}},
      {"a version that is a number",
       "  name: Exemple",
       "  name: Exemple\n  documents: {default: {version: 1.0}}",
       {"/c.yaml:3:34: /organization/documents/default/version: is a number, but has to be a text; put it in quotes"}},
      {"a tab", "  workers: 64", "\tworkers: 64", {"/c.yaml:18:1: a tab in the indentation: use spaces"}},
      {"a missing colon",
       "  workers: 64",
       "  workers 64",
       {"/c.yaml:18:3: /run: is a text, but has to be a map (lines `key: value`)"}},
      {"a missing blank",
       "  workers: 64",
       "  workers:64",
       {"/c.yaml:18:3: /run: is a text, but has to be a map (lines `key: value`)"}},
      {"two mistakes and more",
       "  language: fr\n",
       "  langage: fr\n  zone_: x\n",
       {"/c.yaml:5:3: /installation/langage: unknown key, is \"language\" meant? Allowed: catalog, data, language, "
        "zone",
        "/c.yaml:6:3: /installation/zone_: unknown key, is \"zone\" meant? Allowed: catalog, data, language, zone"}},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(errors_of(edited(row)) == row.lines);
  }
}

TEST_CASE("an empty configuration says what it needs") {
  CHECK(errors_of("# nothing yet\n") == std::vector<std::string>{"/c.yaml:1:1: the key \"organization\" is missing",
                                                                 "/c.yaml:1:1: the key \"replicas\" is missing",
                                                                 "/c.yaml:1:1: the key \"inventory\" is missing"});
}

}  // namespace coffre
