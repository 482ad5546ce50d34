// A real encrypted FUSE filesystem: seen as such, refused unless allowed, noticed when it goes away.
#include <signal.h>

#include <filesystem>
#include <memory>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "replica_contract.h"
#include "replicas/local_volume.h"
#include "support/child_process.h"
#include "support/error_of.h"
#include "support/temp_dir.h"

using namespace coffre;
using test::error_of;
namespace fs = std::filesystem;

namespace {

class Gocryptfs {
 public:
  Gocryptfs() {
    fs::create_directory(cipher());
    fs::create_directory(mount_point());
    test::write_file(dir_ / "password", "only for a test\n");
    run({"gocryptfs", "-init", "-q", "-scryptn", "10", "-passfile", dir_ / "password", cipher()});
    mount();
  }
  ~Gocryptfs() {
    try {
      if (mounted_) unmount();
    } catch (const std::exception&) {  // the folder is left behind then
    }
  }
  void mount() {
    test::ChildOptions options;
    options.arguments = {"gocryptfs", "-fg", "-nosyslog", "-passfile", dir_ / "password", cipher(), mount_point()};
    server_ = std::make_unique<test::ChildProcess>(std::move(options));
    server_->wait_for_out("Filesystem mounted and ready");
    mounted_ = true;
  }
  // Lazily, as a person does who does not know that somebody is at work there.
  void unmount() {
    run({"fusermount3", "-u", "-z", mount_point()});
    mounted_ = false;
  }
  // Its process dies, the mount stays behind.
  void kill() {
    server_->send_signal(SIGKILL);
    server_->wait();
  }
  [[nodiscard]] fs::path cipher() const { return dir_ / "cipher"; }
  [[nodiscard]] fs::path mount_point() const { return dir_ / "clear"; }
  [[nodiscard]] LocalVolumeOptions options(std::vector<std::string> allowed) const {
    return {"local", "here", mount_point(), VolumeEncryption::required, std::move(allowed)};
  }

 private:
  static void run(std::vector<std::string> arguments) {
    test::ChildOptions options;
    options.arguments = std::move(arguments);
    const test::ChildResult result = test::run_child(std::move(options));
    INFO(result.out << result.err);
    if (result.exit_code != 0) throw std::runtime_error("gocryptfs: " + result.out + result.err);
  }

  test::TempDir dir_;
  std::unique_ptr<test::ChildProcess> server_;  // lives on after unmount() until its last file is closed
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("gocryptfs is seen, refused unless its type is allowed, and then stays a remark") {
  const Gocryptfs volume;
  const Error error = error_of([&] { (void)LocalVolume::open(volume.options({})); });
  CHECK(error.code() == ErrorCode::rule);
  CHECK_THAT(error.reason(), Catch::Contains("fuse.gocryptfs"));
  const auto local = LocalVolume::open(volume.options({"fuse.gocryptfs"}));
  CHECK(local->verdict().filesystem == "fuse.gocryptfs");
  CHECK(local->properties().concerns.size() == 1);
}

TEST_CASE("A local volume on gocryptfs, which has no O_TMPFILE, keeps the contract of a replica") {
  const Gocryptfs volume;
  test::check_replica_contract([&] { return LocalVolume::open(volume.options({"fuse.gocryptfs"})); });
}

TEST_CASE("Unmounting gocryptfs in the middle of a backup is detected, and nothing lands in the bare folder") {
  Gocryptfs volume;
  const auto local = LocalVolume::open(volume.options({"fuse.gocryptfs"}));
  const auto file = local->start_file("CLI/SITE/NVR_A");
  file->write(as_bytes("sealed"));
  file->sync();
  volume.unmount();
  CHECK(error_of([&] { (void)file->publish("CLI/SITE/NVR_A/x.bak"); }).reason() == "volume not mounted");
  CHECK(error_of([&] { (void)local->start_file("CLI/SITE/NVR_B"); }).reason() == "volume not mounted");
  CHECK(error_of([&] { (void)local->open("CLI/SITE/NVR_A/x.bak"); }).reason() == "volume not mounted");
  CHECK(fs::is_empty(volume.mount_point()));

  // Opened anew, the bare folder is not an encrypted volume.
  CHECK(error_of([&] { (void)LocalVolume::open(volume.options({"fuse.gocryptfs"})); }).code() == ErrorCode::rule);
  volume.mount();
  CHECK(LocalVolume::open(volume.options({"fuse.gocryptfs"}))->head("CLI/SITE/NVR_A/x.bak") == std::nullopt);
}

TEST_CASE("gocryptfs dying under a backup is a volume that is not mounted") {
  Gocryptfs volume;
  const auto local = LocalVolume::open(volume.options({"fuse.gocryptfs"}));
  const auto file = local->start_file("CLI/SITE/NVR_A");
  volume.kill();
  const Error error = error_of([&] {
    file->write(as_bytes("sealed"));
    file->sync();
    (void)file->publish("CLI/SITE/NVR_A/x.bak");
  });
  CHECK(error.reason() == "volume not mounted");
  CHECK(error_of([&] { (void)local->start_file("CLI/SITE/NVR_A"); }).reason() == "volume not mounted");
}
