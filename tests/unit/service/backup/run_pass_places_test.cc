// What a pass makes of places that are away, full, or somebody else's. Real mounts: tests/fault/places.
#include <filesystem>

#include "pass_samples.h"
#include "replicas/installation.h"
#include "support/faulty_file_layer.h"
#include "support/tmpfs_mount.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr std::string_view kForeignOwner = "coffre-installation 00112233445566778899aabbccddeeff\n";

Error refused_pass(InstallationFixture& fixture) {
  return error_of([&] { pass(fixture, kAll); });
}

}  // namespace

TEST_CASE("while the second place is away backups are made, and the next pass that finds it catches them up") {
  InstallationFixture fixture;
  pass(fixture);
  fixture.faulty_cloud().fail_all(ErrorCode::unreachable);
  const RunReport away = pass(fixture, kAll);
  CHECK(results(away) == Words{"weaker"});
  CHECK(away.still_unreplicated == 1);
  CHECK(exit_code_of(away) == 3);
  const std::string name = away.lines.at(0).outcome->name;
  CHECK(find_backup_view(fixture.at(), name).proof.level == ProofLevel::sealed);
  CHECK(open_matters(fixture) ==
        Words{matter(AnomalyCode::replica_missing, kHall), matter(AnomalyCode::replica_unavailable, "cloud")});

  fixture.restart();  // the next pass
  const RunReport back = pass(fixture);
  CHECK(results(back) == Words{"not asked for"});
  CHECK(back.still_unreplicated == 0);
  CHECK(exit_code_of(back) == 0);
  CHECK(find_backup_view(fixture.at(), name).proof.level == ProofLevel::understood);
  CHECK(read_file(fixture.local_file(name)) == read_file(fixture.cloud_file(name)));
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("a pass that finds the second place away is not complete, even when nothing was due") {
  InstallationFixture fixture;
  pass(fixture);
  fixture.faulty_cloud().fail_all(ErrorCode::unreachable);
  const RunReport away = pass(fixture);
  CHECK(results(away) == Words{"not asked for"});
  CHECK(exit_code_of(away) == 3);
  fixture.restart();
  CHECK(exit_code_of(pass(fixture)) == 0);
}

TEST_CASE("a copy that the local volume lost comes back from the second place, proven as before") {
  InstallationFixture fixture;
  const std::string lost = pass(fixture).lines.at(0).outcome->name;
  const std::string sealed = read_file(fixture.local_file(lost));
  std::filesystem::remove(fixture.local_file(lost));
  fixture.restart();
  const RunReport report = pass(fixture, kAll);  // the next backup's sequence sees it
  CHECK(results(report) == Words{"proven"});
  CHECK(exit_code_of(report) == 0);
  CHECK(read_file(fixture.local_file(lost)) == sealed);
  CHECK(find_backup_view(fixture.at(), lost).proof.level == ProofLevel::understood);
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("nothing is put into a second place that nobody has claimed: it may be the bare folder below a mount") {
  InstallationFixture fixture;
  pass(fixture);
  std::filesystem::remove(fixture.cloud() / kInstallationPath);
  const auto before = tree_of(fixture.cloud());
  const RunReport report = pass(fixture, kAll);
  CHECK(results(report) == Words{"weaker"});
  CHECK(report.still_unreplicated == 1);
  CHECK(tree_of(fixture.cloud()) == before);
}

TEST_CASE("another installation's place ends the pass before any device is asked, and is an open matter") {
  InstallationFixture fixture;
  const std::string replica = GENERATE(values<std::string>({"local", "cloud"}));
  CAPTURE(replica);
  const auto owner = fixture.folder() / replica / kInstallationPath;
  const std::string ours = read_file(owner);
  write_file(owner, kForeignOwner);
  const Error error = refused_pass(fixture);
  CHECK(error.code() == ErrorCode::rule);
  CHECK(error.category() == "FOREIGN_INSTALLATION");
  CHECK(error.subject() == replica);
  CHECK(sessions(fixture, kHall) == 0);
  CHECK(open_matters(fixture) == Words{matter(AnomalyCode::replica_unavailable, replica)});

  write_file(owner, ours);
  CHECK(results(pass(fixture)) == Words{"proven"});
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("without the local volume there is no pass: the matter stays open until it is there again") {
  FaultyFileLayer layer;
  InstallationFixture fixture({.layer = &layer});
  const auto aside = fixture.folder() / "aside";
  ErrorCode code = ErrorCode::rule;
  SECTION("nobody has claimed what lies there: the bare folder") {
    std::filesystem::rename(fixture.local() / kInstallationPath, aside);
  }
  SECTION("it cannot be written") {
    std::filesystem::remove_all(fixture.local() / "_coffre/locks");
    layer.fail_every("make_folder", EROFS);
    code = ErrorCode::io;
  }
  const Error error = refused_pass(fixture);
  CHECK(error.code() == code);
  CHECK(sessions(fixture, kHall) == 0);
  CHECK(open_matters(fixture) == Words{matter(AnomalyCode::replica_unavailable, "local")});

  layer.heal();
  if (std::filesystem::exists(aside)) std::filesystem::rename(aside, fixture.local() / kInstallationPath);
  CHECK(results(pass(fixture)) == Words{"proven"});
  CHECK(open_matters(fixture).empty());
}

TEST_CASE("a volume that is filled up to its reserve ends the pass, until there is room again") {
  InstallationFixture fixture;
  const std::string owner = read_file(fixture.local() / kInstallationPath);
  const TmpfsMount volume(fixture.local(), "size=1m");
  if (!volume.mounted()) {
    WARN("needs root: nothing was mounted");
    return;
  }
  write_file(fixture.local() / kInstallationPath, owner);
  write_file(fixture.local() / "films", std::string(1'000'000, 'x'));  // more than 95 % of a mebibyte
  fixture.restart();
  const Error error = refused_pass(fixture);
  CHECK(error.code() == ErrorCode::no_space);
  CHECK(error.subject() == "local");
  CHECK(sessions(fixture, kHall) == 0);
  CHECK(open_matters(fixture) == Words{matter(AnomalyCode::disk_space, "local")});

  std::filesystem::remove(fixture.local() / "films");
  CHECK(results(pass(fixture)) == Words{"proven"});
  CHECK(open_matters(fixture).empty());
}
