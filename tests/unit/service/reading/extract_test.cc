#include "service/reading/extract.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>

#include "bundle/bundle_reader.h"
#include "service/reading/look_at_file.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

constexpr const char* kReason = "--reason of a test";

// A bare file, its key, and a folder to extract to.
struct Bench {
  Bench() : name(fixture.proven_backup(kHall)), bare(open_bare_file(fixture.cloud_file(name))) {
    std::filesystem::create_directories(dir / "target");
  }
  [[nodiscard]] CheckedBundle bundle() const { return {*bare.content, ring.open_request()}; }
  [[nodiscard]] ClearTarget encrypted() const {
    ClearTarget target;
    target.sources = luks_below(dir / "target", dir);
    return target;
  }
  [[nodiscard]] static ClearTarget allowed() {
    ClearTarget target;
    target.reason = kReason;
    return target;
  }

  InstallationFixture fixture;
  TempDir dir;
  std::string name;
  BareFile bare;
  KeyRing ring = ring_of(fixture, "op");
};

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

void no_pause() {}

class Nobody final : public PartVisitor {
 public:
  void begin(std::string_view /*name*/, PartRole /*role*/) override {}
  void data(ByteView /*bytes*/) override {}
  void end() override {}
};

std::string found_of(InstallationFixture& fixture, const std::string& subject) {
  std::string detail;
  fixture.at().catalog.read([&](Session& session) {
    for (const Anomaly& open : open_anomalies(session)) {
      if (open.subject == subject) detail = open.detail;
    }
  });
  return detail;
}

}  // namespace

TEST_CASE("the parts are written as they were collected, for the owner alone, on an encrypted volume") {
  const Bench bench;
  const auto target = bench.dir / "target/out";
  CHECK(judge_folder(target, bench.encrypted()).encrypted);
  const auto files = bench.bundle().write_to(target, bench.encrypted(), no_pause);
  REQUIRE(files.size() == 2);
  CHECK(files[0] == (target / kFakeExport).string());
  CHECK(read_file(target / kFakeExport) == fake_export(4096));
  CHECK(tree_of(target) ==
        std::vector<std::string>{"inspect", "inspect/identity.txt", "restore", "restore/configuration.bin"});
  CHECK(mode_of(target / kFakeExport) == 0600);
  CHECK(mode_of(target / "restore") == 0700);
  CHECK(mode_of(target) == 0700);
}

TEST_CASE("a volume that is not encrypted is refused with both ways out, and nothing is written") {
  const Bench bench;
  const auto target = bench.dir / "target/out";
  const Error early = error_of([&] { judge_folder(target, {}); });
  CHECK(early.code() == ErrorCode::rule);
  CHECK(early.category() == "VOLUME_NOT_ENCRYPTED");
  CHECK(early.hint().find("encrypted volume") != std::string::npos);
  CHECK(early.hint().find("--to-unencrypted --reason") != std::string::npos);
  CHECK(early.hint().find("restore-cli destroyed NAME") != std::string::npos);
  // Without an installation there is nothing to state it to.
  const Error alone = error_of([&] { judge_folder(target, {.reminder = Reminder::person}); });
  CHECK(alone.hint().find("--to-unencrypted --reason") != std::string::npos);
  CHECK(alone.hint().find("restore-cli destroyed") == std::string::npos);
  CHECK(alone.hint().find("nothing is on record") != std::string::npos);
  // Judged again when it is opened: the folder may be another by then.
  CHECK(error_of([&] { bench.bundle().write_to(target, {}, no_pause); }).code() == ErrorCode::rule);
  CHECK_FALSE(std::filesystem::exists(target));
}

TEST_CASE("with a reason an unencrypted volume is allowed") {
  const Bench bench;
  const TargetVerdict verdict = judge_folder(bench.dir / "target", Bench::allowed());
  CHECK_FALSE(verdict.encrypted);
  CHECK_FALSE(verdict.reason.empty());
  CHECK(bench.bundle().write_to(bench.dir / "target", Bench::allowed(), no_pause).size() == 2);
}

TEST_CASE("a FUSE volume counts only when its type is allowed") {
  const Bench bench;
  ClearTarget target = bench.encrypted();
  const auto mount = Folder::open((bench.dir / "target").string()).mount_id();
  write_file(bench.dir / "mountinfo",
             std::to_string(mount) + " 1 0:44 / /mnt/x rw shared:1 - fuse.gocryptfs x rw,user_id=0\n");
  CHECK(error_of([&] { judge_folder(bench.dir / "target", target); }).code() == ErrorCode::rule);
  target.policy.allowed_fuse_types = {"fuse.gocryptfs"};
  CHECK(judge_folder(bench.dir / "target", target).encrypted);
}

TEST_CASE("nothing is overwritten, and what was there stays alone") {
  const Bench bench;
  const auto target = bench.dir / "target";
  write_file(target / kFakeFacts, "mine");
  const Error error = error_of([&] { bench.bundle().write_to(target, Bench::allowed(), no_pause); });
  CHECK(error.code() == ErrorCode::conflict);
  CHECK(read_file(target / kFakeFacts) == "mine");
  CHECK(tree_of(target) == std::vector<std::string>{"inspect", "inspect/identity.txt"});
}

TEST_CASE("after a failure in the middle nothing of it exists") {
  const Bench bench;
  SECTION("interrupted between two parts") {
    int parts = 0;
    const auto stop = [&] {
      if (++parts == 2) throw Error(ErrorCode::interrupted, "extracting", "stopped");
    };
    const auto target = bench.dir / "target/out";
    CHECK(error_of([&] { bench.bundle().write_to(target, Bench::allowed(), stop); }).code() == ErrorCode::interrupted);
    CHECK(parts == 2);
    CHECK_FALSE(std::filesystem::exists(target));
  }
  SECTION("a file stands where a folder is wanted") {
    write_file(bench.dir / "target/inspect", "in the way");
    CHECK_THROWS_AS(bench.bundle().write_to(bench.dir / "target", Bench::allowed(), no_pause), Error);
    CHECK(tree_of(bench.dir / "target") == std::vector<std::string>{"inspect"});
  }
  SECTION("a link leads elsewhere") {
    std::filesystem::create_directories(bench.dir / "elsewhere");
    std::filesystem::create_directory_symlink(bench.dir / "elsewhere", bench.dir / "target/restore");
    CHECK_THROWS_AS(bench.bundle().write_to(bench.dir / "target", Bench::allowed(), no_pause), Error);
    CHECK(tree_of(bench.dir / "elsewhere").empty());
  }
}

TEST_CASE("nothing can be written of a file that does not open") {
  const Bench bench;
  const auto copy = bench.dir / "copy.bak";
  std::filesystem::copy_file(bench.fixture.cloud_file(bench.name), copy);
  SECTION("damaged") {
    damage(copy, 3000);
    const BareFile bare = open_bare_file(copy);
    const Error error = error_of([&] { CheckedBundle(*bare.content, bench.ring.open_request()); });
    CHECK(exit_code(error.code()) == 5);
  }
  SECTION("the wrong key") {
    KeyRing ring = ring_of(bench.fixture, "op");
    ring.identities.clear();
    ring.identities.push_back(Identity::generate(Scope::full));
    const BareFile bare = open_bare_file(copy);
    CHECK(exit_code(error_of([&] { CheckedBundle(*bare.content, ring.open_request()); }).code()) == 6);
  }
}

TEST_CASE("the ZIP is the bundle as it was sealed, with its manifest and the export password") {
  InstallationFixture fixture;
  fixture.device(kHall).export_password = "Export-9";
  const std::string name = fixture.proven_backup(kHall);
  const BareFile bare = open_bare_file(fixture.cloud_file(name));
  const KeyRing ring = ring_of(fixture, "recovery");
  CheckedBundle bundle(*bare.content, ring.open_request());
  CHECK(bundle.manifest().export_password.reveal_text() == "Export-9");
  MemorySink zip;
  bundle.write_zip(zip);
  CHECK(as_text(zip.bytes()).starts_with("PK"));

  class Memory final : public ByteSource {
   public:
    explicit Memory(ByteView bytes) : rest_(bytes) {}
    std::size_t read(ByteSpan out) override {
      const std::size_t length = std::min(out.size(), rest_.size());
      std::copy_n(rest_.begin(), length, out.begin());
      rest_ = rest_.subspan(length);
      return length;
    }

   private:
    ByteView rest_;
  };
  Memory source(zip.bytes());
  Nobody nobody;
  CHECK(read_bundle(source, nobody).backup_name == name);
}

TEST_CASE("a file that standard output was sent to is judged like a folder; a pipe is not ours to judge") {
  const TempDir dir;
  write_file(dir / "out.zip", "");
  std::FILE* const file = std::fopen((dir / "out.zip").c_str(), "w");
  REQUIRE(file != nullptr);
  CHECK(error_of([&] { judge_output(fileno(file), {}); }).code() == ErrorCode::rule);
  CHECK_FALSE(judge_output(fileno(file), Bench::allowed()).encrypted);
  std::fclose(file);
  int ends[2] = {-1, -1};
  REQUIRE(pipe(ends) == 0);
  CHECK(judge_output(ends[1], {}).encrypted);
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("clear files on an unencrypted volume stay an open matter until a person states that they are destroyed") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const ExtractRecord record{.name = name, .target = "/home/a"};
  CHECK(record_clear_extract(fixture.at(), record, kReason) == ClearFiles::first);
  CHECK(is_open(fixture, AnomalyCode::clear_extract, name));
  CHECK(newest_entry(fixture).result == "clear");
  CHECK(newest_entry(fixture).detail.at("reason") == kReason);

  SECTION("stated") {
    record_destroyed(fixture.at(), name.substr(0, name.size() - 4), "shred");
    CHECK_FALSE(is_open(fixture, AnomalyCode::clear_extract, name));
    CHECK(newest_entry(fixture).action == "clear_files_destroyed");
    CHECK(error_of([&] { record_destroyed(fixture.at(), name, "again"); }).code() == ErrorCode::usage);
  }
  SECTION("a second extraction that fails leaves the first one's matter open") {
    const ClearFiles files = record_clear_extract(fixture.at(), record, kReason);
    CHECK(files == ClearFiles::further);
    withdraw_clear_extract(fixture.at(), record, files, "disk full");
    CHECK(is_open(fixture, AnomalyCode::clear_extract, name));
    CHECK(newest_entry(fixture).result == "failed");
  }
  SECTION("every place stays named until all are destroyed; one that came to nothing is taken out again") {
    const ExtractRecord second{.name = name, .target = "/home/b"};
    record_clear_extract(fixture.at(), second, "a second look");
    const std::string both = found_of(fixture, name);
    CHECK(both.find("/home/a") != std::string::npos);
    CHECK(both.find("/home/b: a second look") != std::string::npos);
    const ExtractRecord third{.name = name, .target = "/home/c"};
    withdraw_clear_extract(fixture.at(), third, record_clear_extract(fixture.at(), third, kReason), "disk full");
    CHECK(found_of(fixture, name) == both);
  }
  SECTION("a first extraction that fails leaves nothing open") {
    withdraw_clear_extract(fixture.at(), record, ClearFiles::first, "disk full");
    CHECK_FALSE(is_open(fixture, AnomalyCode::clear_extract, name));
  }
}

TEST_CASE("an extraction to an encrypted volume is one row of the journal") {
  InstallationFixture fixture;
  record_extract(fixture.at(), {.name = "X.bak", .target = "/media/coffre", .origin_checked = false});
  const JournalEntry entry = newest_entry(fixture);
  CHECK(entry.action == "extract");
  CHECK(entry.account == kFixtureAccount);
  CHECK(entry.detail.at("target") == "/media/coffre");
  CHECK(entry.detail.at("origin") == "not checked");
}
