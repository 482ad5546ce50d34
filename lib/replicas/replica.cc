#include "replicas/replica.h"

#include <algorithm>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr std::size_t kBlock = std::size_t{256} * 1024;

}  // namespace

std::string_view to_string(ReplicaKind kind) {
  switch (kind) {
    case ReplicaKind::local:
      return "local";
    case ReplicaKind::directory:
      return "directory";
    case ReplicaKind::bucket:
      return "bucket";
  }
  return "directory";
}

Digest content_digest(const RandomReader& content) {
  Sha256 hash;
  const std::uint64_t size = content.size();
  Bytes block(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, size)));
  for (std::uint64_t offset = 0; offset < size;) {
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), size - offset));
    content.read_at(offset, ByteSpan(block).first(length));
    hash.update(ByteView(block).first(length));
    offset += length;
  }
  return hash.digest();
}

void Replica::open_others(std::string_view /*path*/, const Take& /*take*/) {}

std::string Replica::repair(std::string_view path, const RandomReader& content, const Digest& digest,
                            const PutOptions& options) {
  if (put_if_absent(path, content, digest, options) != PutResult::conflict_other_content) return {};
  throw cannot_keep_aside(properties().name, path);
}

Error cannot_keep_aside(std::string_view replica, std::string_view path) {
  Error error(ErrorCode::unsupported, tr("repairing a copy"),
              tr("another object has its name, and this place cannot keep that one beside the good one"),
              tr("Look at what lies there, keep it elsewhere, remove it by hand, then run: backupd run"));
  error.on(std::string(replica) + ": " + std::string(path));
  return error;
}

void require_permit(const FloorPermit& permit, std::string_view path, std::string_view replica) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (permit.name() == name && to_string(permit.replica()) == replica) return;
  throw Error(ErrorCode::internal, tr("removing a copy"), "the permit is for another one").on(path);
}

std::string companions_prefix(std::string_view path) {
  return std::string(path.substr(0, path.rfind('.') + 1));
}

}  // namespace coffre
