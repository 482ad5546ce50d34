#include "service/places/read_back.h"

#include "bundle/bundle_writer.h"
#include "service/places/stored_copy.h"
#include "support/vault_samples.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

class NoDrivers final : public DriverRegistry {
 public:
  [[nodiscard]] const Driver* find(std::string_view /*name*/) const override { return nullptr; }
  [[nodiscard]] std::vector<const Driver*> all() const override { return {}; }
};

// A backup of a fixture as it lies on the local volume, opened with an identity as `verify` does.
struct Bench {
  std::string back_up() {
    const std::string name = fixture.back_up(kHall).name;
    REQUIRE_FALSE(name.empty());
    return name;
  }
  ReadBack read(const std::string& name, std::span<const Identity> identities, const DriverRegistry& drivers) {
    const auto file = fixture.at().local->open(object_path(backup_row(fixture, name)));
    REQUIRE(file);
    OpenRequest request;
    request.signers = &fixture.at().trust.signers.signers;
    request.identities = identities;
    return read_back(*file, request, drivers);
  }
  ReadBack read(const std::string& name) { return read(name, op, *fixture.at().drivers); }

  InstallationFixture fixture;
  std::vector<Identity> op = fixture.identities("op");
};

// A bundle with one part, sealed to the sample recipients.
Bytes bundle(std::string_view content) {
  MemorySink sink;
  BundleWriter writer(sink, from_unix(1767225600));
  writer.begin_part(PartRole::restore, kFakeExport, "application/octet-stream", Compression::store)
      .write(as_bytes(content));
  writer.end_part();
  Manifest manifest;
  manifest.backup_name = kSampleName;
  manifest.driver = kFakeDriver;
  writer.finish(std::move(manifest));
  return sink.take();
}

ReadBack read_sample(ByteView data) {
  const Bytes file = sealed_sample(data);
  const SignerList signers = trusting(daemon_key());
  const std::vector<Identity> identities = only(op_identity());
  OpenRequest request;
  request.signers = &signers;
  request.identities = identities;
  return read_back(MemoryReader(file), request, NoDrivers());
}

}  // namespace

TEST_CASE("a good file is opened whole: what it is, what it holds, that it is understood, and by which key") {
  Bench bench;
  const std::string name = bench.back_up();
  const ReadBack seen = bench.read(name);
  CHECK(seen.digest == backup_row(bench.fixture, name).digest);
  CHECK(seen.header.device_seq == 1);
  CHECK(seen.metadata.name() == name);
  CHECK(seen.manifest.backup_name == name);
  CHECK(seen.manifest.parts.size() == 2);
  CHECK(seen.understood);
  CHECK(seen.understood_by == "inspect");
  CHECK(seen.problems.empty());
  CHECK(seen.opened_with == bench.op.at(0).id());
}

TEST_CASE("a file that was opened already gives the same, as often as it is asked") {
  Bench bench;
  const std::string name = bench.back_up();
  const auto file = bench.fixture.at().local->open(object_path(backup_row(bench.fixture, name)));
  OpenRequest request;
  request.signers = &bench.fixture.at().trust.signers.signers;
  request.identities = bench.op;
  Opened opened = open_bak(*file, request);
  for (int i = 0; i < 2; ++i) {
    const ReadBack seen = read_back(opened, *bench.fixture.at().drivers);
    CHECK(seen.understood);
    CHECK(seen.manifest.backup_name == name);
  }
}

TEST_CASE("by what a file was understood is the driver's word") {
  Bench bench;
  bench.fixture.driver().understood_by = "artefact";
  CHECK(bench.read(bench.back_up()).understood_by == "artefact");
}

TEST_CASE("without the driver the file opens all the same, and is not understood for that reason alone") {
  Bench bench;
  const std::string name = bench.back_up();
  const ReadBack seen = bench.read(name, bench.op, NoDrivers());
  CHECK(seen.manifest.parts.size() == 2);
  CHECK_FALSE(seen.understood);
  CHECK(seen.understood_by.empty());
  CHECK(seen.problems == std::vector<std::string>{"no driver \"fake-recorder\" here to look at it"});
}

TEST_CASE("whatever speaks against the content is told, one line each, and nothing is understood then") {
  Bench bench;
  FakeDevice& device = bench.fixture.device(kHall);
  device.identity.serial = "A1";
  std::vector<std::string> expected;
  SECTION("the driver finds something") {
    bench.fixture.driver().problems = {"restore/configuration.bin: strange", "inspect/users.xml: cut"};
    expected = bench.fixture.driver().problems;
  }
  SECTION("the device was another one after collecting") {
    device.identity_after = device.identity;
    device.identity_after->serial = "B7";
    expected = {"the device changed while it was read: serial: A1 before, B7 after",
                "the content says something else than the device: serial: B7 before, A1 after"};
  }
  SECTION("the content is another device's") {
    device.tells_facts = false;
    device.parts.push_back(
        {.role = PartRole::inspect, .name = std::string(kFakeFacts), .content = "serial=A1\ncount.channels=9\n"});
    expected = {"the content says something else than the device: channels: 4 before, 9 after"};
  }
  SECTION("the export is cut, and no part tells who it is of") {
    device.tells_facts = false;
    device.parts[0].content = "half an exp";
    expected = {"restore/configuration.bin: trailer missing", "inspect/identity.txt: missing"};
  }
  const ReadBack seen = bench.read(bench.back_up());
  CHECK(seen.problems == expected);
  CHECK_FALSE(seen.understood);
  CHECK(seen.understood_by.empty());
}

TEST_CASE("a file that does not open is refused with the format's category") {
  Bench bench;
  const std::string name = bench.back_up();
  const auto path = bench.fixture.local_file(name);
  std::vector<Identity> identities = bench.fixture.identities("op");
  std::string category;
  SECTION("a byte of the payload") {
    damage(path, std::filesystem::file_size(path) / 2);
    category = "E_DIGEST";
  }
  SECTION("cut") {
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
    category = "E_END";
  }
  SECTION("a stranger's key") {
    identities = only(Identity::generate(Scope::full));
    category = "E_NO_KEY";
  }
  SECTION("the catalog's key, which reads metadata only") {
    identities = only(bench.fixture.at().keys->catalog.clone());
    category = "E_SCOPE";
  }
  CHECK(error_of([&] { bench.read(name, identities, *bench.fixture.at().drivers); }).category() == category);
}

TEST_CASE("the catalog's key reads nothing back from a file that it opened for its metadata") {
  Bench bench;
  const std::string name = bench.back_up();
  const auto file = bench.fixture.at().local->open(object_path(backup_row(bench.fixture, name)));
  OpenRequest request;
  request.signers = &bench.fixture.at().trust.signers.signers;
  request.identities = std::span(&bench.fixture.at().keys->catalog, 1);
  Opened opened = open_bak(*file, request);
  CHECK(error_of([&] { read_back(opened, *bench.fixture.at().drivers); }).category() == "E_SCOPE");
}

TEST_CASE("a sealed bundle that is not what its manifest says is damaged, whoever signed it") {
  const std::string content = "Canary-In-Clear-7, and more of it";
  const Bytes good = bundle(content);
  CHECK(read_sample(good).manifest.parts.at(0).size == content.size());
  Bytes data = good;
  SECTION("one byte of a part is another") {
    const auto at = std::string(as_text(data)).find(content);
    REQUIRE(at != std::string::npos);
    data[at] ^= 1;
  }
  SECTION("the end is missing") {
    data.resize(data.size() / 2);
  }
  SECTION("more follows") {
    data.insert(data.end(), 100, 'x');
  }
  SECTION("it is no bundle") {
    data = sample_data(5000);
  }
  SECTION("it is empty") {
    data.clear();
  }
  CHECK(error_of([&] { read_sample(data); }).code() == ErrorCode::damaged);
}
