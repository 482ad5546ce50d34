// Writes a bundle (a ZIP, design.md section 8) as a stream: nothing is buffered beyond libarchive's block, sizes need
// not be known before. Entries are stored; a part may ask for deflate.
//
// Threads: one. Errors: whatever the sink throws passes through unchanged; Error(internal) for libarchive and for calls
// out of order. A writer that dies before finish() leaves a ZIP that readers refuse (no manifest).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/stream.h"
#include "bundle/manifest.h"

namespace coffre {

enum class Compression { store, deflate };

class BundleWriter {
 public:
  // `out` must outlive the writer. `at` is the time stamp of every entry (ZIP has no zone: UTC is written).
  BundleWriter(ByteSink& out, Instant at);
  ~BundleWriter();
  BundleWriter(const BundleWriter&) = delete;
  BundleWriter& operator=(const BundleWriter&) = delete;

  // Starts a part; the sink is valid until end_part(). Error(internal) on a bad name, a name used before, or an open
  // part.
  ByteSink& begin_part(PartRole role, std::string_view name, std::string_view media_type, Compression compression);
  // Whether a part was begun and not ended: after a throw in between, end_part() still closes it.
  [[nodiscard]] bool has_open_part() const;
  // Ends it and says its size and hash.
  Part end_part();

  [[nodiscard]] const std::vector<Part>& parts() const;

  // Writes manifest.json (with `parts` replaced by what was really written) and the ZIP's directory. Once.
  void finish(Manifest manifest);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace coffre
