#include "service/retention/hand_over.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "os/file_reader.h"
#include "service/keys/sidecars.h"
#include "service/reading/look_at_file.h"
#include "support/error_of.h"
#include "support/temp_dir.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

struct LeavingClient {
  InstallationFixture fixture{{.devices = {std::string(kHall), std::string(kQuai)}}};
  std::string hall = fixture.proven_backup(kHall);
  std::string quai = fixture.proven_backup(kQuai);
  Identity key = Identity::generate(Scope::full);
  std::filesystem::path folder = made(fixture.folder() / "for-the-client");

  static std::filesystem::path made(std::filesystem::path path) {
    std::filesystem::create_directories(path);
    return path;
  }
  HandOverReport hand_over_with(const KeyRing& ring) {
    return hand_over(fixture.at(), {.client = "CLIEXEMP", .to = key.recipient(), .ring = ring, .folder = folder}, {});
  }
  HandOverReport hand_over_all() { return hand_over_with(ring_of(fixture, "op")); }
  [[nodiscard]] std::filesystem::path file(std::string_view device, const std::string& name) const {
    return folder / device / name;
  }
  // As the client opens it: with the own key, and the signers that came along.
  void check_opens(std::string_view device, const std::string& name) {
    const auto path = file(device, name);
    REQUIRE(std::filesystem::exists(path));
    const auto reader = open_path(path.string());
    OpenRequest request;
    const KeyRing ring = ring_with(fixture, key.clone());
    request = ring.open_request();
    request.sidecars = fitting_sidecar(*reader, ring.identities, [&] { return sidecars_beside(path); });
    REQUIRE(request.sidecars.size() == 1);
    const Opened opened = open_bak(*reader, request);
    CHECK(opened.scope() == Scope::full);
  }
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("the client's own key opens every backup that was handed over, as it was sealed") {
  LeavingClient client;
  const HandOverReport report = client.hand_over_all();
  CHECK(report.files.size() == 2);
  CHECK(report.failed.empty());
  CHECK(read_file(client.file(kHall, client.hall)) == read_file(client.fixture.local_file(client.hall)));
  client.check_opens(kHall, client.hall);
  client.check_opens(kQuai, client.quai);
  const std::string signers = read_file(client.folder / "signers-1.txt");
  CHECK(parse_signers_file(signers, "signers-1.txt").all().size() ==
        client.fixture.at().trust.signers.signers.all().size());
  const auto entries = journal_of(client.fixture, "client_hand_over");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].detail.at("recipient") == to_hex(client.key.recipient().id()));
  CHECK(entries[0].detail.at("backups") == "2");
}

TEST_CASE("nothing is put beside the copies in the two places: the client gets no access to what is kept") {
  LeavingClient client;
  client.hand_over_all();
  CHECK(stored_sidecars(*client.fixture.at().local, std::string(kHall) + "/" + client.hall).empty());
  CHECK(stored_sidecars(*client.fixture.at().cloud, std::string(kHall) + "/" + client.hall).empty());
}

TEST_CASE("repeated, it goes on; what is there stays as it is") {
  LeavingClient client;
  client.hand_over_all();
  std::filesystem::remove(client.file(kQuai, client.quai));
  const auto sidecar = sidecars_beside(client.file(kHall, client.hall)).at(0).content;
  const HandOverReport again = client.hand_over_all();
  CHECK(again.files.size() == 2);
  CHECK(sidecars_beside(client.file(kHall, client.hall)).at(0).content == sidecar);
  client.check_opens(kQuai, client.quai);
}

TEST_CASE("a key that cannot open them hands nothing over, and a folder with another file is left alone") {
  LeavingClient client;
  SECTION("a stranger's key") {
    const HandOverReport report = client.hand_over_with(ring_with(client.fixture, Identity::generate(Scope::full)));
    CHECK(report.files.empty());
    CHECK(report.failed.size() == 2);
    CHECK_FALSE(std::filesystem::exists(client.file(kHall, client.hall)));
  }
  SECTION("another file of that name") {
    std::filesystem::create_directories(client.folder / kHall);
    write_file(client.file(kHall, client.hall), "mine");
    const HandOverReport report = client.hand_over_all();
    CHECK(report.files == Words{client.quai});
    REQUIRE(report.failed.size() == 1);
    CHECK(report.failed[0].code() == ErrorCode::conflict);
    CHECK(read_file(client.file(kHall, client.hall)) == "mine");
  }
}

TEST_CASE("a client without backups is a typing mistake") {
  LeavingClient client;
  const KeyRing ring = ring_of(client.fixture, "op");
  const HandOverRequest request{
      .client = "NOBODY", .to = client.key.recipient(), .ring = ring, .folder = client.folder};
  CHECK(error_of([&] { hand_over(client.fixture.at(), request, {}); }).code() == ErrorCode::not_found);
}
