#include "os/encrypted_volume.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "support/error_of.h"
#include "support/temp_dir.h"

using namespace coffre;
using test::error_of;
namespace fs = std::filesystem;

namespace {

// A made-up machine: a folder that claims, in a made-up mountinfo, to lie on a device of a made-up sysfs.
class Machine {
 public:
  Machine() { fs::create_directory(dir_ / "data"); }

  // A whole disk or a mapping; `uuid` "" for none.
  void device(const std::string& name, const std::string& uuid = {}) {
    const fs::path folder = dir_ / "sys/devices/virtual/block/" / name;
    fs::create_directories(folder / "slaves");
    if (!uuid.empty()) test::write_file(folder / "dm/uuid", uuid + "\n");
    alias(name, folder);
  }
  void partition(const std::string& disk, const std::string& name) {
    const fs::path folder = dir_ / "sys/devices/virtual/block/" / disk / name;
    test::write_file(folder / "partition", "1\n");
    alias(name, folder);
  }
  void built_on(const std::string& upper, const std::string& lower) {
    fs::create_directory_symlink(fs::canonical(dir_ / "sys/class/block/" / lower),
                                 dir_ / "sys/devices/virtual/block" / upper / "slaves" / lower);
  }
  void number(const std::string& device, const std::string& major_minor) {
    fs::create_directories(dir_ / "sys/dev/block");
    fs::create_directory_symlink(fs::canonical(dir_ / "sys/class/block/" / device),
                                 dir_ / "sys/dev/block" / major_minor);
  }
  void mounted(const std::string& major_minor, const std::string& type, const std::string& super_options = "rw") {
    const Folder folder = Folder::open(dir_ / "data");
    test::write_file(dir_ / "mountinfo", "1 1 0:1 / / rw - rootfs none rw\n" + std::to_string(folder.mount_id()) +
                                             " 1 " + major_minor + " / /mnt/with\\040blank rw,relatime shared:1 - " +
                                             type + " /dev/x " + super_options + "\n");
  }

  [[nodiscard]] VolumeSources sources() const { return {dir_ / "mountinfo", dir_ / "sys"}; }
  [[nodiscard]] Folder data() const { return Folder::open(dir_ / "data"); }
  [[nodiscard]] VolumeVerdict verdict(const VolumePolicy& policy = {}) const {
    return inspect_volume(data().fd(), policy, sources());
  }
  [[nodiscard]] const test::TempDir& dir() const { return dir_; }

 private:
  void alias(const std::string& name, const fs::path& folder) {
    fs::create_directories(dir_ / "sys/class/block");
    fs::create_directory_symlink(folder, dir_ / "sys/class/block" / name);
  }
  test::TempDir dir_;
};

constexpr const char* kLuks2 = "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-data";
constexpr const char* kLuks1 = "CRYPT-LUKS1-0123456789abcdef0123456789abcdef-data";

}  // namespace

TEST_CASE("LUKS directly below the filesystem passes") {
  const std::string uuid = GENERATE(std::string(kLuks1), std::string(kLuks2));
  Machine machine;
  machine.device("dm-0", uuid);
  machine.number("dm-0", "253:0");
  machine.mounted("253:0", "ext4");
  const VolumeVerdict verdict = machine.verdict();
  CHECK(verdict.encrypted);
  CHECK(verdict.reason == (uuid == kLuks1 ? "LUKS1 on dm-0" : "LUKS2 on dm-0"));
  CHECK(verdict.filesystem == "ext4");
  CHECK(verdict.mount_point == "/mnt/with blank");
  CHECK_NOTHROW(require_encrypted(machine.data(), {}, machine.sources()));
}

TEST_CASE("LVM on LUKS on a partition passes") {
  Machine machine;
  machine.device("sda");
  machine.partition("sda", "sda2");
  machine.device("dm-0", kLuks2);
  machine.built_on("dm-0", "sda2");
  machine.device("dm-1", "LVM-0123456789");
  machine.built_on("dm-1", "dm-0");
  machine.number("dm-1", "253:1");
  machine.mounted("253:1", "xfs");
  CHECK(machine.verdict().encrypted);
  CHECK(machine.verdict().reason == "dm-1 is built on LUKS2 on dm-0");
}

TEST_CASE("A partition of a RAID of encrypted disks passes; one clear disk in it does not") {
  const bool all = GENERATE(true, false);
  Machine machine;
  machine.device("sda");
  machine.device("sdb");
  machine.device("dm-0", kLuks2);
  machine.built_on("dm-0", "sda");
  machine.device("dm-1", all ? kLuks2 : "LVM-x");
  machine.built_on("dm-1", "sdb");
  machine.device("md0");
  machine.built_on("md0", "dm-0");
  machine.built_on("md0", "dm-1");
  machine.partition("md0", "md0p1");
  machine.number("md0p1", "259:0");
  machine.mounted("259:0", "ext4");
  CHECK(machine.verdict().encrypted == all);
  if (!all) CHECK(machine.verdict().reason == "md0 is built on dm-1 is built on sdb is not encrypted");
}

TEST_CASE("What is not encryption is refused, with the reason") {
  struct Row {
    std::string name;
    std::string uuid;  // of dm-0, on sda
    std::string reason;
  };
  const auto row = GENERATE(values<Row>({
      {"verity", "CRYPT-VERITY-0123-root", "dm-0 is dm-verity, which checks but does not encrypt"},
      {"integrity", "CRYPT-INTEGRITY-0123-x", "dm-0 is dm-integrity, which checks but does not encrypt"},
      {"plain dm-crypt", "CRYPT-PLAIN-x", "dm-0 is built on sda is not encrypted"},
      {"LVM", "LVM-0123", "dm-0 is built on sda is not encrypted"},
      {"a name that only looks like it", "XCRYPT-LUKS2-0123", "dm-0 is built on sda is not encrypted"},
      {"LUKS3", "CRYPT-LUKS3-0123", "dm-0 is built on sda is not encrypted"},
  }));
  DYNAMIC_SECTION(row.name) {
    Machine machine;
    machine.device("sda");
    machine.device("dm-0", row.uuid);
    machine.built_on("dm-0", "sda");
    machine.number("dm-0", "253:0");
    machine.mounted("253:0", "ext4");
    CHECK_FALSE(machine.verdict().encrypted);
    CHECK(machine.verdict().reason == row.reason);
    const Error error = error_of([&] { require_encrypted(machine.data(), {}, machine.sources()); });
    CHECK(error.code() == ErrorCode::rule);
    CHECK(error.reason() == "volume not encrypted: " + row.reason);
    CHECK(error.category() == "VOLUME_NOT_ENCRYPTED");
  }
}

TEST_CASE("A verity map over an encrypted device lies on an encrypted device") {
  Machine machine;
  machine.device("dm-0", kLuks2);
  machine.device("dm-1", "CRYPT-VERITY-0123");
  machine.built_on("dm-1", "dm-0");
  machine.number("dm-1", "253:1");
  machine.mounted("253:1", "ext4");
  CHECK(machine.verdict().encrypted);
}

TEST_CASE("A plain disk is refused") {
  Machine machine;
  machine.device("sda");
  machine.partition("sda", "sda1");
  machine.number("sda1", "8:1");
  machine.mounted("8:1", "ext4");
  CHECK_FALSE(machine.verdict().encrypted);
  CHECK(machine.verdict().reason == "sda is not encrypted");
}

TEST_CASE("Filesystems without a block device of their own are refused") {
  const std::string type = GENERATE("tmpfs", "nfs4", "btrfs", "overlay", "zfs", "cifs");
  Machine machine;
  machine.mounted("0:42", type);
  CHECK_FALSE(machine.verdict().encrypted);
  CHECK(machine.verdict().reason == type + " does not lie on a block device that could be checked");
}

TEST_CASE("A FUSE filesystem passes only by its allowed type, mounted by root or by us") {
  struct Row {
    std::string name;
    std::string type;
    std::vector<std::string> allowed;
    std::string options;
    bool passes;
  };
  const auto row = GENERATE(values<Row>({
      {"allowed", "fuse.gocryptfs", {"fuse.gocryptfs"}, "rw,user_id=0,group_id=0", true},
      {"not allowed", "fuse.gocryptfs", {}, "rw,user_id=0,group_id=0", false},
      {"another one allowed", "fuse.gocryptfs", {"fuse.cryfs"}, "rw,user_id=0", false},
      {"a stranger's", "fuse.gocryptfs", {"fuse.gocryptfs"}, "rw,user_id=4242,group_id=4242", false},
      {"without a user", "fuse.gocryptfs", {"fuse.gocryptfs"}, "rw", false},
      {"not FUSE, though allowed", "tmpfs", {"tmpfs"}, "rw", false},
      {"FUSE on a block device", "fuseblk", {}, "rw,user_id=0", false},
  }));
  DYNAMIC_SECTION(row.name) {
    Machine machine;
    machine.mounted("0:39", row.type, row.options);
    CHECK(machine.verdict({row.allowed}).encrypted == row.passes);
    CHECK_FALSE(machine.verdict({row.allowed}).reason.empty());
  }
}

TEST_CASE("What cannot be found out is refused") {
  Machine machine;
  SECTION("no list of mounts") {
    CHECK(machine.verdict().reason == "its mount is not in the list of mounts");
  }
  SECTION("mount not in the list") {
    test::write_file(machine.dir() / "mountinfo", "999999 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
    CHECK(machine.verdict().reason == "its mount is not in the list of mounts");
  }
  SECTION("cut line") {
    test::write_file(machine.dir() / "mountinfo", std::to_string(machine.data().mount_id()) + " 1 8:1 / / rw - ext4\n");
    CHECK(machine.verdict().reason == "its mount is not in the list of mounts");
  }
  SECTION("device unknown to sysfs") {
    machine.mounted("8:1", "ext4");
    CHECK(machine.verdict().reason == "the kernel does not describe the device 8:1");
  }
  SECTION("devices that are built on each other") {
    machine.device("dm-0");
    machine.device("dm-1");
    machine.built_on("dm-0", "dm-1");
    machine.built_on("dm-1", "dm-0");
    machine.number("dm-0", "253:0");
    machine.mounted("253:0", "ext4");
    CHECK_THAT(machine.verdict().reason, Catch::Contains("too many layers"));
  }
  CHECK_FALSE(machine.verdict().encrypted);
}

TEST_CASE("A link in the place of the volume leads nowhere") {
  const test::TempDir dir;
  fs::create_directory(dir / "plain");
  fs::create_directory_symlink(dir / "plain", dir / "volume");
  CHECK(error_of([&] { (void)Folder::open(dir / "volume"); }).reason() == "a symbolic link is in the way");
}

TEST_CASE("The real kernel: a folder here and a tmpfs are judged, and this test machine's disk is not encrypted") {
  const test::TempDir dir;
  const Folder folder = Folder::open(dir.path());
  const VolumeVerdict verdict = inspect_volume(folder.fd(), {});
  CHECK_FALSE(verdict.filesystem.empty());
  CHECK_FALSE(verdict.reason.empty());
  CHECK_FALSE(inspect_volume(Folder::open("/dev/shm").fd(), {}).encrypted);
  CHECK(error_of([] { require_encrypted(Folder::open("/dev/shm"), {}); }).code() == ErrorCode::rule);
}

TEST_CASE("Swap may also be on plain dm-crypt, or in compressed memory") {
  struct Row {
    std::string name;
    std::string device;
    std::string uuid;
    std::string backing;
    bool passes;
  };
  const auto row = GENERATE(values<Row>({
      {"random key", "dm-0", "CRYPT-PLAIN-swap", "", true},
      {"LUKS", "dm-0", kLuks2, "", true},
      {"a plain partition", "sdb", "", "", false},
      {"zram", "zram0", "", "none\n", true},
      {"zram that spills to a disk", "zram0", "", "/dev/sdb\n", false},
  }));
  DYNAMIC_SECTION(row.name) {
    Machine machine;
    machine.device(row.device, row.uuid);
    if (!row.backing.empty())
      test::write_file(machine.dir() / "sys/devices/virtual/block" / row.device / "backing_dev", row.backing);
    CHECK(inspect_swap_device(row.device, machine.sources()).encrypted == row.passes);
  }
  for (const char* const odd : {"", "..", "a/b", "absent"}) {
    INFO(odd);
    CHECK_FALSE(inspect_swap_device(odd, Machine().sources()).encrypted);
  }
}
