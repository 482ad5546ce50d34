#include "os/encrypted_volume.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "os/file_error.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxStack = 16;  // LVM on LUKS on RAID on partitions is 4 deep; more is a loop

struct Mount {
  std::string device;  // "major:minor"
  std::string point;
  std::string type;
  std::string super_options;
};

// Whether a stack of block devices is encrypted, and the clause that says why.
struct Judgement {
  bool encrypted = false;
  std::string reason;
};

enum class PlainMapping { refused, allowed };

template <typename... Args>
std::string say(const char* message, const Args&... args) {
  return fmt::format(fmt::runtime(message), args...);
}

// Octal escapes of mountinfo: "\040" is a blank (proc(5)).
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const bool escape = text[i] == '\\' && i + 3 < text.size() &&
                        std::from_chars(text.data() + i + 1, text.data() + i + 4, value, 8).ptr == text.data() + i + 4;
    if (!escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(static_cast<unsigned char>(value));
    i += 3;
  }
  return out;
}

// proc(5): id parent major:minor root point options [optional...] - type source super-options
std::optional<Mount> parse_mount(std::string_view line, std::uint64_t wanted_id) {
  const auto fields = split(line, ' ');
  constexpr std::size_t kFixedFields = 6;
  if (fields.size() < kFixedFields || fields[0] != std::to_string(wanted_id)) return std::nullopt;
  const auto dash = std::find(fields.begin() + kFixedFields, fields.end(), "-");
  if (fields.end() - dash < 4) return std::nullopt;
  return Mount{std::string(fields[2]), unescape(fields[4]), std::string(dash[1]), std::string(dash[3])};
}

std::optional<Mount> find_mount(const std::string& mountinfo, std::uint64_t id) {
  std::ifstream file(mountinfo);
  for (std::string line; std::getline(file, line);)
    if (auto mount = parse_mount(line, id)) return mount;
  return std::nullopt;
}

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::vector<fs::path> slaves_of(const fs::path& device) {
  std::vector<fs::path> slaves;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(device / "slaves", error)) {
    const fs::path slave = fs::canonical(entry.path(), error);
    slaves.push_back(error ? entry.path() : slave);
  }
  std::sort(slaves.begin(), slaves.end());
  return slaves;
}

std::optional<std::string> encryption_by_uuid(std::string_view uuid, PlainMapping plain) {
  if (uuid.rfind("CRYPT-LUKS1-", 0) == 0) return "LUKS1";
  if (uuid.rfind("CRYPT-LUKS2-", 0) == 0) return "LUKS2";
  if (plain == PlainMapping::allowed && uuid.rfind("CRYPT-PLAIN-", 0) == 0) return "dm-crypt";
  return std::nullopt;
}

// What a mapping that only looks like protection is; nullopt for everything else.
std::optional<std::string> only_checks(const std::string& name, std::string_view uuid) {
  if (uuid.rfind("CRYPT-VERITY-", 0) == 0) return say(tr("{} is dm-verity, which checks but does not encrypt"), name);
  if (uuid.rfind("CRYPT-INTEGRITY-", 0) == 0)
    return say(tr("{} is dm-integrity, which checks but does not encrypt"), name);
  return std::nullopt;
}

// `device` is a directory of sysfs that belongs to one block device.
Judgement judge_device(const fs::path& device, PlainMapping plain, int depth) {
  const std::string name = device.filename().string();
  if (depth > kMaxStack) return {false, say(tr("{} is built of too many layers"), name)};
  const std::string uuid = first_line(device / "dm" / "uuid");
  if (const auto encryption = encryption_by_uuid(uuid, plain)) return {true, say(tr("{} on {}"), *encryption, name)};

  const auto slaves = slaves_of(device);
  std::error_code ignored;
  if (slaves.empty() && fs::exists(device / "partition", ignored))
    return judge_device(device.parent_path(), plain, depth + 1);  // the disk, or the RAID, that it is a part of
  if (slaves.empty()) return {false, only_checks(name, uuid).value_or(say(tr("{} is not encrypted"), name))};

  std::string below;
  for (const fs::path& slave : slaves) {
    const Judgement judgement = judge_device(slave, plain, depth + 1);
    below = say(tr("{} is built on {}"), name, judgement.reason);
    if (!judgement.encrypted) return {false, only_checks(name, uuid).value_or(below)};
  }
  return {true, below};
}

Judgement judge_sysfs(const fs::path& link, const std::string& name, PlainMapping plain) {
  std::error_code error;
  const fs::path device = fs::canonical(link, error);
  if (error) return {false, say(tr("the kernel does not describe the device {}"), name)};
  return judge_device(device, plain, 0);
}

bool is_fuse(std::string_view type) {
  return type == "fuse" || type == "fuseblk" || type.rfind("fuse.", 0) == 0;
}

// The user who runs a FUSE filesystem sees everything in it: it must be root, or us.
bool mounted_by_root_or_us(const Mount& mount) {
  for (const std::string_view option : split(mount.super_options, ',')) {
    if (option == "user_id=0" || option == "user_id=" + std::to_string(::geteuid())) return true;
  }
  return false;
}

Judgement judge_fuse(const Mount& mount, const VolumePolicy& policy) {
  const auto& allowed = policy.allowed_fuse_types;
  if (std::find(allowed.begin(), allowed.end(), mount.type) == allowed.end())
    return {false, say(tr("{} only claims a name, and the configuration does not allow it"), mount.type)};
  if (!mounted_by_root_or_us(mount))
    return {false, say(tr("{} was mounted by another user than root or the service's own"), mount.type)};
  return {true, say(tr("{}, allowed by the configuration"), mount.type)};
}

Judgement judge_mount(const Mount& mount, const VolumePolicy& policy, const VolumeSources& sources) {
  if (is_fuse(mount.type)) return judge_fuse(mount, policy);
  constexpr std::string_view kAnonymous = "0:";  // no block device of its own: tmpfs, NFS, overlay, btrfs, ZFS
  if (mount.device.rfind(kAnonymous, 0) == 0)
    return {false, say(tr("{} does not lie on a block device that could be checked"), mount.type)};
  return judge_sysfs(fs::path(sources.sysfs) / "dev" / "block" / mount.device, mount.device, PlainMapping::refused);
}

}  // namespace

std::uint64_t mount_id_of(int fd) {
  struct statx status {};
  if (::statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) != 0)
    throw file_error(errno, tr("asking on which mount a folder is"), {});
  if ((status.stx_mask & STATX_MNT_ID) == 0)
    throw file_error(ENOSYS, tr("asking on which mount a folder is"), {});  // kernels before 5.8
  return status.stx_mnt_id;
}

VolumeVerdict inspect_volume(int fd, const VolumePolicy& policy, const VolumeSources& sources) {
  VolumeVerdict verdict;
  const auto mount = find_mount(sources.mountinfo, mount_id_of(fd));
  if (!mount) {
    verdict.reason = tr("its mount is not in the list of mounts");
    return verdict;
  }
  Judgement judgement = judge_mount(*mount, policy, sources);
  verdict.encrypted = judgement.encrypted;
  verdict.reason = std::move(judgement.reason);
  verdict.filesystem = mount->type;
  verdict.mount_point = mount->point;
  return verdict;
}

void require_encrypted(const Folder& folder, const VolumePolicy& policy, const VolumeSources& sources) {
  const VolumeVerdict verdict = inspect_volume(folder.fd(), policy, sources);
  if (verdict.encrypted) return;
  Error error(ErrorCode::rule, tr("checking the volume"), say(tr("volume not encrypted: {}"), verdict.reason),
              tr("Use a LUKS volume (deploy/luks-volume makes one), or say 'encryption: none' in the configuration"));
  error.on(folder.path()).with_category("VOLUME_NOT_ENCRYPTED");
  throw error;
}

VolumeVerdict inspect_swap_device(const std::string& name, const VolumeSources& sources) {
  VolumeVerdict verdict;
  verdict.filesystem = "swap";
  if (name.empty() || name.find('/') != std::string::npos || name.front() == '.') {
    verdict.reason = say(tr("the kernel does not describe the device {}"), printable(name));
    return verdict;
  }
  const fs::path link = fs::path(sources.sysfs) / "class" / "block" / name;
  constexpr std::string_view kCompressedMemory = "zram";  // is memory, unless it spills to a backing device
  const std::string backing = first_line(link / "backing_dev");
  if (name.rfind(kCompressedMemory, 0) == 0 && (backing.empty() || backing == "none")) {
    verdict.encrypted = true;
    verdict.reason = say(tr("{} is compressed memory"), name);
    return verdict;
  }
  Judgement judgement = judge_sysfs(link, name, PlainMapping::allowed);
  verdict.encrypted = judgement.encrypted;
  verdict.reason = std::move(judgement.reason);
  return verdict;
}

}  // namespace coffre
