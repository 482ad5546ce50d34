#include "service/healing/rebuild_catalog.h"

#include <catch2/catch.hpp>

#include "catalog/devices.h"
#include "service/backup/run_pass.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

// Two devices, a sequence of three with a suspect one in it.
struct Bench {
  Bench() {
    fixture.proven_backup(kHall);
    fixture.proven_backup(kQuai);
    const FakeDevice good = fixture.device(kHall);
    fixture.device(kHall).identity.serial = "OTHER-1";
    suspect = fixture.back_up(kHall).name;
    fixture.device(kHall) = good;
    last = fixture.proven_backup(kHall);
    ring = ring_without_keys(fixture);
    ring.identities.push_back(fixture.at().keys->catalog.clone());
  }

  RebuildReport rebuild(Replica& from, Replica* other, ExistingCatalog existing = ExistingCatalog::keep_aside) {
    return rebuild_catalog({.from = from,
                            .other = other,
                            .catalog = catalog,
                            .existing = existing,
                            .ring = ring,
                            .inventory = fixture.at().inventory,
                            .account = std::string(kFixtureAccount)},
                           fixture.clock());
  }
  RebuildReport rebuild_from_local() { return rebuild(*fixture.at().local, fixture.at().cloud.get()); }
  [[nodiscard]] std::filesystem::path beside(const char* suffix) const { return catalog.string() + suffix; }
  // Catalogs that were kept aside, without their WALs.
  [[nodiscard]] std::vector<std::filesystem::path> kept_aside() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(catalog.parent_path())) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with(catalog.filename().string() + ".before-rebuild-") && !name.ends_with("-wal")) {
        found.push_back(entry.path());
      }
    }
    return found;
  }

  InstallationFixture fixture{{.devices = {std::string(kHall), std::string(kQuai)}}};
  std::string suspect;
  std::string last;
  KeyRing ring;
  std::filesystem::path catalog = fixture.settings().installation.catalog;
};

std::string copies_text(const BackupView& view) {
  std::string text;
  for (const CopyRow& copy : view.copies) text += " " + copy.replica + "=" + copy.path;
  return text;
}

// What has to come back, one line a backup.
std::vector<std::string> lines_of(InstallationFixture& fixture) {
  std::vector<std::string> lines;
  for (const BackupView& view : list_backup_views(fixture.at(), {})) {
    const BackupRow& row = view.backup;
    lines.push_back(row.name + " " + row.device_id + " " + std::to_string(row.sequence) + " " +
                    std::to_string(row.file_size) + " " + to_hex(row.digest) + " " + to_hex(row.prev_digest) + " " +
                    row.file_id + " " + std::string(to_string(row.kind)) + " " + to_rfc3339(row.created_at) +
                    (row.suspect ? " suspect " : " good ") + row.build + " " + std::to_string(row.epoch) + " " +
                    std::to_string(row.full_recipients.size()) + " " + view.device + copies_text(view));
  }
  return lines;
}

}  // namespace

TEST_CASE("either replica gives the same backups and copies back; evidence begins again") {
  Bench bench;
  const auto before = lines_of(bench.fixture);
  REQUIRE(before.size() == 4);
  const bool from_local = GENERATE(true, false);
  Replica& local = *bench.fixture.at().local;
  Replica& cloud = *bench.fixture.at().cloud;
  const RebuildReport report = from_local ? bench.rebuild(local, &cloud) : bench.rebuild(cloud, &local);
  CHECK(exit_code_of(report) == 0);
  CHECK(report.installation_id == bench.fixture.init().installation_id);
  CHECK(report.backups == 4);
  CHECK(report.suspects == 1);
  CHECK(report.devices == 2);

  bench.fixture.restart();
  CHECK(lines_of(bench.fixture) == before);
  CHECK(fact(bench.fixture, "installation_id") == bench.fixture.init().installation_id);
  CHECK(fact(bench.fixture, "rebuilt_from") == (from_local ? "local" : "cloud"));
  CHECK(fact(bench.fixture, "rebuilt_at") == to_rfc3339(bench.fixture.clock().now()));
  for (const BackupView& view : list_backup_views(bench.fixture.at(), {})) {
    if (!view.backup.suspect) CHECK(view.proof.level == ProofLevel::sealed);
    for (const CopyRow& copy : view.copies) CHECK(copy.state == "seen");
  }
  CHECK(bench.kept_aside() == std::vector{report.aside});
  CHECK_FALSE(std::filesystem::exists(bench.beside(".rebuilding")));
}

TEST_CASE("a rebuilt catalog goes on: the same device, the next number, and proof comes back") {
  Bench bench;
  bench.rebuild_from_local();
  bench.fixture.restart();
  bench.fixture.at().catalog.write([](Session& session) {
    CHECK(find_device(session, InstallationFixture::key(kHall))->expectation->identity.model == "FR-100");
  });
  const KeyRing op = ring_of(bench.fixture, "op");
  const BackupView view = find_backup_view(bench.fixture.at(), bench.last);
  CHECK(view.backup.sequence == 3);
  CHECK(bench.fixture.device_id(kHall) == view.backup.device_id);
}

TEST_CASE("a catalog that is there is not touched without being told to") {
  Bench bench;
  const auto before = lines_of(bench.fixture);
  Replica& local = *bench.fixture.at().local;
  CHECK(error_of([&] { bench.rebuild(local, nullptr, ExistingCatalog::refuse); }).code() == ErrorCode::conflict);
  bench.fixture.restart();
  CHECK(lines_of(bench.fixture) == before);
  CHECK(bench.kept_aside().empty());
}

TEST_CASE("each catalog that was replaced is kept, also of the same second") {
  Bench bench;
  bench.rebuild_from_local();
  bench.rebuild_from_local();
  bench.rebuild_from_local();
  CHECK(bench.kept_aside().size() == 3);
}

TEST_CASE("what is not one of ours is named and left out") {
  Bench bench;
  const auto device_folder = bench.fixture.local_file(bench.last).parent_path();
  write_file(device_folder / "notes.txt", "hello");
  std::filesystem::copy_file(bench.fixture.local_file(bench.last),
                             device_folder / "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20200101_0300_HEBDO.bak");
  InstallationFixture stranger;
  const std::string foreign = stranger.proven_backup(kHall);
  std::filesystem::copy_file(stranger.local_file(foreign), device_folder / "foreign.bak");
  const RebuildReport report = bench.rebuild_from_local();
  CHECK(exit_code_of(report) == 3);
  CHECK(report.backups == 4);
  REQUIRE(report.left_out.size() == 3);
  CHECK(report.left_out[0].category == "name");      // a copy under another date
  CHECK(report.left_out[1].category == "E_SIGNER");  // foreign.bak
  CHECK(report.left_out[2].category == "E_SHORT");   // notes.txt
}

TEST_CASE("differences to the inventory and gaps in the sequence are reported") {
  Bench bench;
  std::filesystem::remove(bench.fixture.local_file(bench.suspect));
  Inventory inventory = bench.fixture.at().inventory;
  const DeviceKey quai = InstallationFixture::key(kQuai);
  const DeviceKey porte = InstallationFixture::key("CLIEXEMP/SIEGEPARIS/NVR_NVR-PORTE");
  auto node = inventory.devices.extract(quai);
  node.key() = porte;
  node.mapped().key = porte;
  inventory.devices.insert(std::move(node));
  const RebuildReport report = rebuild_catalog({.from = *bench.fixture.at().local,
                                                .catalog = bench.catalog,
                                                .existing = ExistingCatalog::keep_aside,
                                                .ring = bench.ring,
                                                .inventory = inventory,
                                                .account = "tester"},
                                               bench.fixture.clock());
  CHECK(exit_code_of(report) == 3);
  CHECK(report.without_backup == std::vector<DeviceKey>{porte});
  CHECK(report.not_in_inventory == std::vector<DeviceKey>{quai});
  CHECK(report.sequence_gaps == std::vector<std::string>{std::string(kHall) + ": 2 missing"});
  bench.fixture.restart();
  CHECK(is_open(bench.fixture, AnomalyCode::sequence_gap, kHall));
}

TEST_CASE("what only the other place holds is told: the new catalog does not have it") {
  Bench bench;
  std::filesystem::remove(bench.fixture.local_file(bench.last));
  const RebuildReport report = bench.rebuild_from_local();
  CHECK(report.only_in_other == std::vector<std::string>{std::string(kHall) + "/" + bench.last});
  CHECK(report.sequence_gaps.empty());  // the newest is gone: no gap shows it
  CHECK(exit_code_of(report) == 3);
}

TEST_CASE("a key that reads nothing makes no catalog") {
  Bench bench;
  bench.ring.identities.clear();
  bench.ring.identities.push_back(Identity::generate(Scope::meta));
  const auto before = lines_of(bench.fixture);
  const Error error = error_of([&] { bench.rebuild_from_local(); });
  CHECK(exit_code(error.code()) == 6);
  bench.fixture.restart();
  CHECK(lines_of(bench.fixture) == before);
}

TEST_CASE("a place that nobody claimed, or that fails, makes no catalog") {
  Bench bench;
  SECTION("unclaimed: most likely the bare folder under a volume that is not mounted") {
    std::filesystem::remove(bench.fixture.cloud() / "_coffre/INSTALLATION");
    CHECK(error_of([&] { bench.rebuild(*bench.fixture.at().cloud, nullptr); }).code() == ErrorCode::rule);
  }
  SECTION("every call of the replica fails once") {
    FaultyReplica& cloud = bench.fixture.faulty_cloud();
    const std::size_t calls = [&] {
      const std::size_t so_far = cloud.calls().size();
      std::filesystem::remove(bench.rebuild(cloud, nullptr).aside);
      return cloud.calls().size() - so_far;
    }();
    REQUIRE(calls > 4);
    for (std::size_t call = 1; call <= calls; ++call) {
      cloud.fail_call(call, ErrorCode::unreachable, FaultMoment::before);
      CHECK(error_of([&] { bench.rebuild(cloud, nullptr); }).code() == ErrorCode::unreachable);
      CHECK_FALSE(std::filesystem::exists(bench.beside(".rebuilding")));
    }
  }
  CHECK(std::filesystem::exists(bench.catalog));
  CHECK(bench.kept_aside().empty());
}
