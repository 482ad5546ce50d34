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

void require_permit(const FloorPermit& permit, std::string_view path, std::string_view replica) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (permit.name() == name && to_string(permit.replica()) == replica) return;
  throw Error(ErrorCode::internal, tr("removing a copy"), "the permit is for another one").on(path);
}

std::string companions_prefix(std::string_view path) {
  return std::string(path.substr(0, path.rfind('.') + 1));
}

}  // namespace coffre
