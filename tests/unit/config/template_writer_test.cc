#include "config/template_writer.h"

#include <catch2/catch.hpp>

#include "config/embedded_file.h"
#include "config/inventory_loader.h"
#include "config/settings_loader.h"

namespace coffre {
namespace {

SettingsResult read(const std::string& text) {
  return read_settings(Document::parse(text, "/etc/coffre/coffre.yaml"), std::nullopt);
}

// A template as if a person had taken away the "# " of every example line.
std::string uncommented(std::string text, const std::string& marker) {
  for (std::size_t at = text.find(marker); at != std::string::npos; at = text.find(marker, at)) {
    text.erase(at + marker.size() - 2, 2);
    at += marker.size() - 2;
  }
  return text;
}

}  // namespace

TEST_CASE("the configuration template loads as it is") {
  const SettingsResult result = read(config_template({}));
  for (const Finding& finding : result.errors) FAIL_CHECK(finding.line());
  REQUIRE(result.settings);
  CHECK(result.warnings.empty());
  CHECK(result.settings->local.path == "/etc/coffre/local");
  CHECK(result.settings->local.encryption == EncryptionDemand::required);
  CHECK(result.settings->cloud.directory == "/etc/coffre/cloud");
  CHECK(result.settings->keys.kek == "/etc/coffre/keys/kek.key");
}

TEST_CASE("choices arrive in the configuration, whatever characters they hold") {
  TemplateChoices choices;
  choices.organization = "Dupont: \"Vidéo\" & #1";
  choices.local_path = "/srv/with blank";
  choices.local_location = "Baie 1, siège";
  choices.encryption = EncryptionDemand::none;
  choices.cloud_directory = "@local_path@";
  choices.cloud_location = "no";
  const SettingsResult result = read(config_template(choices));
  for (const Finding& finding : result.errors) FAIL_CHECK(finding.line());
  REQUIRE(result.settings);
  CHECK(result.settings->organization.name == choices.organization);
  CHECK(result.settings->local.path == "/srv/with blank");
  CHECK(result.settings->local.location == "Baie 1, siège");
  CHECK(result.settings->local.encryption == EncryptionDemand::none);
  CHECK(result.settings->cloud.directory == "/etc/coffre/@local_path@");
  CHECK(result.settings->cloud.location == "no");
}

TEST_CASE("both languages say the same") {
  const std::string english(embedded_file("coffre.en.yaml"));
  const std::string french(embedded_file("coffre.fr.yaml"));
  const auto without_comments = [](const std::string& text) {
    std::string filled = text;
    for (std::size_t at = filled.find('@'); at != std::string::npos; at = filled.find('@')) filled[at] = 'x';
    std::string json = Document::parse(filled, "t").json();
    const std::size_t language = json.find("\"language\":\"");
    return json.erase(language + 12, 2);
  };
  CHECK(without_comments(english) == without_comments(french));
}

TEST_CASE("the inventory template is an inventory without entries") {
  for (const char* const name : {"inventory.fr.yaml", "inventory.en.yaml"}) {
    std::vector<Document> documents;
    documents.push_back(Document::parse(embedded_file(name), name));
    const InventoryResult result = read_inventory(documents);
    for (const Finding& finding : result.errors) FAIL_CHECK(finding.line());
    REQUIRE(result.inventory);
    CHECK(result.inventory->devices.empty());
  }
}

TEST_CASE("the examples in the comments of the templates are right") {
  for (const char* const name : {"inventory.fr.yaml", "inventory.en.yaml"}) {
    std::vector<Document> documents;
    documents.push_back(Document::parse(uncommented(std::string(embedded_file(name)), "\n  # "), name));
    const InventoryResult result = read_inventory(documents);
    for (const Finding& finding : result.errors) FAIL_CHECK(finding.line());
    REQUIRE(result.inventory);
    CHECK(result.inventory->clients.size() == 1);
    CHECK(result.inventory->sites.at("CLIEXEMP/SIEGEPARIS").contract == Contract::reinforced);
    CHECK(result.inventory->devices.begin()->second.credential == "cliexemp-siege");
  }
}

}  // namespace coffre
