#include "base/translate.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <optional>
#include <thread>

#include "support/temp_dir.h"

namespace coffre {
namespace {

constexpr const char* kVariables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

// Puts language and environment back, so that the other tests of this program read English.
class Restore {
 public:
  Restore() {
    for (const char* const name : kVariables) {
      const char* const value = std::getenv(name);
      before_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
      unsetenv(name);
    }
  }
  ~Restore() {
    set_language(Language::english, "/nonexistent");
    for (const auto& [name, value] : before_) {
      if (value) {
        setenv(name.c_str(), value->c_str(), 1);
      } else {
        unsetenv(name.c_str());
      }
    }
  }
  Restore(const Restore&) = delete;
  Restore& operator=(const Restore&) = delete;

 private:
  std::map<std::string, std::optional<std::string>> before_;
};

// A folder with fr/LC_MESSAGES/coffre.mo of one message.
std::string catalog_in(const test::TempDir& folder) {
  test::write_file(folder / "fr.po",
                   "msgid \"\"\n"
                   "msgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n"
                   "\n"
                   "msgid \"sealed, {} bytes\"\n"
                   "msgstr \"chiffrée, {} octets\"\n");
  const auto target = folder / "locale" / "fr" / "LC_MESSAGES";
  std::filesystem::create_directories(target);
  const std::string command =
      "msgfmt -o '" + (target / "coffre.mo").string() + "' '" + (folder / "fr.po").string() + "'";
  REQUIRE(std::system(command.c_str()) == 0);
  return (folder / "locale").string();
}

TEST_CASE("messages are English unless another language is set") {
  CHECK(current_language() == Language::english);
  CHECK(std::string(tr("sealed, {} bytes")) == "sealed, {} bytes");
}

TEST_CASE("French comes from the catalog, without any system locale, and English without it") {
  const Restore restore;
  const test::TempDir folder;
  const std::string locale_dir = catalog_in(folder);

  set_language(Language::french, locale_dir);
  CHECK(current_language() == Language::french);
  CHECK(std::string(tr("sealed, {} bytes")) == "chiffrée, {} octets");
  CHECK(std::string(tr("no such message")) == "no such message");
  CHECK(std::string(tr("")).empty());
  std::thread([] { CHECK(std::string(tr("sealed, {} bytes")) == "chiffrée, {} octets"); }).join();

  set_language(Language::english, locale_dir);
  CHECK(std::string(tr("sealed, {} bytes")) == "sealed, {} bytes");

  set_language(Language::french, locale_dir);
  CHECK(std::string(tr("sealed, {} bytes")) == "chiffrée, {} octets");
}

TEST_CASE("a missing catalog leaves English") {
  const Restore restore;
  const test::TempDir folder;
  set_language(Language::french, (folder / "nowhere").string());
  CHECK(std::string(tr("opened, {} bytes")) == "opened, {} bytes");
}

TEST_CASE("a marked literal is given back as it is") {
  constexpr const char* kMarked = tr_noop("kept for later");
  CHECK(std::string_view(kMarked) == "kept for later");
}

TEST_CASE("the environment chooses the language, French when it says nothing") {
  struct Row {
    std::string name;
    std::map<std::string, std::string> variables;
    Language language;
  };
  const std::vector<Row> rows = {
      {"nothing set", {}, Language::french},
      {"LANG English", {{"LANG", "en_US.UTF-8"}}, Language::english},
      {"LANG French", {{"LANG", "fr_FR.UTF-8"}}, Language::french},
      {"LANG C", {{"LANG", "C.UTF-8"}}, Language::french},
      {"LC_MESSAGES over LANG", {{"LANG", "fr_FR"}, {"LC_MESSAGES", "en_GB"}}, Language::english},
      {"LC_ALL over LC_MESSAGES", {{"LC_ALL", "fr_FR"}, {"LC_MESSAGES", "en_GB"}}, Language::french},
      {"LANGUAGE over all", {{"LANGUAGE", "en"}, {"LC_ALL", "fr_FR"}}, Language::english},
      {"an empty variable says nothing", {{"LANGUAGE", ""}, {"LANG", "en_US"}}, Language::english},
      {"first of ours in a list", {{"LANGUAGE", "de:en:fr"}}, Language::english},
      {"another language", {{"LANG", "de_DE"}}, Language::french},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      const Restore restore;
      for (const auto& [name, value] : row.variables) setenv(name.c_str(), value.c_str(), 1);
      CHECK(language_of_environment() == row.language);
    }
  }
}

}  // namespace
}  // namespace coffre
