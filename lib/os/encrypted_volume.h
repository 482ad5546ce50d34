// Whether a folder lies on an encrypted volume (design.md section 9, security-design.md section 3). Fails closed: what
// is not understood is not encrypted.
//
// Descriptor -> mnt_id -> line of mountinfo -> major:minor -> sysfs. A block device passes when its dm/uuid starts with
// "CRYPT-LUKS1-" or "CRYPT-LUKS2-", or when it is built of other devices (`slaves`: LVM, RAID) that all pass; a
// partition asks its disk. dm-verity and dm-integrity are not encryption. FUSE filesystems only claim a name, so a type
// ("fuse.gocryptfs") passes only if the configuration lists it. tmpfs, NFS, btrfs (which hides its devices) do not
// pass.
//
// Threads: pure reading; any thread. The paths are arguments so that tests can build other worlds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "os/folder.h"

namespace coffre {

struct VolumeSources {
  std::string mountinfo = "/proc/self/mountinfo";
  std::string sysfs = "/sys";
};

struct VolumePolicy {
  std::vector<std::string> allowed_fuse_types;  // e.g. {"fuse.gocryptfs"}; empty: none
};

struct VolumeVerdict {
  bool encrypted = false;
  std::string reason;      // one clause, translated: "LUKS2 on dm-0", "ext4 on 8:1, which is not encrypted"
  std::string filesystem;  // type as mountinfo has it; "" when not found
  std::string mount_point;
};

VolumeVerdict inspect_volume(int fd, const VolumePolicy& policy, const VolumeSources& sources = {});

// Throws Error(rule) "volume not encrypted: <reason>" on the folder's path, with what to do.
void require_encrypted(const Folder& folder, const VolumePolicy& policy, const VolumeSources& sources = {});

// The same question about a block device by its sysfs name ("dm-1", "sda2"): for swap. `plain` dm-crypt (a random key
// at each boot) passes too, since swap needs no header.
VolumeVerdict inspect_swap_device(const std::string& name, const VolumeSources& sources = {});

// mnt_id of what the descriptor is on; throws Error(io).
std::uint64_t mount_id_of(int fd);

}  // namespace coffre
