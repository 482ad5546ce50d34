#include "config/inventory_csv.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "config/inventory_loader.h"

namespace coffre {
namespace {

constexpr const char* kHeader = "client;site;contrat;responsable;suppléant;type;nom;adresse;pilote;identifiant\n";
constexpr const char* kRow =
    "CLIEXEMP;SIEGE;renforcé;Anne Martin <a@x.example>;Bruno;NVR;NVR-HALL;https://192.0.2.10;hikvision-isapi;siege\n";

// The refusal of the last row; "" when it was accepted.
std::string refusal_of(const std::string& rows) {
  return parse_inventory_csv(kHeader + rows).rows.back().refusal;
}

std::string header_fault(std::string_view text) {
  try {
    parse_inventory_csv(text);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::usage);
    return error.reason();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a row becomes a client, a site and a device") {
  const CsvImport import = parse_inventory_csv(std::string(kHeader) + kRow);
  CHECK(import.ignored_columns.empty());
  REQUIRE(import.rows.size() == 1);
  const CsvImportRow& row = import.rows[0];
  CHECK(row.refusal.empty());
  CHECK(row.line == 2);
  CHECK(row.label == "CLIEXEMP/SIEGE/NVR_NVR-HALL");
  REQUIRE(row.proposal);
  CHECK(row.proposal->client.code.text() == "CLIEXEMP");
  CHECK(row.proposal->client.name == "CLIEXEMP");
  CHECK(row.proposal->site.contract == Contract::reinforced);
  CHECK(row.proposal->site.backup_owner->name == "Anne Martin");
  CHECK(row.proposal->site.backup_owner->mail == "a@x.example");
  CHECK(row.proposal->site.deputy->name == "Bruno");
  CHECK(row.proposal->device.key.display() == "CLIEXEMP/SIEGE/NVR_NVR-HALL");
  CHECK(row.proposal->device.address == "https://192.0.2.10");
  CHECK(row.proposal->device.driver == "hikvision-isapi");
  CHECK(row.proposal->device.credential == "siege");
  CHECK(row.proposal->device.pin.empty());
}

TEST_CASE("columns may stand in any order, with other capitals, without accents, in English, with more beside them") {
  const CsvImport import = parse_inventory_csv(
      "\xEF\xBB\xBFNom,TYPE,Driver,Adresse,Identifiant,Suppleant,Responsable,Contract,Remarque,Site,Client\r\n"
      "nvr-1,nvr,axis-dca,192.0.2.1:8443,,,,,\"=HYPERLINK()\",usine,cli\r\n");
  CHECK(import.ignored_columns == std::vector<std::string>{"Remarque"});
  REQUIRE(import.rows.size() == 1);
  CHECK(import.rows[0].refusal.empty());
  REQUIRE(import.rows[0].proposal);
  CHECK(import.rows[0].proposal->device.key.display() == "CLI/USINE/NVR_NVR-1");
  CHECK(import.rows[0].proposal->device.address == "https://192.0.2.1:8443");
  CHECK(import.rows[0].proposal->site.contract == Contract::standard);
  CHECK_FALSE(import.rows[0].proposal->site.deputy);
}

TEST_CASE("codes in lower case are raised, and that is told") {
  const auto notes_of = [](const std::string& row) { return parse_inventory_csv(kHeader + row).rows.back().notes; };
  CHECK(notes_of("CLI;siege-paris;;;;NVR;nvr-1;a.example;d;c\n") ==
        std::vector<std::string>{"site \"siege-paris\" is taken as SIEGE-PARIS: codes are upper-case letters",
                                 "nom \"nvr-1\" is taken as NVR-1: codes are upper-case letters"});
  CHECK(notes_of("CLI;SIEGE-PARIS;;;;NVR;NVR-1;a.example;d;c\n").empty());
}

TEST_CASE("what a table says otherwise than the inventory is told by its columns, old and new") {
  const auto proposal_of = [](const std::string& row) {
    return parse_inventory_csv(kHeader + row).rows.back().proposal.value();
  };
  const CsvProposal known = proposal_of("C;S;renforcé;Anne <a@x.example>;Bruno;NVR;N;192.0.2.1;axis-dca;c\n");
  const CsvProposal table = proposal_of("C;S;;Anne <b@x.example>;;NVR;N;192.0.2.2;axis-dca;d\n");
  const auto as_text = [](const std::vector<CsvDifference>& differences) {
    std::vector<std::string> texts;
    for (const CsvDifference& one : differences) {
      texts.push_back(one.column + ": " + one.in_inventory + " -> " + one.in_table);
    }
    return texts;
  };
  CHECK(as_text(csv_differences(known.device, table.device)) ==
        std::vector<std::string>{"adresse: https://192.0.2.1 -> https://192.0.2.2", "identifiant: c -> d"});
  // An empty cell for a person says nothing.
  CHECK(as_text(csv_differences(known.site, table.site)) ==
        std::vector<std::string>{"contrat: renforcé -> standard",
                                 "responsable: Anne <a@x.example> -> Anne <b@x.example>"});
  CHECK(csv_differences(known.device, known.device).empty());
  CHECK(csv_differences(known.site, known.site).empty());
}

TEST_CASE("a header that cannot be used is refused") {
  CHECK(header_fault("") == "the file is empty");
  CHECK(header_fault("client;site;type;nom\n") ==
        "missing columns: contrat, responsable, suppléant, adresse, pilote, identifiant");
  CHECK(header_fault("client;site;contrat;responsable;suppléant;type;nom;adrese;drivr;Remarque;identifiant\n") ==
        "missing columns: adresse, pilote; not known: \"adrese\" (perhaps adresse), \"drivr\" (perhaps pilote), "
        "\"Remarque\"");
  CHECK(header_fault("client;Client;site\n") == "the column \"client\" is there twice");
  CHECK(header_fault("contrat;contract\n") == "the column \"contrat\" is there twice");
}

TEST_CASE("each refused row says why") {
  struct Row {
    std::string name;
    std::string row;
    std::string refusal;
  };
  const auto row = GENERATE(values<Row>({
      {"a human name", "Client Exemplé;S;;;;NVR;N;a.example;d;c\n",
       "client \"Client Exemplé\": codes are upper-case letters, digits and hyphens, at most 32: write "
       "CLIENT-EXEMPLE"},
      {"lower case with a blank", "C;siège paris;;;;NVR;N;a.example;d;c\n",
       "site \"siège paris\": codes are upper-case letters, digits and hyphens, at most 32: write SIEGE-PARIS"},
      {"no code at all", "日本;S;;;;NVR;N;a.example;d;c\n",
       "client \"日本\": codes are upper-case letters, digits and hyphens, at most 32"},
      {"an underscore", "C;S;;;;NVR;N_1;a.example;d;c\n",
       "nom \"N_1\": codes are upper-case letters, digits and hyphens, at most 32: write N-1"},
      {"an empty code", "C;;;;;NVR;N;a.example;d;c\n", "the column \"site\" is empty"},
      {"no address", "C;S;;;;NVR;N;;d;c\n", "the column \"adresse\" is empty"},
      {"http", "C;S;;;;NVR;N;http://a.example;d;c\n",
       "the address has to be https://host or https://host:port, without user, password or path"},
      {"a password in the address", "C;S;;;;NVR;N;https://admin:hunter2@a.example;d;c\n",
       "the address has to be https://host or https://host:port, without user, password or path"},
      {"a port too high", "C;S;;;;NVR;N;a.example:99999;d;c\n",
       "the address has to be https://host or https://host:port, without user, password or path"},
      {"another contract", "C;S;gold;;;NVR;N;a.example;d;c\n", "contrat \"gold\" is neither standard nor renforcé"},
      {"half a mail", "C;S;;Anne <a@x;;NVR;N;a.example;d;c\n", "responsable: write a person as Name <mail>"},
      {"no mail inside", "C;S;;;Anne <anne>;NVR;N;a.example;d;c\n", "suppléant: write a person as Name <mail>"},
      {"no driver", "C;S;;;;NVR;N;a.example;;c\n",
       "pilote \"\": only letters, digits and \"-\" (credentials also \".\" and \"_\")"},
      {"a formula as driver", "C;S;;;;NVR;N;a.example;=cmd|' /C calc'!A0;c\n",
       "pilote \"=cmd|' /C calc'!A0\": only letters, digits and \"-\" (credentials also \".\" and \"_\")"},
      {"a credential with a blank", "C;S;;;;NVR;N;a.example;d;my cred\n",
       "identifiant \"my cred\": only letters, digits and \"-\" (credentials also \".\" and \"_\")"},
      {"too few cells", "C;S\n", "2 cells, but the header has 10"},
      {"too many cells", "C;S;;;;NVR;N;a.example;d;c;x\n", "11 cells, but the header has 10"},
      {"a line break in a cell", "C;S;;\"Anne\nMartin\";;NVR;N;a.example;d;c\n",
       "a cell holds a control character or a line break"},
      {"an escape sequence", "C;S;;A\x1b[2J;;NVR;N;a.example;d;c\n",
       "a cell holds a control character or a line break"},
      {"text without end", "C;S;;" + std::string(301, 'a') + ";;NVR;N;a.example;d;c\n",
       "a cell is longer than 300 bytes"},
  }));
  DYNAMIC_SECTION(row.name) {
    CHECK(refusal_of(row.row) == row.refusal);
    CHECK_FALSE(parse_inventory_csv(kHeader + row.row).rows.back().proposal);
  }
}

TEST_CASE("rows that contradict earlier ones are refused, the others go on") {
  const std::string rows = std::string(kRow) + kRow +
                           "CLIEXEMP;SIEGE;standard;Anne Martin <a@x.example>;Bruno;NVR;N2;a.example;d;c\n"
                           "CLIEXEMP;SIEGE;renforcé;Anne Martin <a@x.example>;Bruno;NVR;N3;a.example;d;c\n"
                           "CLIEXEMP;USINE;standard;;;NVR;N2;a.example;d;c\n";
  const CsvImport import = parse_inventory_csv(kHeader + rows);
  REQUIRE(import.rows.size() == 5);
  CHECK(import.rows[0].refusal.empty());
  CHECK(import.rows[1].refusal == "the same device as in line 2");
  CHECK(import.rows[2].refusal == "contract, owner or deputy of the site differ from line 2");
  CHECK(import.rows[3].refusal.empty());
  CHECK(import.rows[4].refusal.empty());
}

TEST_CASE("export is the inverse of import, and no cell runs as a formula") {
  const std::string exported =
      "\xEF\xBB\xBF"
      "client;site;contrat;responsable;suppléant;type;nom;adresse;pilote;identifiant\r\n"
      "CLI;SITE;renforcé;Anne \"la chef\" <a@x.example> 01 23;'=cmd;NVR;'-A;https://192.0.2.1:8443;d;c\r\n"
      "CLI;SITE;renforcé;Anne \"la chef\" <a@x.example> 01 23;'=cmd;NVR;B;https://192.0.2.2;d;c\r\n";
  std::vector<Document> documents;
  documents.push_back(Document::parse(R"(
clients: {CLI: {name: x}}
sites:
  CLI/SITE:
    name: x
    contract: reinforced
    backup_owner: {name: 'Anne "la chef"', mail: a@x.example, phone: 01 23}
    deputy: {name: "=cmd"}
devices:
  CLI/SITE/NVR_B: {driver: d, address: https://192.0.2.2, credential: c}
  CLI/SITE/NVR_-A: {driver: d, address: "https://192.0.2.1:8443", credential: c}
  CLI/SITE/NVR_GONE: {driver: d, retired: {date: 2026-01-01, by: x, reason: y}}
)",
                                      "i"));
  const InventoryResult loaded = read_inventory(documents);
  for (const Finding& finding : loaded.errors) FAIL_CHECK(finding.line());
  REQUIRE(loaded.inventory);
  std::string written = format_inventory_csv(*loaded.inventory);
  std::string wanted = exported;
  for (std::size_t at = wanted.find("Anne \"la chef\" <a@x.example> 01 23"); at != std::string::npos;
       at = wanted.find("Anne \"la chef\" <a@x.example> 01 23", at + 40)) {
    wanted.replace(at, 34, "\"Anne \"\"la chef\"\" <a@x.example> 01 23\"");
  }
  CHECK(written == wanted);

  const CsvImport import = parse_inventory_csv(written);
  REQUIRE(import.rows.size() == 2);
  for (const CsvImportRow& row : import.rows) {
    INFO(row.refusal);
    REQUIRE(row.proposal);
    const Device& original = loaded.inventory->devices.at(row.proposal->device.key);
    CHECK(row.proposal->device.address == original.address);
    CHECK(row.proposal->device.driver == original.driver);
    CHECK(row.proposal->device.credential == original.credential);
    CHECK(row.proposal->site.deputy->name == "=cmd");
    CHECK(row.proposal->site.backup_owner->name == "Anne \"la chef\"");
    CHECK(row.proposal->site.backup_owner->phone == "01 23");
  }
}

}  // namespace coffre
