#include "service/key_ring.h"

#include <catch2/catch.hpp>

#include "opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr const char* kPassphrase = "trois chevaux violets";

KeyFile public_half(const InstallationFixture& fixture) {
  return parse_key_file(read_file(fixture.key_file("op")), "op");
}

std::string signer_text(const Signer& signer) {
  return to_line(signer) + "\n";
}

}  // namespace

TEST_CASE("a key file brings its identity, its role, its root and its signers") {
  const InstallationFixture fixture;
  const KeyRing ring = ring_of(fixture, "drill");
  REQUIRE(ring.identities.size() == 1);
  CHECK(ring.roles.at(to_hex(ring.identities[0].id())) == "drill");
  CHECK(ring.roots.size() == 1);
  CHECK(ring.signers.all().size() == 1);
  CHECK_FALSE(ring.signers_fixed);
}

TEST_CASE("a locked key opens with its passphrase, which is asked for once") {
  const InstallationFixture fixture({.passphrase = kPassphrase});
  int asked = 0;
  const auto ask = [&](const std::filesystem::path&) {
    ++asked;
    return SecretString::copy_of(kPassphrase);
  };
  const KeyRing ring = load_key_ring({.identities = {fixture.key_file("op"), fixture.key_file("drill")}}, ask);
  CHECK(ring.identities.size() == 2);
  CHECK(asked == 1);
}

TEST_CASE("a wrong passphrase is the wrong key, and the file is named") {
  const InstallationFixture fixture({.passphrase = kPassphrase});
  const Error error = error_of([&] {
    load_key_ring({.identities = {fixture.key_file("op")}},
                  [](const std::filesystem::path&) { return SecretString::copy_of("trois chevaux verts"); });
  });
  CHECK(error.code() == ErrorCode::no_key);
  CHECK(exit_code(error.code()) == 6);
  CHECK(error.subject() == fixture.key_file("op").string());
}

TEST_CASE("what cannot be a key is refused as such") {
  const InstallationFixture fixture;
  const TempDir dir;
  write_file(dir / "signers.txt", "coffre-signer ed25519 " + std::string(64, 'a') + "\n");
  write_file(dir / "letter.txt", "dear colleague\n");
  write_file(dir / "large.txt", std::string(70000, '#'));
  struct Row {
    const char* name;
    std::filesystem::path file;
    ErrorCode code;
  };
  const std::vector<Row> rows = {{"no file", dir / "none.key", ErrorCode::no_key},
                                 {"no identity in it", dir / "signers.txt", ErrorCode::no_key},
                                 {"no key file", dir / "letter.txt", ErrorCode::usage},
                                 {"too large", dir / "large.txt", ErrorCode::usage}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(error_of([&] { load_key_ring({.identities = {row.file}}, no_passphrase); }).code() == row.code);
  }
}

TEST_CASE("--signers stands alone, as plain lines or as a list that the key file's root signed") {
  InstallationFixture fixture;
  const TempDir dir;
  SECTION("plain lines") {
    const SigningKey other = SigningKey::generate();
    write_file(dir / "signers.txt", signer_text({other.public_key(), {}, {}, {}}));
    KeyRing ring =
        load_key_ring({.identities = {fixture.key_file("op")}, .signers = dir / "signers.txt"}, no_passphrase);
    CHECK(ring.signers.all().size() == 1);
    CHECK(ring.signers.find(other.id()) != nullptr);
    trust_installation(ring, fixture.at().trust);
    CHECK(ring.signers.all().size() == 1);
  }
  SECTION("a signed list") {
    const KeyRing ring = load_key_ring(
        {.identities = {fixture.key_file("op")}, .signers = fixture.local() / "_coffre/SIGNERS_1.list"}, no_passphrase);
    CHECK(ring.signers.all().size() == 1);
    CHECK(ring.signers_fixed);
  }
  SECTION("a list of another root") {
    const InstallationFixture other;
    const Error error = error_of([&] {
      load_key_ring({.identities = {fixture.key_file("op")}, .signers = other.local() / "_coffre/SIGNERS_1.list"},
                    no_passphrase);
    });
    CHECK(error.code() == ErrorCode::rule);
  }
}

TEST_CASE("a signed list that is older than the installation's is not believed") {
  InstallationFixture fixture;
  TrustLists newer = fixture.at().trust;
  newer.signers.epoch = 2;
  CHECK(error_of([&] {
          load_key_ring({.identities = {fixture.key_file("op")},
                         .signers = fixture.local() / "_coffre/SIGNERS_1.list",
                         .installation = &newer},
                        no_passphrase);
        }).code() == ErrorCode::rule);
  KeyRing ring = load_key_ring({.identities = {fixture.key_file("op")}}, no_passphrase);
  trust_installation(ring, newer);
  CHECK_FALSE(trust_list(ring, read_file(fixture.local() / "_coffre/SIGNERS_1.list"), "SIGNERS_1.list"));
}

TEST_CASE("an old list cannot take a revocation back") {
  InstallationFixture fixture;
  const TempDir dir;
  KeyFile file = public_half(fixture);
  Signer revoked = file.signers.all().at(0);
  revoked.revoked = from_unix(1800000000);
  file.signers = {};
  REQUIRE(file.signers.add(revoked));
  write_file(dir / "op.key", std::string(write_key_file(file, "").reveal_text()));
  KeyRing ring = load_key_ring({.identities = {dir / "op.key"}}, no_passphrase);
  trust_installation(ring, fixture.at().trust);  // whose list knows of no revocation
  CHECK(ring.signers.all().at(0).revoked == revoked.revoked);
}

TEST_CASE("a key file without signer lines is helped by the list around the file, if its root signed it") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const TempDir dir;
  KeyFile file = public_half(fixture);
  file.signers = {};
  SECTION("its root") {
    write_file(dir / "op.key", std::string(write_key_file(file, "").reveal_text()));
    KeyRing ring = load_key_ring({.identities = {dir / "op.key"}}, no_passphrase);
    CHECK(ring.signers.empty());
    trust_around(ring, fixture.cloud_file(name));
    CHECK(ring.signers.all().size() == 1);
  }
  SECTION("another root") {
    file.root = SigningKey::generate().public_key();
    write_file(dir / "op.key", std::string(write_key_file(file, "").reveal_text()));
    KeyRing ring = load_key_ring({.identities = {dir / "op.key"}}, no_passphrase);
    trust_around(ring, fixture.cloud_file(name));
    trust_installation(ring, fixture.at().trust);
    CHECK(ring.signers.empty());
  }
}

TEST_CASE("an opening with a person's key is in the journal, whether it fitted or not; a look without a key is not") {
  InstallationFixture fixture;
  const KeyRing ring = ring_of(fixture, "op");
  record_opening(fixture.at(), ring, "show", "NAME", ring.identities[0].id());
  CHECK(newest_entry(fixture).action == "show");
  CHECK(newest_entry(fixture).detail.at("opened_with") == to_hex(ring.identities[0].id()));
  record_refused_opening(fixture.at(), ring, "extract", "NAME", Error(ErrorCode::no_key, "opening", "no key fits"));
  CHECK(newest_entry(fixture).action == "extract");
  CHECK(newest_entry(fixture).result == "failed");
  record_opening(fixture.at(), ring_without_keys(fixture), "show", "NAME", std::nullopt);
  CHECK(newest_entry(fixture).action == "extract");
}

TEST_CASE("around a bare file, an old list under a new name is passed over") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const TempDir dir;
  KeyFile file = public_half(fixture);
  file.signers = {};
  write_file(dir / "op.key", std::string(write_key_file(file, "").reveal_text()));
  const std::filesystem::path lists = fixture.cloud() / "_coffre";
  KeyRing ring = load_key_ring({.identities = {dir / "op.key"}}, no_passphrase);
  SECTION("alone: nobody is trusted") {
    std::filesystem::rename(lists / "SIGNERS_1.list", lists / "SIGNERS_9.list");
    trust_around(ring, fixture.cloud_file(name));
    CHECK(ring.signers.empty());
  }
  SECTION("beside the true one: that one counts") {
    std::filesystem::copy(lists / "SIGNERS_1.list", lists / "SIGNERS_9.list");
    trust_around(ring, fixture.cloud_file(name));
    CHECK(ring.signers.all().size() == 1);
  }
}

TEST_CASE("who opened is told by the recipients list first") {
  InstallationFixture fixture;
  KeyRing ring = ring_of(fixture, "recovery");
  const KeyId id = ring.identities[0].id();
  ring.roles[to_hex(id)] = "op";
  CHECK(role_of(ring, fixture.at(), InstallationFixture::key(kHall), id) == "recovery");
  const Identity stranger = Identity::generate(Scope::full);
  CHECK(role_of(ring, fixture.at(), InstallationFixture::key(kHall), stranger.id()) == "op");
  ring.roles[to_hex(stranger.id())] = "drill";
  CHECK(role_of(ring, fixture.at(), InstallationFixture::key(kHall), stranger.id()) == "drill");
}
