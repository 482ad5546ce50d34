#include "service/sequence.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "catalog/backups.h"
#include "vault/header_region.h"

namespace coffre {
namespace {

void raise_to(SequenceHead& head, const SequenceHead& other) {
  if (other.sequence > head.sequence) head = other;
}

SequenceHead newest_stored(const Installation& at, Replica& replica, const DeviceKey& device,
                           std::string_view device_id) {
  SequenceHead head;
  std::vector<std::string> skipped;
  for (const StoredFile& file : stored_files(at, replica, device.path(), skipped)) {
    if (file.device_id == device_id) raise_to(head, {.sequence = file.sequence, .digest = file.digest});
  }
  for (const std::string& path : skipped) log(LogLevel::warning, path, "not a file of this installation: not counted");
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
  SequenceHead head = newest_stored(at, *at.local, device, device_id);
  at.catalog.read([&](Session& session) {
    if (const auto known = sequence_head(session, device_id)) raise_to(head, *known);
  });
  if (head.sequence == 0) raise_to(head, newest_stored(at, *at.cloud, device, device_id));
  if (head.sequence == 0) return {};
  return {.sequence = head.sequence + 1, .prev_digest = head.digest};
}

}  // namespace coffre
