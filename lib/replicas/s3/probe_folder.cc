#include "replicas/s3/probe_folder.h"

#include <array>

#include "base/error.h"

namespace coffre {
namespace {

constexpr std::string_view kAllProbes = "_coffre/probe/";
constexpr std::size_t kMostPages = 20;  // of what one call tidies up

std::string new_folder(Random& random) {
  std::array<std::uint8_t, 8> id{};
  random.fill(id);
  return std::string(kAllProbes) + to_hex(ByteView(id)) + "/";
}

}  // namespace

ProbeFolder::ProbeFolder(const StoreProbe& probe) : probe_(probe), folder_(new_folder(probe.random)) {}

std::optional<S3Stored> ProbeFolder::put(std::string_view name, std::string_view content, const Extras& extras) const {
  const MemoryReader reader(as_bytes(content));
  const UploadDigests digests = upload_digests(reader);
  return probe_.writer.put({.key = key(name),
                            .content = reader,
                            .digests = digests,
                            .metadata = extras.metadata,
                            .lock = extras.lock,
                            .only_if_absent = extras.only_if_absent});
}

void ProbeFolder::remove(const std::string& name, const std::string& version) const {
  const S3Client& remover = probe_.deleter != nullptr ? *probe_.deleter : probe_.writer;
  remover.remove(key(name), version);
}

void ProbeFolder::clear() const {
  remove_below(folder_, std::nullopt);
}

std::size_t ProbeFolder::remove_old(Instant store_time) const {
  return remove_below(std::string(kAllProbes), store_time - probe_.lock_time);
}

std::size_t ProbeFolder::remove_below(const std::string& prefix, std::optional<Instant> before) const {
  const S3Client& remover = probe_.deleter != nullptr ? *probe_.deleter : probe_.writer;
  std::size_t left = 0;
  S3Page page;
  for (std::size_t pages = 0; pages < kMostPages; ++pages) {
    page = probe_.writer.versions(prefix, page.next_key, page.next_version);
    for (const S3Entry& entry : page.entries) {
      if (!entry.key.starts_with(prefix)) continue;  // the store's listing decides nothing about foreign objects
      if (before && entry.modified > *before) continue;
      try {
        remover.remove(entry.key, entry.version);
      } catch (const Error& error) {
        if (error.code() != ErrorCode::refused) throw;
        ++left;
      }
    }
    if (!page.truncated) break;
  }
  return left;
}

}  // namespace coffre
