#include "service/places/stored_file.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "vault/category.h"
#include "vault/header_region.h"

namespace coffre {

StoredFile read_stored_file(const RandomReader& file, std::string_view path, const SignerList& signers,
                            std::span<const Identity> identities) {
  const std::uint64_t size = file.size();
  Bytes beginning(static_cast<std::size_t>(std::min<std::uint64_t>(size, kHeaderReadSize)));
  file.read_at(0, beginning);
  const HeaderReading reading = read_header_region(beginning, signers, identities);
  std::array<std::uint8_t, kTailSize> tail{};
  if (size < tail.size()) throw Error(ErrorCode::damaged, "reading the end of a file", "it is too short");
  if (size == beginning.size()) {
    std::copy_n(beginning.end() - kTailSize, kTailSize, tail.begin());  // a short file: it is all there
  } else {
    file.read_at(size - tail.size(), tail);
  }

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

// It says something about that file alone: another may be ours, and a volume that cannot be read is not meant.
bool is_about_the_file(const Error& error) {
  return error.code() == ErrorCode::damaged || error.code() == ErrorCode::rule || error.code() == ErrorCode::no_key;
}

}  // namespace

std::optional<StoredFile> read_stored_object(const Installation& at, Replica& replica, const std::string& path) {
  const auto first = replica.open(path);
  if (!first) return std::nullopt;
  try {
    return read_of_any_signer(at, *first, path);
  } catch (const Error& error) {
    if (!is_about_the_file(error)) throw;
    std::optional<StoredFile> found;
    replica.open_others(path, [&](const std::unique_ptr<RandomReader>& other) {
      try {
        found = read_of_any_signer(at, *other, path);
      } catch (const Error& another) {
        if (!is_about_the_file(another)) throw;
      }
      return found.has_value();
    });
    if (!found) throw;
    return found;
  }
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
      if (auto file = read_stored_object(at, replica, path)) files.push_back(std::move(*file));
    } catch (const Error& error) {
      // A file that is not ours must not stop the device's backups; an unreadable volume must.
      if (!is_about_the_file(error)) throw;
      skipped.push_back(path);
    }
  }
  return files;
}

}  // namespace coffre
