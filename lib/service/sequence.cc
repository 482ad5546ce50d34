#include "service/sequence.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "catalog/anomalies.h"
#include "catalog/backups.h"
#include "catalog/installation.h"
#include "model/sequence_check.h"
#include "service/conclude.h"
#include "service/surveyed_backup.h"
#include "vault/category.h"
#include "vault/header_region.h"

namespace coffre {
namespace {

void raise_to(SequenceHead& head, const SequenceHead& other) {
  if (other.sequence > head.sequence) head = other;
}

// What the catalog knows of a device's files.
struct Known {
  std::set<std::string> folders;  // a device that was renamed left the earlier ones under its old name
  std::set<Digest> digests;
  SequenceHead head;
  bool since_rebuild = true;  // a backup was recorded since the catalog was made anew, or it never was
};

Known known_of(Installation& at, const DeviceKey& device, std::string_view device_id) {
  Known known;
  known.folders.insert(device.path());
  at.catalog.read([&](Session& session) {
    const std::string rebuilt = get_fact(session, "rebuilt_at").value_or("");
    known.since_rebuild = rebuilt.empty();
    for (const BackupRow& backup : list_backups(session, {.device_id = std::string(device_id)})) {
      if (const auto name = BackupName::parse(backup.name)) known.folders.insert(name->device.path());
      known.digests.insert(backup.digest);
      known.since_rebuild = known.since_rebuild || to_rfc3339(backup.recorded_at) > rebuilt;
    }
    if (const auto head = sequence_head(session, device_id)) known.head = *head;
  });
  return known;
}

std::vector<StoredFile> files_of(const Installation& at, Replica& replica, const Known& known,
                                 std::string_view device_id) {
  std::vector<StoredFile> files;
  std::vector<std::string> skipped;
  for (const std::string& folder : known.folders) {
    for (StoredFile& file : stored_files(at, replica, folder, skipped)) {
      if (file.device_id != device_id) continue;
      if (file.by_revoked_signer && !known.digests.contains(file.digest)) {
        skipped.push_back(file.path);
      } else {
        files.push_back(std::move(file));
      }
    }
  }
  for (const std::string& path : skipped) log(LogLevel::warning, path, "not a file of this installation: not counted");
  return files;
}

void raise_to(SequenceHead& head, const std::vector<StoredFile>& files) {
  for (const StoredFile& file : files) raise_to(head, {.sequence = file.sequence, .digest = file.digest});
}

// Files that the catalog does not know, because it is younger or older than they are, get their rows: otherwise nobody
// would see them, and their names and numbers would be given again.
void adopt_unknown(Installation& at, const Replica& replica, const std::vector<StoredFile>& files, Known& known) {
  for (const StoredFile& file : files) {
    if (known.digests.contains(file.digest)) continue;
    const auto backup = surveyed(file);
    bool adopted = false;
    at.catalog.write([&](Session& session) {
      if (!backup || find_backup_by_name(session, backup->row.name)) return;
      insert_surveyed(session, *backup, replica.properties().name, at.clock.now());
      adopted = true;
    });
    known.digests.insert(file.digest);
    log(LogLevel::warning, file.path,
        adopted ? "the catalog did not know this backup: recorded, to be proven anew"
                : "the catalog cannot record this file: its name belongs to another one");
  }
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

namespace {

SignerList without_revocations(const SignerList& signers) {
  SignerList lenient;
  for (Signer signer : signers.all()) {
    signer.revoked.reset();
    static_cast<void>(lenient.add(signer));
  }
  return lenient;
}

StoredFile read_of_any_signer(const Installation& at, const RandomReader& file, const std::string& path) {
  const std::span<const Identity> identities(&at.keys->catalog, 1);
  const SignerList& signers = at.trust.signers.signers;
  try {
    return read_stored_file(file, path, signers, identities);
  } catch (const Error& error) {
    if (error.category() != to_string(Category::revoked)) throw;
  }
  StoredFile stored = read_stored_file(file, path, without_revocations(signers), identities);
  stored.by_revoked_signer = true;
  return stored;
}

}  // namespace

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
      if (reader) files.push_back(read_of_any_signer(at, *reader, path));
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
  Known known = known_of(at, device, device_id);
  const std::vector<StoredFile> local = files_of(at, *at.local, known, device_id);
  SequenceHead head = known.head;
  raise_to(head, local);
  if (head.sequence == 0 || !known.since_rebuild) {
    const std::vector<StoredFile> cloud = files_of(at, *at.cloud, known, device_id);
    raise_to(head, cloud);
    adopt_unknown(at, *at.cloud, cloud, known);
  }
  adopt_unknown(at, *at.local, local, known);
  std::vector<SequenceEntry> stored;
  stored.reserve(local.size());
  for (const StoredFile& file : local) {
    stored.push_back({.sequence = file.sequence, .digest = file.digest, .prev_digest = file.prev_digest});
  }
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
