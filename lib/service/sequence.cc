#include "service/sequence.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "catalog/anomalies.h"
#include "catalog/backups.h"
#include "model/sequence_check.h"
#include "service/conclude.h"
#include "vault/header_region.h"

namespace coffre {
namespace {

void raise_to(SequenceHead& head, const SequenceHead& other) {
  if (other.sequence > head.sequence) head = other;
}

// Where files of this device may lie: a device that was renamed left the earlier ones under its old name.
std::set<std::string> folders_of(Installation& at, const DeviceKey& device, std::string_view device_id) {
  std::set<std::string> folders{device.path()};
  at.catalog.read([&](Session& session) {
    for (const BackupRow& backup : list_backups(session, {.device_id = std::string(device_id)})) {
      if (const auto name = BackupName::parse(backup.name)) folders.insert(name->device.path());
    }
  });
  return folders;
}

std::vector<SequenceEntry> entries_in(const Installation& at, Replica& replica, const std::set<std::string>& folders,
                                      std::string_view device_id) {
  std::vector<SequenceEntry> entries;
  std::vector<std::string> skipped;
  for (const std::string& folder : folders) {
    for (const StoredFile& file : stored_files(at, replica, folder, skipped)) {
      if (file.device_id != device_id) continue;
      entries.push_back({.sequence = file.sequence, .digest = file.digest, .prev_digest = file.prev_digest});
    }
  }
  for (const std::string& path : skipped) log(LogLevel::warning, path, "not a file of this installation: not counted");
  return entries;
}

SequenceHead newest_of(const std::vector<SequenceEntry>& entries) {
  SequenceHead head;
  for (const SequenceEntry& entry : entries) raise_to(head, {.sequence = entry.sequence, .digest = entry.digest});
  return head;
}

}  // namespace

StoredFile read_stored_file(const RandomReader& file, std::string_view path, const SignerList& signers,
                            std::span<const Identity> identities) {
  const std::uint64_t size = file.size();
  Bytes beginning(static_cast<std::size_t>(std::min<std::uint64_t>(size, kHeaderReadSize)));
  file.read_at(0, beginning);
  const HeaderReading reading = read_header_region(beginning, signers, identities);
  std::array<std::uint8_t, kTailSize> tail{};
  if (size < tail.size()) throw Error(ErrorCode::damaged, "reading the end of a file", "it is too short");
  file.read_at(size - tail.size(), tail);

  StoredFile stored;
  stored.path = path;
  stored.digest = read_tail(tail, size, reading, signers);
  stored.device_id = to_hex(ByteView(reading.header.device_id));
  stored.sequence = reading.header.device_seq;
  stored.prev_digest = reading.header.prev_digest;
  stored.kind = reading.header.kind;
  stored.created_at = reading.header.created_at;
  stored.file_id = to_hex(ByteView(reading.header.file_id));
  stored.file_size = size;
  for (const Stanza& stanza : reading.stanzas) {
    if (stanza.scope == Scope::full) stored.full_recipients.push_back(to_hex(stanza.key_id));
  }
  if (reading.metadata) stored.metadata = *reading.metadata;
  return stored;
}

std::vector<StoredFile> stored_files(const Installation& at, Replica& replica, std::string_view folder,
                                     std::vector<std::string>& skipped) {
  std::vector<std::string> paths;
  replica.list(folder, [&](const ObjectInfo& object) {
    if (object.path.ends_with(".bak")) paths.push_back(object.path);
  });
  std::vector<StoredFile> files;
  for (const std::string& path : paths) {
    try {
      const auto reader = replica.open(path);
      if (reader)
        files.push_back(read_stored_file(*reader, path, at.trust.signers.signers, std::span(&at.keys->catalog, 1)));
    } catch (const Error& error) {
      // A file that is not ours must not stop the device's backups; an unreadable volume must.
      if (error.code() != ErrorCode::damaged && error.code() != ErrorCode::rule && error.code() != ErrorCode::no_key)
        throw;
      skipped.push_back(path);
    }
  }
  return files;
}

SequencePosition next_position(Installation& at, const DeviceKey& device, std::string_view device_id) {
  const std::set<std::string> folders = folders_of(at, device, device_id);
  std::vector<SequenceEntry> stored = entries_in(at, *at.local, folders, device_id);
  SequenceHead head = newest_of(stored);
  at.catalog.read([&](Session& session) {
    if (const auto known = sequence_head(session, device_id)) raise_to(head, *known);
  });
  if (head.sequence == 0) raise_to(head, newest_of(entries_in(at, *at.cloud, folders, device_id)));
  SequencePosition position;
  position.findings = sequence_findings(std::move(stored), head.sequence);
  if (head.sequence == 0) return position;
  position.sequence = head.sequence + 1;
  position.prev_digest = head.digest;
  return position;
}

void settle_sequence(Installation& at, const DeviceKey& device, const std::vector<std::string>& findings) {
  const std::string subject = device.display();
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    if (findings.empty()) {
      close_anomaly(session, AnomalyCode::sequence_gap, subject, "every number is there again", now);
      forget_conclusion(session, AnomalyCode::sequence_gap, subject);
    } else {
      open_unless_concluded(session, AnomalyCode::sequence_gap, subject, join(findings, "; "), now);
    }
  });
  for (const std::string& finding : findings) log(LogLevel::error, subject, finding);
}

}  // namespace coffre
