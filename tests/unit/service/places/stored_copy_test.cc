#include "service/places/stored_copy.h"

#include <catch2/catch.hpp>

#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

BackupRow row_of(InstallationFixture& fixture, const std::string& name) {
  return find_backup_view(fixture.at(), name).backup;
}

void accept_all(Replica& /*place*/, const RandomReader& /*file*/) {}

void refuse_damaged(Replica& /*place*/, const RandomReader& file) {
  if (digest_of_file(file) != check_signatures(file, {}, nullptr).digest) throw refusal(Category::digest);
}

}  // namespace

TEST_CASE("a copy's errors are told apart: its bytes, its place, our keys") {
  InstallationFixture fixture;
  const BackupRow backup = row_of(fixture, fixture.proven_backup(kHall));
  struct Row {
    const char* name;
    Error error;
    const char* state;  // nullptr: passes through
  };
  const Row row =
      GENERATE_COPY(values<Row>({{"damaged", refusal(Category::digest), "damaged"},
                                 {"another file", refusal(Category::expectation), "damaged"},
                                 {"a bad sector", Error(ErrorCode::io, "reading", "EIO"), "damaged"},
                                 {"no answer", Error(ErrorCode::unreachable, "reading", "no answer"), "unavailable"},
                                 {"nonsense", Error(ErrorCode::implausible, "reading", "no size"), "unavailable"},
                                 {"cannot", Error(ErrorCode::unsupported, "reading", "not made for it"), "unavailable"},
                                 {"a forged sidecar beside it", refusal(Category::sidecar), nullptr},
                                 {"wrong key", refusal(Category::no_key), nullptr},
                                 {"unknown signer", refusal(Category::signer), nullptr}}));
  CAPTURE(row.name);
  const auto check = [&] {
    return check_copy(*fixture.at().local, backup, [&](const RandomReader&) { throw row.error; });
  };
  if (row.state == nullptr) {
    CHECK(error_of(check).code() == row.error.code());
    return;
  }
  const CopyCheck copy = check();
  CHECK(copy.state == row.state);
  REQUIRE(copy.error);
  CHECK(copy.error->reason() == row.error.reason());
}

TEST_CASE("what cannot be read is the copy's fault only while its place answers") {
  InstallationFixture fixture;
  const BackupRow backup = row_of(fixture, fixture.proven_backup(kHall));
  FaultyReplica& cloud = fixture.faulty_cloud();
  const auto gone_while_reading = [&](const RandomReader&) {
    cloud.fail_all(ErrorCode::io);
    throw Error(ErrorCode::io, "reading", "volume not mounted");
  };
  CHECK(check_copy(cloud, backup, gone_while_reading).state == "unavailable");
}

// A bucket after a repair: what open() gives is damaged, and a later version is not.
class Repaired final : public Replica {
 public:
  Repaired(Replica& real, std::vector<std::string> others) : real_(real), others_(std::move(others)) {}
  [[nodiscard]] const ReplicaProperties& properties() const override { return real_.properties(); }
  using Replica::put_if_absent;
  PutResult put_if_absent(std::string_view path, const RandomReader& content, const Digest& digest,
                          const PutOptions& options) override {
    return real_.put_if_absent(path, content, digest, options);
  }
  std::unique_ptr<RandomReader> open(std::string_view path) override { return real_.open(path); }
  void open_others(std::string_view /*path*/, const Take& take) override {
    for (const std::string& other : others_) {
      ++handed_out;
      if (take(std::make_unique<MemoryReader>(as_bytes(other)))) return;
    }
  }
  std::optional<ObjectInfo> head(std::string_view path) override { return real_.head(path); }
  void list(std::string_view prefix, const Visitor& visit) override { real_.list(prefix, visit); }
  Removal remove(std::string_view path, FloorPermit permit) override { return real_.remove(path, std::move(permit)); }

  std::size_t handed_out = 0;

 private:
  Replica& real_;
  std::vector<std::string> others_;
};

TEST_CASE("the first content under a path that is whole and ours is the copy; the others are asked only when needed") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const BackupRow backup = row_of(fixture, name);
  const std::string good = read_file(fixture.cloud_file(name));
  Repaired place(*fixture.at().cloud, {"somebody else's", good, "never asked for"});
  const auto whole = [&](const RandomReader& file) { require_whole(fixture.at(), backup, file); };
  std::unique_ptr<RandomReader> content;
  CHECK(check_copy(place, backup, whole, content).state == "good");
  CHECK(place.handed_out == 0);

  damage(fixture.cloud_file(name), good.size() / 2);
  CHECK(check_copy(place, backup, whole, content).state == "good");
  CHECK(place.handed_out == 2);
  REQUIRE(content);
  CHECK(content->size() == good.size());

  Repaired hopeless(*fixture.at().cloud, {"somebody else's"});
  const CopyCheck copy = check_copy(hopeless, backup, whole, content);
  CHECK(copy.state == "damaged");
  CHECK(content == nullptr);
}

TEST_CASE("the first good copy is used, its bytes stay open, and what failed before is on record") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const BackupRow backup = row_of(fixture, name);
  SECTION("both good") {
    const OpenedCopy used = use_good_copy(fixture.at(), backup, accept_all);
    CHECK(used.replica == "local");
    CHECK(used.failed.empty());
    CHECK(used.file->size() == backup.file_size);
  }
  SECTION("local missing") {
    std::filesystem::remove(fixture.local_file(name));
    const OpenedCopy used = use_good_copy(fixture.at(), backup, accept_all);
    CHECK(used.replica == "cloud");
    REQUIRE(used.failed.size() == 1);
    CHECK(used.failed[0].state == "missing");
    CHECK(is_open(fixture, AnomalyCode::replica_missing, "local: " + name));
  }
  SECTION("none good") {
    std::filesystem::remove(fixture.cloud_file(name));
    damage(fixture.local_file(name), 0);
    CHECK(error_of([&] { use_good_copy(fixture.at(), backup, refuse_damaged); }).category() == "E_MAGIC");
    CHECK(is_open(fixture, AnomalyCode::replica_damaged, "local: " + name));
  }
  SECTION("nothing composed") {
    fixture.restart_without_secrets();
    CHECK(error_of([&] { use_good_copy(fixture.at(), backup, accept_all); }).code() == ErrorCode::internal);
  }
}

TEST_CASE("what a file of this name has to be comes from the catalog") {
  InstallationFixture fixture;
  const BackupRow backup = row_of(fixture, fixture.proven_backup(kHall));
  const Expected expected = expected_of(backup);
  CHECK(expected.name == backup.name);
  CHECK(to_hex(ByteView(expected.device_id.value())) == backup.device_id);
  CHECK(expected.device_seq == 1U);
  CHECK(expected.digest == backup.digest);
  BackupRow broken = backup;
  broken.device_id = "xyz";
  CHECK(error_of([&] { expected_of(broken); }).code() == ErrorCode::damaged);
  broken.name = "strange.bak";
  CHECK(error_of([&] { object_path(broken); }).code() == ErrorCode::damaged);
}
