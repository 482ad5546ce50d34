#include "service/backup/collect_and_seal.h"

#include "service/backup/device_access.h"
#include "service/places/read_back.h"
#include "support/print_instant.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"
#include "vault/key_files.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr const char* kName = "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261121_0300_PRE.bak";

struct Bench {
  Bench() : hall(fixture.at().inventory.devices.at(InstallationFixture::key(kHall))) {}

  CollectionOrder order() {
    return {.device = hall,
            .device_id = fixture.device_id(kHall),
            .name = BackupName::parse(kName).value(),
            .position = {.sequence = 5, .prev_digest = sha256(as_bytes("the fourth")), .findings = {}},
            .started = fixture.clock().now(),
            .ticket = "INC-4711",
            .operator_id = "op-7",
            .expectation = expectation};
  }
  SealedCollection collect() {
    Installation& at = fixture.at();
    const auto session = fixture.driver().open(access_for(at, hall), at.random, nullptr);
    return collect_and_seal(at, *session, fixture.driver(), order());
  }
  // As the run reads its own file back.
  ReadBack open(SealedCollection& sealed) {
    sealed.file->sync();
    OpenRequest request;
    request.signers = &fixture.at().trust.signers.signers;
    request.file_key = &sealed.file_key;
    return read_back(*sealed.file->reread(), request, *fixture.at().drivers);
  }
  // Nothing of a backup in either place.
  bool left_nothing() {
    for (const auto& place : {fixture.local(), fixture.cloud()}) {
      for (const std::string& path : tree_of(place)) {
        if (path.ends_with(".bak") && path.find("_coffre/") == std::string::npos) return false;
      }
    }
    return true;
  }
  FakeDevice& device() { return fixture.device(kHall); }

  InstallationFixture fixture;
  Device& hall;
  std::optional<Expectation> expectation;
};

std::vector<std::string> words(const std::vector<DoubtReason>& doubts) {
  std::vector<std::string> words;
  for (const DoubtReason& doubt : doubts) words.emplace_back(to_string(doubt.doubt));
  return words;
}

std::vector<std::string> names_of(const std::vector<Part>& parts) {
  std::vector<std::string> names;
  for (const Part& part : parts) names.push_back(part.name);
  return names;
}

std::string everything(const RandomReader& file) {
  Bytes bytes(static_cast<std::size_t>(file.size()));
  file.read_at(0, bytes);
  return std::string(as_text(bytes));
}

const std::vector<std::string> kNone;

}  // namespace

TEST_CASE("what a device gave is sealed without a name: dropping it is as if it had never been") {
  Bench bench;
  {
    const SealedCollection sealed = bench.collect();
    CHECK(sealed.file->size() == sealed.sealed.file_size);
    CHECK(bench.left_nothing());
  }
  CHECK(bench.left_nothing());
}

TEST_CASE("what is to be known of a collection comes with it: identity, sizes, no doubt, who can open it") {
  Bench bench;
  const SealedCollection sealed = bench.collect();
  CHECK(sealed.identity == bench.device().identity);
  CHECK(sealed.restore_bytes == 4096);
  CHECK(sealed.restore_parts == PartSizes{{std::string(kFakeExport), 4096}});
  CHECK(words(sealed.doubts) == kNone);
  CHECK_FALSE(sealed.file_key.empty());
  std::vector<std::string> full;
  for (const char* const role : {"op", "drill", "recovery"}) {
    full.push_back(to_hex(bench.fixture.identities(role).at(0).id()));
  }
  CHECK_THAT(sealed.full_recipients, Catch::UnorderedEquals(full));  // and not the catalog's META key
}

TEST_CASE("the sealed file says in clear which one it is, to the catalog's key what it holds, and no more") {
  Bench bench;
  bench.device().identity.model = "FR\n100";  // a foreign text may hold anything
  SealedCollection sealed = bench.collect();
  const ReadBack seen = bench.open(sealed);
  CHECK(seen.digest == sealed.sealed.digest);
  CHECK(to_hex(ByteView(seen.header.device_id)) == bench.fixture.device_id(kHall));
  CHECK(seen.header.device_seq == 5);
  CHECK(seen.header.prev_digest == sha256(as_bytes("the fourth")));
  CHECK(seen.header.kind == Kind::pre);
  CHECK(seen.header.created_at == bench.fixture.clock().now());
  const std::string serial = bench.device().identity.serial;
  CHECK(seen.metadata.to_json() ==
        R"({"client":"CLIEXEMP","device":"NVR-HALL","firmware":"1.2.3","method":"fake-recorder",)"
        R"("model":"FR\\x0a100","name":"CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261121_0300_PRE.bak","operator":"op-7",)"
        R"("recipients_epoch":1,"serial":")" +
            serial +
            R"(","site":"SIEGEPARIS","ticket":"INC-4711",)"
            R"("tls_pin":")" +
            bench.hall.pin + R"(","tool":"coffre 0.1.0","type":"NVR","utc_offset":60,"vendor":"Fake"})");
}

TEST_CASE("the bundle holds the parts in their order and a manifest that says from what, when, by whom and why") {
  Bench bench;
  bench.device().export_password = "Export-Pass-3";
  SealedCollection sealed = bench.collect();
  const ReadBack seen = bench.open(sealed);
  CHECK(seen.understood);
  const Manifest& manifest = seen.manifest;
  CHECK(manifest.backup_name == kName);
  CHECK(manifest.driver == kFakeDriver);
  CHECK(manifest.driver_version == "1");
  CHECK(manifest.tool == kFixtureBuild);
  CHECK(manifest.collected_from == bench.fixture.clock().now());
  CHECK(manifest.before == bench.device().identity);
  CHECK(manifest.after == bench.device().identity);
  CHECK(manifest.operator_id == "op-7");
  CHECK(manifest.ticket == "INC-4711");
  CHECK(names_of(manifest.parts) == std::vector<std::string>{std::string(kFakeExport), std::string(kFakeFacts)});
  CHECK(manifest.export_password.equals(SecretString::copy_of("Export-Pass-3")));
}

TEST_CASE("nothing of the configuration is readable in the file, nor the export's password") {
  Bench bench;
  bench.device().export_password = "Export-Pass-3";
  const SealedCollection sealed = bench.collect();
  sealed.file->sync();
  const std::string bytes = everything(*sealed.file->reread());
  REQUIRE(bytes.size() > 4096);
  CHECK(bytes.find(kFakeCanary) == std::string::npos);
  CHECK(bytes.find("Export-Pass-3") == std::string::npos);
  CHECK(bytes.find(kName) == std::string::npos);
}

TEST_CASE("a client's own key opens the files of its devices, beside the installation's") {
  Bench bench;
  const Identity own = Identity::generate(Scope::full);
  bench.hall.recipients = {to_line(own.recipient())};
  const SealedCollection sealed = bench.collect();
  CHECK(sealed.full_recipients.size() == 4);
  CHECK(sealed.full_recipients.back() == to_hex(own.id()));

  bench.hall.recipients = {"coffre-recipient x25519 full zz"};
  CHECK(error_of([&] { bench.collect(); }).code() == ErrorCode::usage);
  CHECK(bench.left_nothing());
}

TEST_CASE("an implausible collection is sealed all the same, with its doubts, and can be looked at") {
  Bench bench;
  bench.expectation = Expectation{.identity = bench.device().identity, .restore_bytes = 4096};
  std::vector<std::string> expected;
  SECTION("another device answers") {
    bench.device().identity.serial = "OTHER-1";
    expected = {"other_serial"};
  }
  SECTION("a much smaller export") {
    bench.device().parts[0].content = fake_export(1000);
    expected = {"size_dropped"};
  }
  SECTION("no export at all, readable settings only") {
    bench.device().parts.clear();
    expected = {"empty"};
  }
  SECTION("another device after collecting than before") {
    bench.device().identity_after = bench.device().identity;
    bench.device().identity_after->serial = "OTHER-1";
    expected = {"identity_changed_during_run"};
  }
  SECTION("an answer that cannot be an export, after parts were received") {
    bench.device().fail_at("collect_end", Error(ErrorCode::implausible, "reading users", "an HTML page"));
    expected = {"implausible_answer"};
  }
  SealedCollection sealed = bench.collect();
  CHECK(words(sealed.doubts) == expected);
  CHECK(bench.open(sealed).manifest.backup_name == kName);
}

TEST_CASE("a cut answer is told with its step and reason, and what was received before it is kept") {
  Bench bench;
  bench.device().fail_at("collect_end", Error(ErrorCode::implausible, "reading users", "an HTML page"));
  SealedCollection sealed = bench.collect();
  REQUIRE(sealed.doubts.size() == 1);
  CHECK(sealed.doubts[0].detail == "reading users: an HTML page");
  CHECK(names_of(bench.open(sealed).manifest.parts) ==
        std::vector<std::string>{std::string(kFakeExport), std::string(kFakeFacts)});
}

TEST_CASE("once in doubt, a device that does not answer any more changes nothing") {
  Bench bench;
  bench.device().fail_at("collect_end", Error(ErrorCode::implausible, "reading users", "an HTML page"));
  bench.device().fail_at("identify_again", Error(ErrorCode::unreachable, "asking", "no route"));
  const SealedCollection sealed = bench.collect();
  CHECK(words(sealed.doubts) == std::vector<std::string>{"implausible_answer"});
  CHECK(sealed.identity == bench.device().identity);
}

TEST_CASE("when nothing was received that could be kept, the implausible answer is the error") {
  Bench bench;
  SECTION("at the first part") {
    bench.device().fail_at("collect", Error(ErrorCode::implausible, "collecting", "an HTML page"));
  }
  SECTION("only an empty part was there") {
    bench.device().tells_facts = false;
    bench.device().parts[0].content.clear();
    bench.device().fail_at("collect_end", Error(ErrorCode::implausible, "collecting", "an HTML page"));
  }
  SECTION("the device does not even say who it is") {
    bench.device().fail_at("identify", Error(ErrorCode::implausible, "identifying", "an HTML page"));
  }
  const Error error = error_of([&] { bench.collect(); });
  CHECK(error.code() == ErrorCode::implausible);
  CHECK(error.reason() == "an HTML page");
  CHECK(bench.left_nothing());
}

TEST_CASE("a device that goes away at any step ends the collection, with nothing left") {
  Bench bench;
  const std::string step =
      GENERATE(values<std::string>({"login", "identify", "collect", "collect_end", "identify_again"}));
  CAPTURE(step);
  bench.device().fail_at(step, Error(ErrorCode::unreachable, "asking", "no route"));
  CHECK(error_of([&] { bench.collect(); }).code() == ErrorCode::unreachable);
  CHECK(bench.left_nothing());
}

TEST_CASE("a device's id that is none is our own mistake, told before anything is collected") {
  Bench bench;
  Installation& at = bench.fixture.at();
  CollectionOrder order = bench.order();
  order.device_id = "xyz";
  const auto session = bench.fixture.driver().open(access_for(at, bench.hall), at.random, nullptr);
  CHECK(error_of([&] { collect_and_seal(at, *session, bench.fixture.driver(), order); }).code() == ErrorCode::internal);
  CHECK(bench.left_nothing());
}
