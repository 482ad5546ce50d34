#include "bundle/bundle_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <memory>
#include <set>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/translate.h"
#include "bundle/zip_directory.h"

namespace coffre {
namespace {

constexpr std::size_t kBlockBytes = 64 * 1024;
// How far behind the last block libarchive may still be when it stops at the directory; it looks 4 bytes ahead.
constexpr std::size_t kHistoryBytes = 64;

[[noreturn]] void refuse(std::string why) {
  throw Error(ErrorCode::damaged, tr("reading the bundle"), std::move(why));
}

// Hands the source to libarchive block by block, and afterwards gives what libarchive did not consume.
class Feed final : public ByteSource {
 public:
  explicit Feed(ByteSource& source) : source_(source), buffer_(kHistoryBytes + kBlockBytes) {}

  static la_ssize_t next(archive* zip, void* self, const void** block) noexcept {
    auto* feed = static_cast<Feed*>(self);
    try {
      const ByteView bytes = feed->next_block();
      *block = bytes.data();
      return static_cast<la_ssize_t>(bytes.size());
    } catch (...) {
      feed->failure_ = std::current_exception();
      archive_set_error(zip, EIO, "the source failed");
      return -1;
    }
  }

  void rethrow_failure() const {
    if (failure_) std::rethrow_exception(failure_);
  }

  void go_back_to(std::uint64_t position) {
    if (position > total_ || total_ - position > filled_) refuse(tr("the ZIP directory cannot be found"));
    unread_ = filled_ - static_cast<std::size_t>(total_ - position);
  }

  std::size_t read(ByteSpan out) override {
    if (unread_ == filled_) return source_.read(out);
    const std::size_t size = std::min(out.size(), filled_ - unread_);
    std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(unread_), size, out.begin());
    unread_ += size;
    return size;
  }

 private:
  ByteView next_block() {
    const std::size_t kept = std::min(filled_, kHistoryBytes);
    const auto end = buffer_.begin() + static_cast<std::ptrdiff_t>(filled_);
    std::copy(end - static_cast<std::ptrdiff_t>(kept), end, buffer_.begin());
    const std::size_t got = source_.read(ByteSpan(buffer_).subspan(kept, kBlockBytes));
    filled_ = kept + got;
    total_ += got;
    return ByteView(buffer_).subspan(kept, got);
  }

  ByteSource& source_;
  ClearBytes buffer_;
  std::size_t filled_ = 0;   // history and newest block
  std::size_t unread_ = 0;   // of them, for read()
  std::uint64_t total_ = 0;  // bytes taken from the source by libarchive
  std::exception_ptr failure_;
};

class Reading {
 public:
  Reading(ByteSource& source, PartVisitor& visitor, const BundleLimits& limits)
      : feed_(source), visitor_(visitor), limits_(limits), zip_(archive_read_new(), &archive_read_free) {
    require(archive_read_support_format_zip_streamable(zip_.get()));
    require(archive_read_open(zip_.get(), &feed_, nullptr, &Feed::next, nullptr));
  }

  Manifest run() {
    archive_entry* entry = nullptr;
    while (next_entry(entry)) take_entry(entry);
    if (!manifest_seen_) refuse(tr("it holds no manifest"));
    feed_.go_back_to(static_cast<std::uint64_t>(archive_filter_bytes(zip_.get(), 0)));
    check_zip_directory(feed_, static_cast<std::uint64_t>(archive_filter_bytes(zip_.get(), 0)), entries_);
    Manifest manifest = parse_manifest(manifest_bytes_);
    compare(manifest.parts);
    return manifest;
  }

 private:
  void require(int result) {
    if (result == ARCHIVE_OK) return;
    feed_.rethrow_failure();
    const char* text = archive_error_string(zip_.get());
    refuse(fmt::format(fmt::runtime(tr("not a whole ZIP ({})")), printable(text != nullptr ? text : "no entry")));
  }

  bool next_entry(archive_entry*& entry) {
    const int result = archive_read_next_header(zip_.get(), &entry);
    if (result == ARCHIVE_EOF) return false;
    require(result);
    return true;
  }

  void take_entry(archive_entry* entry) {
    if (manifest_seen_) refuse(tr("an entry follows the manifest"));
    const char* raw_name = archive_entry_pathname(entry);
    const std::string name = raw_name != nullptr ? raw_name : "";
    const bool is_manifest = name == kManifestName;
    if (!is_manifest && !is_part_name(name)) {
      refuse(fmt::format(fmt::runtime(tr("bad entry name \"{}\"")), printable(name)));
    }
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_symlink(entry) != nullptr ||
        archive_entry_hardlink(entry) != nullptr) {
      refuse(fmt::format(fmt::runtime(tr("\"{}\" is not a file")), name));
    }
    if (archive_entry_is_encrypted(entry) != 0) refuse(fmt::format(fmt::runtime(tr("\"{}\" is encrypted")), name));
    if (!names_.insert(name).second) refuse(fmt::format(fmt::runtime(tr("\"{}\" is there twice")), name));
    if (names_.size() > kMaxParts + 1) refuse(tr("it holds too many parts"));

    entries_.push_back({name, static_cast<std::uint64_t>(archive_read_header_position(zip_.get())), 0});
    manifest_seen_ = is_manifest;
    if (is_manifest) {
      entries_.back().size = stream(name, kMaxManifestBytes, [this](ByteView bytes) {
        manifest_bytes_.insert(manifest_bytes_.end(), bytes.begin(), bytes.end());
      });
      return;
    }
    take_part(name);
  }

  void take_part(const std::string& name) {
    Part part{name, name.starts_with("restore/") ? PartRole::restore : PartRole::inspect, "", 0, {}};
    Sha256 hash;
    visitor_.begin(part.name, part.role);
    part.size = stream(name, limits_.max_part_bytes, [this, &hash](ByteView bytes) {
      hash.update(bytes);
      visitor_.data(bytes);
    });
    visitor_.end();
    part.sha256 = hash.digest();
    entries_.back().size = part.size;
    parts_.push_back(std::move(part));
  }

  // The data of the current entry, block by block; its size.
  template <typename Take>
  std::uint64_t stream(const std::string& name, std::uint64_t limit, const Take& take) {
    std::uint64_t size = 0;
    for (;;) {
      const void* block = nullptr;
      std::size_t length = 0;
      la_int64_t offset = 0;
      const int result = archive_read_data_block(zip_.get(), &block, &length, &offset);
      if (result == ARCHIVE_EOF) return size;
      require(result);
      if (length == 0) continue;
      if (static_cast<std::uint64_t>(offset) != size) refuse(fmt::format(fmt::runtime(tr("\"{}\" has a hole")), name));
      size += length;
      total_ += length;
      if (size > limit || total_ > limits_.max_total_bytes) {
        refuse(fmt::format(fmt::runtime(tr("\"{}\" is larger than allowed")), name));
      }
      take(ByteView(static_cast<const std::uint8_t*>(block), length));
    }
  }

  void compare(const std::vector<Part>& listed) const {
    if (listed.size() != parts_.size()) refuse(tr("the manifest lists another number of parts"));
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const Part& found = parts_[i];
      if (listed[i].name != found.name) {
        refuse(fmt::format(fmt::runtime(tr("the manifest does not list \"{}\" there")), found.name));
      }
      if (listed[i].size != found.size || listed[i].sha256 != found.sha256) {
        refuse(fmt::format(fmt::runtime(tr("\"{}\" is not what the manifest says")), found.name));
      }
    }
  }

  Feed feed_;
  PartVisitor& visitor_;
  const BundleLimits& limits_;
  std::unique_ptr<archive, decltype(&archive_read_free)> zip_;
  std::vector<ZipEntry> entries_;
  std::set<std::string> names_;
  std::vector<Part> parts_;
  ClearBytes manifest_bytes_;
  bool manifest_seen_ = false;
  std::uint64_t total_ = 0;
};

}  // namespace

Manifest read_bundle(ByteSource& zip, PartVisitor& visitor, const BundleLimits& limits) {
  return Reading(zip, visitor, limits).run();
}

}  // namespace coffre
