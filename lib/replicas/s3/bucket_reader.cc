#include "replicas/s3/bucket_reader.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr std::uint64_t kFirstAhead = std::uint64_t{256} * 1024;
constexpr std::uint64_t kMostAhead = std::uint64_t{4} * 1024 * 1024;

}  // namespace

BucketReader::BucketReader(std::shared_ptr<const S3Client> client, Retry retry, Object object)
    : client_(std::move(client)), retry_(retry), object_(std::move(object)) {}

void BucketReader::fetch(std::uint64_t offset, ByteSpan out) const {
  try {
    retry_.run([&] { client_->read(object_.key, object_.version, object_.size, offset, out); });
  } catch (Error& error) {
    error.on(object_.key);
    throw;
  }
}

void BucketReader::begin() {
  Bytes first(static_cast<std::size_t>(std::min(kFirstAhead, object_.size)));
  fetch(0, first);
  window_ = std::move(first);
  window_start_ = 0;
  ahead_ = kFirstAhead;
}

void BucketReader::read_at(std::uint64_t offset, ByteSpan out) const {
  if (out.empty()) return;
  if (offset > object_.size || out.size() > object_.size - offset) {
    throw Error(ErrorCode::damaged, tr("reading from a bucket"), tr("the object ends earlier")).on(object_.key);
  }
  const bool in_sequence = offset == next_ && offset > 0;
  next_ = offset + out.size();
  // What the window holds of it comes first.
  if (offset >= window_start_ && offset - window_start_ < window_.size()) {
    const auto from = static_cast<std::size_t>(offset - window_start_);
    const std::size_t length = std::min(out.size(), window_.size() - from);
    std::copy_n(window_.begin() + static_cast<std::ptrdiff_t>(from), length, out.begin());
    offset += length;
    out = out.subspan(length);
  }
  if (out.empty()) return;
  ahead_ = in_sequence ? std::clamp(2 * ahead_, kFirstAhead, kMostAhead) : 0;
  if (ahead_ <= out.size()) return fetch(offset, out);
  Bytes fresh(static_cast<std::size_t>(std::min(ahead_, object_.size - offset)));
  fetch(offset, fresh);
  window_ = std::move(fresh);
  window_start_ = offset;
  std::copy_n(window_.begin(), out.size(), out.begin());
}

}  // namespace coffre
