#include "service/estate/init_installation.h"

#include <catch2/catch.hpp>
#include <functional>

#include "catalog/installation.h"
#include "config/inventory_loader.h"
#include "config/settings_loader.h"
#include "replicas/installation.h"
#include "service/keys/offline_secrets.h"
#include "service/places/places.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr const char* kPassphrase = "douze lettres au moins";

// Folders, clock and random source of an installation that is about to be made.
struct Making {
  TempDir dir;
  FixedClock clock{"2026-11-21T02:00:00Z"};
  SystemRandom random;
  InitRequest request;

  Making() {
    std::filesystem::create_directories(dir / "local");
    std::filesystem::create_directories(dir / "cloud");
    request.directory = dir / "server";
    request.offline = dir / "offline";
    request.account = "tester";
    request.build = "coffre test";
    request.choices.local_path = (dir / "local").string();
    request.choices.local_location = "ici";
    request.choices.encryption = EncryptionDemand::none;
    request.choices.cloud_directory = (dir / "cloud").string();
    request.choices.cloud_location = "ailleurs";
  }
  InitResult make() { return init_installation(request, clock, random); }
};

KeyFile key_file_at(const std::filesystem::path& path) {
  return parse_key_file(read_file(path), path.string());
}

}  // namespace

TEST_CASE("what is made is an installation: it loads, both places are claimed, lists and keys agree") {
  Making making;
  const InitResult made = making.make();
  CHECK(made.config_file == making.dir / "server/coffre.yaml");
  CHECK_FALSE(made.locked);
  const Settings settings = load_settings(made.config_file);
  CHECK(load_inventory(settings.inventory).devices.empty());
  require_installation(*open_local(settings), made.installation_id);
  require_installation(*open_cloud(settings), made.installation_id);
  for (const char* const place : {"local", "cloud"}) {
    CHECK(read_file(making.dir / place / "_coffre" / list_name(ListType::recipients, 1)) ==
          read_file(settings.keys.recipients));
    CHECK(read_file(making.dir / place / "_coffre" / list_name(ListType::signers, 1)) ==
          read_file(settings.keys.signers));
  }
  const PublicKey root = key_file_at(settings.keys.root).root.value();
  const RecipientsList recipients = read_recipients_list(read_file(settings.keys.recipients), root, 0, "recipients");
  CHECK(recipients.epoch == 1);
  CHECK(recipients.recipients.size() == 4);
}

TEST_CASE("three offline keys, each alone enough: identity, root and signers in one file") {
  Making making;
  const InitResult made = making.make();
  REQUIRE(made.offline_keys.size() == 3);
  CHECK(tree_of(making.request.offline) == std::vector<std::string>{"restauration.key", "secours.key", "test.key"});
  for (const OfflineKey& key : made.offline_keys) {
    INFO(key.role);
    const KeyFile file = key_file_at(key.file);
    REQUIRE(file.identities.size() == 1);
    CHECK(to_hex(file.identities[0].id()) == key.recipient_id);
    CHECK(file.root.has_value());
    CHECK(file.root_key.has_value() == (key.role == "recovery"));
  }
}

TEST_CASE("nothing that opens a backup lies in the server's folders") {
  Making making;
  const Settings settings = load_settings(making.make().config_file);
  CHECK(find_identities(settings).empty());
  CHECK(key_file_at(settings.keys.catalog_identity).identities.at(0).scope() == Scope::meta);
  CHECK(key_file_at(settings.keys.signing).signing_key.has_value());
}

TEST_CASE("each key has opened a file of this build, and the journal begins") {
  Making making;
  const InitResult made = making.make();
  const Database catalog = Database::open(load_settings(made.config_file).installation.catalog.string(), making.clock);
  catalog.read([&](Session& session) {
    CHECK(get_fact(session, "installation_id") == made.installation_id);
    const auto proofs = key_proofs(session);
    REQUIRE(proofs.size() == 3);
    for (const KeyProof& proof : proofs) {
      CHECK(proof.build == "coffre test");
      CHECK(proof.epoch == 1);
      CHECK(proof.at == making.clock.now());
    }
    const auto rows = journal_rows(session, 1, 10);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].entry->action == "init");
    CHECK(rows[0].entry->account == "tester");
    CHECK(rows[0].entry->detail.at("offline_keys") == "unlocked");
  });
}

TEST_CASE("a passphrase locks every offline secret") {
  Making making;
  making.request.passphrase = SecretString::copy_of(kPassphrase);
  const InitResult made = making.make();
  CHECK(made.locked);
  for (const OfflineKey& key : made.offline_keys) {
    INFO(key.role);
    const KeyFile file = key_file_at(key.file);
    CHECK(file.identities.empty());
    CHECK_FALSE(file.root_key.has_value());
    REQUIRE(file.locked_identities.size() == 1);
    CHECK(file.locked_root_key.has_value() == (key.role == "recovery"));
    const Identity identity = unlock(file.locked_identities[0], SecretString::copy_of(kPassphrase));
    CHECK(to_hex(identity.id()) == key.recipient_id);
  }
}

TEST_CASE("what cannot become an installation is refused before anything is written") {
  struct Row {
    const char* name;
    std::function<void(Making&)> change;
    ErrorCode code;
  };
  const std::vector<Row> rows{
      {"offline keys under the server's folder",
       [](Making& making) { making.request.offline = making.request.directory / "keys-out"; }, ErrorCode::rule},
      {"the same folder for both", [](Making& making) { making.request.offline = making.request.directory; },
       ErrorCode::rule},
      {"offline folder not empty", [](Making& making) { write_file(making.request.offline / "letter.txt", "x"); },
       ErrorCode::conflict},
      {"short passphrase", [](Making& making) { making.request.passphrase = SecretString::copy_of("elevenchars"); },
       ErrorCode::usage},
      {"the server's folder is a file", [](Making& making) { write_file(making.request.directory, "x"); },
       ErrorCode::io},
      {"offline keys below a file",
       [](Making& making) {
         write_file(making.dir / "letter.txt", "x");
         making.request.offline = making.dir / "letter.txt/keys";
       },
       ErrorCode::io},
      {"no local folder", [](Making& making) { making.request.choices.local_path = (making.dir / "none").string(); },
       ErrorCode::not_found},
      {"no second folder",
       [](Making& making) { making.request.choices.cloud_directory = (making.dir / "none").string(); },
       ErrorCode::not_found},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Making making;
    row.change(making);
    const Error error = error_of([&] { making.make(); });
    CHECK(error.code() == row.code);
    // All but the passphrase is found by the check that comes before a person is asked for one.
    if (!making.request.passphrase)
      CHECK(std::string(error_of([&] { check_init(making.request); }).what()) == error.what());
    CHECK_FALSE(std::filesystem::exists(making.dir / "server/coffre.yaml"));
    CHECK_FALSE(std::filesystem::exists(making.dir / "offline/restauration.key"));
    CHECK(tree_of(making.dir / "cloud").empty());
  }
}

TEST_CASE("the check before the passphrase writes nothing, and finds an installation that is there") {
  Making making;
  CHECK_NOTHROW(check_init(making.request));
  CHECK_FALSE(std::filesystem::exists(making.request.directory));
  CHECK(tree_of(making.dir / "cloud").empty());
  making.make();
  CHECK(error_of([&] { check_init(making.request); }).code() == ErrorCode::conflict);
}

TEST_CASE("an installation is never made over another, nor in its places") {
  Making making;
  const InitResult first = making.make();
  const std::string config = read_file(first.config_file);
  CHECK(error_of([&] { making.make(); }).code() == ErrorCode::conflict);
  CHECK(read_file(first.config_file) == config);

  making.request.directory = making.dir / "second";
  making.request.offline = making.dir / "second-offline";
  const Error foreign = error_of([&] { making.make(); });
  CHECK(foreign.code() == ErrorCode::rule);
  CHECK(foreign.category() == "FOREIGN_INSTALLATION");
  CHECK_FALSE(std::filesystem::exists(making.dir / "second/coffre.yaml"));
  CHECK(tree_of(making.request.offline).empty());
}
