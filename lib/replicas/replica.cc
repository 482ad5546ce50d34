#include "replicas/replica.h"

#include <algorithm>

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

}  // namespace coffre
