#include "service/estate/init_installation.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "replicas/directory.h"
#include "replicas/installation.h"
#include "support/error_of.h"
#include "support/fixed_clock.h"
#include "support/temp_dir.h"
#include "vault/key_files.h"

using namespace coffre;
using namespace coffre::test;

namespace {

namespace fs = std::filesystem;

// A person's wish for a new installation: two empty places, and where the rest goes.
struct Wish {
  Wish() {
    fs::create_directories(dir / "local");
    fs::create_directories(dir / "cloud");
    request.choices.local_path = (dir / "local").string();
    request.choices.local_location = "room A";
    request.choices.encryption = EncryptionDemand::none;
    request.choices.cloud_directory = (dir / "cloud").string();
    request.choices.cloud_location = "room B";
  }
  InitResult make() { return init_installation(request, clock, random); }

  TempDir dir;
  FixedClock clock{"2026-11-21T02:00:00Z"};
  SystemRandom random;
  InitRequest request{.directory = dir / "server",
                      .offline = dir / "offline",
                      .choices = {},
                      .passphrase = std::nullopt,
                      .account = "tester",
                      .build = "coffre 0.1.0"};
};

}  // namespace

TEST_CASE("init looks at both places before it claims one: a refusal leaves nothing anywhere") {
  Wish wish;
  const auto taken = GENERATE(std::string("local"), std::string("cloud"));
  const std::string other = taken == "local" ? "cloud" : "local";
  DYNAMIC_SECTION(taken << " belongs to an installation") {
    const auto place = open_directory({taken, "", (wish.dir / taken).string()});
    claim_installation(*place, "ffeeddccbbaa99887766554433221100");
    const Error error = error_of([&] { wish.make(); });
    CHECK(error.category() == "FOREIGN_INSTALLATION");
    CHECK(exit_code(error.code()) == 4);
    CHECK(fs::is_empty(wish.dir / other));
    CHECK_FALSE(fs::exists(wish.request.directory));
    CHECK_FALSE(fs::exists(wish.request.offline));
  }
}

TEST_CASE("init in a folder that has an installation names the command that gives it a replaced disk") {
  Wish wish;
  wish.make();
  wish.request.offline = wish.dir / "offline2";
  const Error error = error_of([&] { wish.make(); });
  CHECK(error.code() == ErrorCode::conflict);
  CHECK_THAT(error.hint(), Catch::Contains("backupd replica claim"));
}

TEST_CASE("the offline keys are refused wherever the machine that takes backups can read them") {
  Wish wish;
  const auto below = GENERATE(std::string("server"), std::string("local"), std::string("cloud"));
  DYNAMIC_SECTION("below " << below) {
    wish.request.offline = wish.dir / below / "keys-of-the-safe";
    const Error error = error_of([&] { wish.make(); });
    CHECK(error.code() == ErrorCode::rule);
    CHECK_THAT(error.reason(), Catch::Contains((wish.dir / below).string()));
    CHECK(fs::is_empty(wish.dir / "local"));
    CHECK(fs::is_empty(wish.dir / "cloud"));
    CHECK_FALSE(fs::exists(wish.request.directory));
  }
}

TEST_CASE("every identity file that init makes carries the root and the signers known then") {
  Wish wish;
  const InitResult made = wish.make();
  std::vector<fs::path> files{wish.request.directory / "keys" / "catalog.identity"};
  for (const OfflineKey& key : made.offline_keys) files.push_back(key.file);
  for (const fs::path& file : files) {
    INFO(file);
    const KeyFile keys = parse_key_file(read_file(file), file.string());
    CHECK(keys.root.has_value());
    CHECK(keys.signers.all().size() == 1);
  }
}
