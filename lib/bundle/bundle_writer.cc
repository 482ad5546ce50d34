#include "bundle/bundle_writer.h"

#include <archive.h>
#include <archive_entry.h>

#include <exception>
#include <set>

#include "base/error.h"
#include "base/hash.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr int kPermissions = 0600;

[[noreturn]] void fail(std::string why) {
  throw Error(ErrorCode::internal, tr("writing the bundle"), std::move(why));
}

}  // namespace

struct BundleWriter::State final : ByteSink {
  ByteSink& out;
  Instant at;
  archive* zip = archive_write_new();
  std::exception_ptr sink_failure;  // carried around libarchive's C frames
  std::vector<Part> parts;
  std::set<std::string, std::less<>> names;
  bool part_open = false;
  bool finished = false;
  bool muted = false;
  Sha256 hash;

  State(ByteSink& sink, Instant instant) : out(sink), at(instant) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() override {
    // Freeing an open archive writes a directory, which would make an unfinished ZIP look whole: it goes nowhere.
    // (archive_write_fail() would prevent that too, and leak.)
    muted = true;
    archive_write_free(zip);
  }

  // What the sink throws is kept until libarchive has returned. libarchive is told that all went well, because an
  // archive in its fatal state is not freed whole.
  static la_ssize_t pass_on(archive* /*zip*/, void* self, const void* data, std::size_t size) noexcept {
    auto* state = static_cast<State*>(self);
    try {
      const bool wanted = !state->muted && !state->sink_failure;
      if (wanted) state->out.write(ByteView(static_cast<const std::uint8_t*>(data), size));
    } catch (...) {
      state->sink_failure = std::current_exception();
    }
    return static_cast<la_ssize_t>(size);
  }

  void require(int result) const {
    if (sink_failure) std::rethrow_exception(sink_failure);
    if (result == ARCHIVE_OK) return;
    const char* text = archive_error_string(zip);
    fail(text != nullptr ? text : "libarchive failed");
  }

  void start() {
    require(archive_write_set_format_zip(zip));
    require(archive_write_add_filter_none(zip));
    // 0: every write goes straight on, nothing is padded.
    require(archive_write_set_bytes_per_block(zip, 0));
    require(archive_write_open(zip, this, nullptr, &State::pass_on, nullptr));
  }

  void write_header(std::string_view name, Compression compression) {
    require(compression == Compression::store ? archive_write_zip_set_compression_store(zip)
                                              : archive_write_zip_set_compression_deflate(zip));
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(), &archive_entry_free);
    archive_entry_set_pathname(entry.get(), std::string(name).c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), kPermissions);
    archive_entry_set_mtime(entry.get(), static_cast<time_t>(to_unix(at)), 0);
    require(archive_write_header(zip, entry.get()));
  }

  void write_data(ByteView bytes) {
    if (bytes.empty()) return;
    const la_ssize_t written = archive_write_data(zip, bytes.data(), bytes.size());
    require(written == static_cast<la_ssize_t>(bytes.size()) ? ARCHIVE_OK : ARCHIVE_FATAL);
  }

  void write(ByteView bytes) override {
    if (!part_open) fail(tr("no part is open"));
    write_data(bytes);
    hash.update(bytes);
    parts.back().size += bytes.size();
  }
};

BundleWriter::BundleWriter(ByteSink& out, Instant at) : state_(std::make_unique<State>(out, at)) {
  state_->start();
}
BundleWriter::~BundleWriter() = default;

ByteSink& BundleWriter::begin_part(PartRole role, std::string_view name, std::string_view media_type,
                                   Compression compression) {
  if (state_->finished) fail(tr("it is finished already"));
  if (state_->part_open) fail(tr("the part before is still open"));
  if (!is_part_name(name)) fail(tr("bad part name"));
  if (name.starts_with("restore/") != (role == PartRole::restore)) fail(tr("the part's folder is not its role"));
  if (!state_->names.emplace(name).second) fail(tr("a part of this name is there already"));
  state_->write_header(name, compression);
  state_->parts.push_back(Part{std::string(name), role, std::string(media_type), 0, {}});
  state_->hash = Sha256();
  state_->part_open = true;
  return *state_;
}

bool BundleWriter::has_open_part() const {
  return state_->part_open;
}

Part BundleWriter::end_part() {
  if (!state_->part_open) fail(tr("no part is open"));
  state_->require(archive_write_finish_entry(state_->zip));
  state_->part_open = false;
  state_->parts.back().sha256 = state_->hash.digest();
  return state_->parts.back();
}

const std::vector<Part>& BundleWriter::parts() const {
  return state_->parts;
}

void BundleWriter::finish(Manifest manifest) {
  if (state_->finished) fail(tr("it is finished already"));
  if (state_->part_open) fail(tr("the last part is still open"));
  manifest.parts = state_->parts;
  const ClearBytes json = format_manifest(manifest);
  state_->write_header(kManifestName, Compression::store);
  state_->write_data(json);
  state_->require(archive_write_close(state_->zip));
  state_->finished = true;
}

}  // namespace coffre
