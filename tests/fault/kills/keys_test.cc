// SIGKILL while lists of keys are installed and while older backups get further access: the old state or the new one,
// and the same command finishes.
#include <signal.h>
#include <catch2/catch.hpp>

#include "fleet.h"
#include "kill_points.h"

using namespace coffre::test;

namespace {

using Lines = std::vector<std::string>;

std::string opens_with(Fleet& fleet, const std::filesystem::path& identity) {
  const auto result = fleet.call("restore-cli", {"verify", "--all", "--identity", identity.string()});
  return std::to_string(result.exit_code) + " " + result.err;
}

// A station's folder with a further key and the server's next signer, and the lists that name both.
struct Rotation {
  Fleet& fleet;
  std::filesystem::path key = fleet.scratch().parent_path() / "station/new.key";
  Lines install{"keys", "install"};

  explicit Rotation(Fleet& of) : fleet(of) {
    const auto station = key.parent_path();
    std::filesystem::create_directories(station);
    REQUIRE(done({"keygen", "--role", "op", "--out", key.string(), "--unlocked"}));
    const auto signer = fleet.call("restore-cli", {"keys", "new-signer"});
    REQUIRE(signer.exit_code == 0);
    write_file(station / "signer.pub", signer.out);
    REQUIRE(done({"keys", "rotate", "--root", (fleet.identities().front().parent_path() / "secours.key").string(),
                  "--add", key.string(), "--signer", (station / "signer.pub").string(), "--out", station.string()}));
    for (const char* list : {"RECIPIENTS_2.list", "SIGNERS_2.list"}) install.push_back((station / list).string());
  }

  bool done(const Lines& arguments) {
    const auto result = fleet.call("restore-cli", arguments);
    UNSCOPED_INFO(result.out << result.err);
    return result.exit_code == 0;
  }
};

bool all_in_place(const Fleet& fleet) {
  for (const auto& place : {fleet.local(), fleet.cloud()}) {
    for (const char* list : {"RECIPIENTS_2.list", "SIGNERS_2.list"}) {
      if (!std::filesystem::exists(place / "_coffre" / list)) return false;
    }
  }
  return !std::filesystem::exists(fleet.server() / "keys/signing.key.next");
}

// The files beside backups that give further access, in both places.
std::size_t sidecars(const Fleet& fleet) {
  std::size_t count = 0;
  for (const auto& place : {fleet.local(), fleet.cloud()}) {
    for (const auto& [path, content] : Fleet::objects(place)) count += path.ends_with(".2.rwk") ? 1U : 0U;
  }
  return count;
}

}  // namespace

TEST_CASE("killed while lists of keys are installed, backups go on, and the same command finishes") {
  for (const std::string& point : install_points()) {
    for (const char* passing : {"", "@2"}) {
      // Only lists' files and places are passed twice.
      const bool twice = point == "keys_install.list" || point == "keys_install.stored";
      if (*passing != '\0' && !twice) continue;
      INFO(point << passing);
      Fleet fleet({.devices = 1});
      REQUIRE(fleet.run().exit_code == 0);
      Rotation rotation(fleet);
      CHECK(fleet.call_with_fault("restore-cli", rotation.install, "kill:" + point + passing).signal == SIGKILL);
      CHECK(fleet.leaks() == Lines{});

      // The next night, before any person looks: sealed to the old list or the new one, and signed by a key that
      // counts.
      const Run run = fleet.run({"--all"});
      INFO(run.out << run.err);
      CHECK(run.error.empty());
      CHECK(run.device("NVR-1").result != "failed");
      CHECK(opens_with(fleet, fleet.identities().front()) == "0 ");

      CHECK(rotation.done(rotation.install));
      CHECK(all_in_place(fleet));
      CHECK(fleet.run({"--all"}).device("NVR-1").result != "failed");
      CHECK(fleet.damage() == Lines{});
    }
  }
}

TEST_CASE("killed while it gives further access, no backup changed, and the same command goes on where it stopped") {
  for (const std::string& point : rewrap_points()) {
    for (const char* passing : {"", "@2", "@3", "@6"}) {
      // Two places of each of three backups; the rest is done once a backup.
      if (std::string(passing) == "@6" && point != "rewrap.put") continue;
      INFO(point << passing);
      Fleet fleet({.devices = 3});
      REQUIRE(fleet.run().exit_code == 0);
      Rotation rotation(fleet);
      REQUIRE(rotation.done(rotation.install));
      const Lines rewrap{"rewrap", "--all", "--identity", fleet.identities().front().string()};
      CHECK(fleet.call_with_fault("restore-cli", rewrap, "kill:" + point + passing).signal == SIGKILL);
      CHECK(fleet.leaks() == Lines{});
      CHECK((sidecars(fleet) < 6 || point == "rewrap.recorded" || std::string(passing) == "@6"));
      CHECK(opens_with(fleet, fleet.identities().front()) == "0 ");
      // The next night, before any person looks.
      const Run run = fleet.run({"--all"});
      INFO(run.out << run.err);
      CHECK(run.error.empty());
      for (std::size_t i = 1; i <= 3; ++i) CHECK(run.device(fleet.name(i)).result != "failed");

      CHECK(rotation.done(rewrap));
      CHECK(sidecars(fleet) == 6);
      CHECK(opens_with(fleet, rotation.key) == "0 ");
      CHECK(fleet.damage() == Lines{});
    }
  }
}
