// Key rings, and made-up volumes, for tests of the use cases that open backups.
#pragma once

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "catalog/anomalies.h"
#include "catalog/journal.h"
#include "os/encrypted_volume.h"
#include "os/folder.h"
#include "service/keys/key_ring.h"
#include "service/reading/listing.h"
#include "support/error_of.h"
#include "support/installation_fixture.h"
#include "vault/category.h"

namespace coffre::test {

inline SecretString no_passphrase(const std::filesystem::path& file) {
  throw std::runtime_error("asked for a passphrase of " + file.string());
}

// With what one offline key file of the installation brings.
inline KeyRing ring_of(const InstallationFixture& fixture, std::string_view role) {
  return load_key_ring({.identities = {fixture.key_file(role)}}, no_passphrase);
}

// Trusts the installation, opens nothing.
inline KeyRing ring_without_keys(InstallationFixture& fixture) {
  KeyRing ring;
  trust_installation(ring, fixture.at().trust);
  return ring;
}

inline KeyRing ring_with(InstallationFixture& fixture, Identity identity) {
  KeyRing ring = ring_without_keys(fixture);
  ring.identities.push_back(std::move(identity));
  return ring;
}

inline bool is_open(InstallationFixture& fixture, AnomalyCode code, std::string_view subject) {
  for (const Anomaly& anomaly : list_anomalies(fixture.at())) {
    if (anomaly.code == code && anomaly.subject == subject) return true;
  }
  return false;
}

inline std::size_t evidence_count(InstallationFixture& fixture, const std::string& name) {
  return find_backup_view(fixture.at(), name).evidence.size();
}

inline JournalEntry newest_entry(InstallationFixture& fixture) {
  std::optional<JournalEntry> entry;
  fixture.at().catalog.read([&](Session& session) {
    std::uint64_t next = 1;
    for (auto rows = journal_rows(session, next, 100); !rows.empty(); rows = journal_rows(session, next, 100)) {
      next = rows.back().seq + 1;
      entry = rows.back().entry;
    }
  });
  return entry.value();
}

// A machine on which the mount of `folder` is a LUKS volume.
inline VolumeSources luks_below(const std::filesystem::path& folder, const TempDir& dir) {
  const auto mount = Folder::open(folder.string()).mount_id();
  write_file(dir / "mountinfo", std::to_string(mount) + " 1 253:0 / /mnt/x rw shared:1 - ext4 /dev/x rw\n");
  write_file(dir / "sys/devices/virtual/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-x\n");
  std::filesystem::create_directories(dir / "sys/dev/block");
  if (!std::filesystem::exists(dir / "sys/dev/block/253:0")) {
    std::filesystem::create_directory_symlink(dir / "sys/devices/virtual/block/dm-0", dir / "sys/dev/block/253:0");
  }
  return {(dir / "mountinfo").string(), (dir / "sys").string()};
}

// Everything below a folder, relative, in order.
inline std::vector<std::string> tree_of(const std::filesystem::path& folder) {
  std::vector<std::string> paths;
  if (!std::filesystem::exists(folder)) return paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    paths.push_back(entry.path().lexically_relative(folder).string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace coffre::test
