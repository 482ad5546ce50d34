// backupd init, as a person types it: what it makes, what it refuses, and what is left after a refusal.
#include <catch2/catch.hpp>

#include "support/child_process.h"
#include "support/temp_dir.h"

using namespace coffre::test;

namespace fs = std::filesystem;

namespace {

ChildResult init(const TempDir& dir, const fs::path& local, const fs::path& cloud, const fs::path& offline,
                 const std::string& encryption = "none", const std::string& language = "en_US.UTF-8") {
  return run_child({.arguments = {"backupd", "init", (dir / "server").string(), "--keys-out", offline.string(),
                                  "--unlocked", "--local", local.string(), "--local-location", "room A", "--encryption",
                                  encryption, "--cloud-directory", cloud.string(), "--cloud-location", "room B"},
                    .environment = {{"LC_ALL", language}, {"LANG", language}},
                    .without = {"LANGUAGE", "COFFRE_FAULT", "COFFRE_CONFIG"}});
}

}  // namespace

TEST_CASE("init makes the last folder of each place, and says so") {
  TempDir dir;
  const ChildResult made = init(dir, dir / "srv", dir / "second", dir / "offline");
  INFO(made.err);
  CHECK(made.exit_code == 0);
  CHECK_THAT(made.err, Catch::Contains("Made the folder " + (dir / "srv").string()));
  CHECK_THAT(made.err, Catch::Contains("Made the folder " + (dir / "second").string()));
  CHECK(fs::exists(dir / "srv/_coffre/INSTALLATION"));
}

TEST_CASE("init makes up no folder above, and takes back what it made when it refuses") {
  TempDir dir;
  SECTION("the folder above is missing: a volume that is not mounted") {
    CHECK(init(dir, dir / "volume/srv", dir / "second", dir / "offline").exit_code != 0);
    CHECK_FALSE(fs::exists(dir / "volume"));
  }
  SECTION("the local place does not lie on an encrypted volume") {
    CHECK(init(dir, dir / "srv", dir / "second", dir / "offline", "required").exit_code == 4);
  }
  SECTION("the offline keys would lie in a place") {
    CHECK(init(dir, dir / "srv", dir / "second", dir / "second/keys").exit_code == 4);
  }
  CHECK_FALSE(fs::exists(dir / "srv"));
  CHECK_FALSE(fs::exists(dir / "second"));
  CHECK_FALSE(fs::exists(dir / "server"));
}

TEST_CASE("the recovery sheet is wholly in the language of the person, the words to replace too") {
  TempDir dir;
  CHECK(init(dir, dir / "srv", dir / "second", dir / "offline", "none", "fr_FR.UTF-8").exit_code == 0);
  for (const char* const sheet : {"fiche-de-secours.txt", "fiche-de-secours.html"}) {
    const std::string text = read_file(dir / "offline" / sheet);
    INFO(text);
    CHECK_THAT(text, Catch::Contains("show FICHIER.bak") && Catch::Contains("--to DOSSIER-SUR-UN-VOLUME-CHIFFRÉ"));
    CHECK_THAT(text, !Catch::Contains("FILE.bak") && !Catch::Contains("FOLDER-ON"));
  }
}
