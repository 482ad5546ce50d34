#include "service/keys/key_ring.h"

#include <catch2/catch.hpp>

#include <functional>

#include "unit/service/opening_samples.h"

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
  write_file(dir / "empty.txt", "");
  write_file(dir / "binary", std::string("\x7f"
                                         "ELF\0\1\2",
                                         7));
  std::filesystem::create_directory(dir / "folder");
  struct Row {
    const char* name;
    std::filesystem::path file;
    std::string subject;  // behind the folder
    const char* reason;
  };
  const std::vector<Row> rows = {
      {"no file", dir / "none.key", "none.key", "there is no such file"},
      {"no identity in it", dir / "signers.txt", "signers.txt", "the file holds no identity"},
      {"empty", dir / "empty.txt", "empty.txt", "the file holds no identity"},
      {"no key file", dir / "letter.txt", "letter.txt:1", "word 1: the line does not begin with a known kind of key"},
      {"a binary", dir / "binary", "binary", "the file is not text, so it is no key file"},
      {"a folder", dir / "folder", "folder", "it is a folder, not a file"},
      {"a device", "/dev/null", "", "it is not a regular file"},
      {"too large", dir / "large.txt", "large.txt", "it is far too large for a key file"}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Error error = error_of([&] { load_key_ring({.identities = {row.file}}, no_passphrase); });
    CHECK(exit_code(error.code()) == 6);
    CHECK(error.subject() == (row.subject.empty() ? row.file.string() : (dir / row.subject).string()));
    CHECK(error.reason() == row.reason);
    CHECK_FALSE(error.hint().empty());
  }
}

TEST_CASE("a --signers file that cannot be read or names nobody is the wrong key as well") {
  const InstallationFixture fixture;
  const TempDir dir;
  write_file(dir / "empty.txt", "");
  write_file(dir / "letter.txt", "dear colleague\n");
  std::filesystem::create_directory(dir / "folder");
  for (const std::string name : {"none.txt", "empty.txt", "letter.txt", "folder"}) {
    CAPTURE(name);
    const Error error = error_of(
        [&] { load_key_ring({.identities = {fixture.key_file("op")}, .signers = dir / name}, no_passphrase); });
    CHECK(exit_code(error.code()) == 6);
    CHECK_THAT(error.subject(), Catch::StartsWith((dir / name).string()));
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
    CHECK(error_of([&] { trust_around(ring, fixture.cloud_file(name)); }).category() == "E_LIST");
    trust_installation_if_ours(ring, fixture.at().trust);
    CHECK(ring.signers.empty());
  }
}

TEST_CASE("a slip in the root line of a key file is refused where a list or the installation contradicts it") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const TempDir dir;
  KeyFile file = public_half(fixture);  // with its signer lines: these alone would do
  file.root->back() ^= 1U;
  write_file(dir / "op.key", std::string(write_key_file(file, "").reveal_text()));
  const auto refusal_of = [&](const std::function<void(KeyRing&)>& trust, KeyRingRequest request) {
    request.identities = {dir / "op.key"};
    KeyRing ring = load_key_ring(request, no_passphrase);
    return error_of([&] { trust(ring); });
  };
  const auto around = [&](KeyRing& ring) { trust_around(ring, fixture.cloud_file(name)); };
  const auto installation = [&](KeyRing& ring) { trust_installation(ring, fixture.at().trust); };
  for (const std::function<void(KeyRing&)>& trust : {std::function<void(KeyRing&)>(around), {installation}}) {
    const Error error = refusal_of(trust, {});
    CHECK(exit_code(error.code()) == 4);
    CHECK(error.category() == "E_LIST");
    CHECK(error.subject() == (dir / "op.key").string());
    CHECK_THAT(error.hint(), Catch::Contains("--signers FILE"));
  }
  // The ways out: the signers named by the person, or nobody asked.
  write_file(dir / "signers.txt", signer_text(file.signers.all().at(0)));
  for (const KeyRingRequest& request :
       {KeyRingRequest{.signers = dir / "signers.txt"}, KeyRingRequest{.origin = OriginCheck::any_signer}}) {
    KeyRingRequest with_key = request;
    with_key.identities = {dir / "op.key"};
    KeyRing ring = load_key_ring(with_key, no_passphrase);
    CHECK_NOTHROW(around(ring));
    CHECK_NOTHROW(installation(ring));
  }
}

TEST_CASE("where no list is at hand, the root line contradicts nothing") {
  const InstallationFixture fixture;
  const TempDir dir;
  write_file(dir / "copy.bak", "");
  KeyRing ring = ring_of(fixture, "op");
  CHECK_NOTHROW(trust_around(ring, dir / "copy.bak"));
}

TEST_CASE("the ring knows on what the trust in a signer rests: the best of what was at hand") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const KeyFile keys = public_half(fixture);
  const KeyId signer = keys.signers.all().at(0).id();
  const TempDir dir;
  write_file(dir / "signers.txt", signer_text(keys.signers.all().at(0)));
  const auto ring_with = [&](KeyRingRequest request) {
    request.identities = {fixture.key_file("op")};
    return load_key_ring(request, no_passphrase);
  };
  KeyRing ring = ring_with({});
  CHECK(ring.trust_in(signer) == TrustSource::key_file);
  CHECK_FALSE(ring.trust_in(SigningKey::generate().id()).has_value());
  trust_around(ring, fixture.cloud_file(name));
  CHECK(ring.trust_in(signer) == TrustSource::signed_list);

  ring = ring_with({});
  trust_installation(ring, fixture.at().trust);
  CHECK(ring.trust_in(signer) == TrustSource::signed_list);
  CHECK(ring_without_keys(fixture).trust_in(signer) == TrustSource::installation);
  CHECK(ring_with({.signers = dir / "signers.txt"}).trust_in(signer) == TrustSource::signers_file);
  CHECK_FALSE(ring_with({.origin = OriginCheck::any_signer}).trust_in(signer).has_value());
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
