#include "service/backup/new_identity.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("a new key lies in its file, for the owner alone, with root and signers") {
  InstallationFixture fixture;
  const TempDir dir;
  const NewIdentity made = make_identity({.role = "drill", .file = dir / "test.key", .trust = fixture.at().trust});
  const KeyFile file = parse_key_file(read_file(dir / "test.key"), "test.key");
  REQUIRE(file.identities.size() == 1);
  CHECK(to_hex(file.identities[0].id()) == made.recipient_id);
  CHECK(to_line(file.recipients.at(0)) == made.recipient_line);
  CHECK(file.recipients.at(0).role == "drill");
  CHECK(file.root == fixture.at().trust.root);
  CHECK(file.signers.all().size() == 1);
  struct stat status {};
  REQUIRE(stat((dir / "test.key").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600);
}

TEST_CASE("where an installation is at hand, a new key is in its journal") {
  InstallationFixture fixture;
  const TempDir dir;
  const NewIdentityRequest request{.role = "drill", .file = dir / "test.key"};
  const NewIdentity made = make_identity(request);
  record_new_identity(fixture.at(), request, made);
  const JournalEntry entry = newest_entry(fixture);
  CHECK(entry.action == "keygen");
  CHECK(entry.detail.at("recipient") == made.recipient_id);
}

TEST_CASE("a locked key holds no identity in clear and opens with its passphrase") {
  const TempDir dir;
  NewIdentityRequest request{.role = "op", .file = dir / "op.key"};
  request.passphrase = SecretString::copy_of("trois chevaux violets");
  const NewIdentity made = make_identity(request);
  const KeyRing ring = load_key_ring({.identities = {dir / "op.key"}}, [](const std::filesystem::path&) {
    return SecretString::copy_of("trois chevaux violets");
  });
  CHECK(to_hex(ring.identities.at(0).id()) == made.recipient_id);
  CHECK(parse_key_file(read_file(dir / "op.key"), "op.key").identities.empty());
}

TEST_CASE("a key that cannot be made leaves no file, and never replaces one") {
  const TempDir dir;
  write_file(dir / "there.key", "mine");
  struct Row {
    const char* name;
    const char* role;
    const char* file;
    const char* passphrase;  // nullptr: unlocked
    ErrorCode code;
  };
  const Row row = GENERATE(values<Row>({{"unknown role", "boss", "new.key", nullptr, ErrorCode::usage},
                                        {"short passphrase", "op", "new.key", "short", ErrorCode::usage},
                                        {"there already", "op", "there.key", nullptr, ErrorCode::conflict},
                                        {"no such folder", "op", "none/new.key", nullptr, ErrorCode::not_found}}));
  CAPTURE(row.name);
  NewIdentityRequest request{.role = row.role, .file = dir / row.file};
  if (row.passphrase != nullptr) request.passphrase = SecretString::copy_of(row.passphrase);
  CHECK(error_of([&] { make_identity(request); }).code() == row.code);
  CHECK(read_file(dir / "there.key") == "mine");
  CHECK(tree_of(dir.path()) == std::vector<std::string>{"there.key"});
}
