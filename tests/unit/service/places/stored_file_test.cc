#include "service/places/stored_file.h"

#include <filesystem>

#include "support/print_instant.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("beginning and end of a stored file say what the catalog would have to know of it") {
  InstallationFixture fixture;
  const std::string first = fixture.proven_backup(kHall);
  const std::string name = fixture.proven_backup(kHall);
  const BackupRow row = backup_row(fixture, name);
  const std::string content = read_file(fixture.local_file(name));
  const StoredFile file =
      read_stored_file(MemoryReader(as_bytes(content)), "where/it/lies.bak", fixture.at().trust.signers.signers,
                       std::span(&fixture.at().keys->catalog, 1));
  CHECK(file.path == "where/it/lies.bak");
  CHECK(file.device_id == fixture.device_id(kHall));
  CHECK(file.sequence == 2);
  CHECK(file.prev_digest == backup_row(fixture, first).digest);
  CHECK(file.digest == row.digest);
  CHECK(file.kind == Kind::hebdo);
  CHECK(file.created_at == row.created_at);
  CHECK(file.file_id == row.file_id);
  CHECK(file.file_size == content.size());
  CHECK(file.full_recipients == row.full_recipients);
  CHECK(file.metadata.name() == name);
}

TEST_CASE("a file that is not ours is refused with the format's category") {
  InstallationFixture fixture;
  const std::string content = read_file(fixture.local_file(fixture.proven_backup(kHall)));
  const SignerList nobody;
  struct Row {
    const char* name;
    std::string content;
    const SignerList* signers;
    const char* category;
  };
  const SignerList* const ours = &fixture.at().trust.signers.signers;
  const std::vector<Row> rows{{"empty", "", ours, "E_SHORT"},
                              {"not a .bak", std::string(9000, 'x'), ours, "E_MAGIC"},
                              {"cut", content.substr(0, content.size() - 1), ours, "E_END"},
                              {"nobody we trust", content, &nobody, "E_SIGNER"}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Error error = error_of([&] {
      read_stored_file(MemoryReader(as_bytes(row.content)), "x.bak", *row.signers,
                       std::span(&fixture.at().keys->catalog, 1));
    });
    CHECK(error.category() == row.category);
  }
}

TEST_CASE("of a folder every readable .bak is given, suspects included, and the others are named") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  fixture.device(kHall).identity.serial = "OTHER-1";
  const std::string suspect = fixture.back_up(kHall).name;
  write_file(fixture.local() / kHall / "strange.bak", "x");
  std::vector<std::string> skipped;
  const auto files = stored_files(fixture.at(), *fixture.at().local, kHall, skipped);
  REQUIRE(files.size() == 2);
  CHECK(files[0].path == std::string(kHall) + "/" + name);
  CHECK(files[1].path == std::string(kHall) + "/_suspect/" + suspect);
  CHECK(skipped == std::vector<std::string>{std::string(kHall) + "/strange.bak"});
}
