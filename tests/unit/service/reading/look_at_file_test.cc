#include "service/reading/look_at_file.h"

#include <catch2/catch.hpp>

#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

// A bare copy of a backup, away from everything that belongs to the installation.
struct BareCopy {
  explicit BareCopy(InstallationFixture& fixture) : name(fixture.proven_backup(kHall)), path(dir / name) {
    std::filesystem::copy_file(fixture.cloud_file(name), path);
  }
  TempDir dir;
  std::string name;
  std::filesystem::path path;
};

FileView look(InstallationFixture& fixture, const std::filesystem::path& path, const KeyRing& ring,
              const std::vector<Bytes>& sidecars = {}) {
  const BareFile bare = open_bare_file(path);
  return look_at_file(*bare.content, ring, sidecars, bare.expected, FakeRegistry(fixture.driver()));
}

}  // namespace

TEST_CASE("one key file opens a bare file, with no configuration") {
  InstallationFixture fixture;
  const BareCopy copy(fixture);
  const KeyRing ring = ring_of(fixture, "recovery");
  const FileView view = look(fixture, copy.path, ring);
  CHECK(view.origin_checked);
  REQUIRE(view.metadata);
  CHECK(view.metadata->name() == copy.name);
  REQUIRE(view.manifest);
  CHECK(view.manifest->parts.size() == 2);
  CHECK(view.understood);
  CHECK(view.opened_with == ring.identities[0].id());
}

TEST_CASE("without a key a bare file shows its header, and whether a trusted key signed it") {
  InstallationFixture fixture;
  const BareCopy copy(fixture);
  const FileView unknown = look(fixture, copy.path, KeyRing());
  CHECK(unknown.header.kind == Kind::hebdo);
  CHECK(unknown.header.device_seq == 1);
  CHECK_FALSE(unknown.origin_checked);
  CHECK_FALSE(unknown.metadata);
  const FileView trusted = look(fixture, copy.path, ring_without_keys(fixture));
  CHECK(trusted.origin_checked);
  CHECK(trusted.digest == unknown.digest);
}

TEST_CASE("without a key a damaged bare file is refused, whether or not a signer is trusted") {
  struct Row {
    const char* name;
    std::uint64_t from_end;  // the byte that is changed
    const char* category;
  };
  const auto row = GENERATE(
      values<Row>({{"payload", 1000, "E_DIGEST"}, {"digest", 184 - 80 - 1, "E_DIGEST"}, {"end mark", 1, "E_END"}}));
  InstallationFixture fixture;
  const BareCopy copy(fixture);
  const auto size = std::filesystem::file_size(copy.path);
  const auto refused_with = [&](const KeyRing& ring) {
    const Error error = error_of([&] { look(fixture, copy.path, ring); });
    CHECK(exit_code(error.code()) == 5);
    return error.category();
  };
  DYNAMIC_SECTION(row.name << " changed") {
    damage(copy.path, size - row.from_end);
    CHECK(refused_with(KeyRing()) == row.category);
    CHECK(refused_with(ring_without_keys(fixture)) == row.category);
  }
  SECTION("bytes put in before the tail") {
    const std::string whole = read_file(copy.path);
    write_file(copy.path, whole.substr(0, size - 184) + std::string(1000, 'x') + whole.substr(size - 184));
    CHECK(refused_with(KeyRing()) == "E_SIZE");
    CHECK(refused_with(ring_without_keys(fixture)) == "E_SIZE");
  }
}

TEST_CASE("the catalog key reads the metadata and no content") {
  InstallationFixture fixture;
  const BareCopy copy(fixture);
  const FileView view = look(fixture, copy.path, ring_with(fixture, fixture.at().keys->catalog.clone()));
  CHECK(view.metadata);
  CHECK_FALSE(view.manifest);
}

TEST_CASE("a bare file is refused with the category of the format") {
  InstallationFixture fixture;
  const BareCopy copy(fixture);
  KeyRing ring = ring_of(fixture, "op");
  SECTION("damaged") {
    damage(copy.path, 3000);
    CHECK(error_of([&] { look(fixture, copy.path, ring); }).code() == ErrorCode::damaged);
  }
  SECTION("wrong key") {
    const Error error =
        error_of([&] { look(fixture, copy.path, ring_with(fixture, Identity::generate(Scope::full))); });
    CHECK(error.category() == "E_NO_KEY");
    CHECK(exit_code(error.code()) == 6);
  }
  SECTION("under another backup's name") {
    const auto other = copy.dir / "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20260101_0300_HEBDO.bak";
    std::filesystem::rename(copy.path, other);
    const Error error = error_of([&] { look(fixture, other, ring); });
    CHECK(error.category() == "E_EXPECT");
    CHECK(exit_code(error.code()) == 4);
  }
  SECTION("not there") {
    CHECK(error_of([&] { look(fixture, copy.dir / "none.bak", ring); }).code() == ErrorCode::not_found);
  }
}

TEST_CASE("under a name of no convention a bare file is opened as what it is") {
  InstallationFixture fixture;
  const BareCopy copy(fixture);
  const auto renamed = copy.dir / "copie (1).bak";
  std::filesystem::rename(copy.path, renamed);
  CHECK(look(fixture, renamed, ring_of(fixture, "op")).metadata->name() == copy.name);
}

TEST_CASE("a sidecar lets a new key in; one of another file, or too large, is refused") {
  InstallationFixture fixture;
  const BareCopy copy(fixture);
  const KeyRing op = ring_of(fixture, "op");
  const Identity newcomer = Identity::generate(Scope::full);
  const BareFile bare = open_bare_file(copy.path);
  const Recipient recipient = newcomer.recipient();
  const Bytes sidecar = open_bak(*bare.content, op.open_request()).rewrap_for(std::span(&recipient, 1));
  write_file(copy.dir / "a.rwk", as_text(sidecar));
  const KeyRing ring = ring_with(fixture, newcomer.clone());

  CHECK(look(fixture, copy.path, ring, read_sidecars({copy.dir / "a.rwk"})).manifest);
  write_file(copy.dir / "b.rwk", std::string(5000, 'x'));
  CHECK(error_of([&] { read_sidecars({copy.dir / "b.rwk"}); }).category() == "E_SIDECAR");
  const BareCopy other(fixture);
  CHECK(error_of([&] { look(fixture, other.path, ring, {sidecar}); }).category() == "E_SIDECAR");
}
