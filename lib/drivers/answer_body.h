// Takes the body of one answer while its status is not known yet.
//
// An answer that will be parsed is kept in memory up to its format's limit. Any other is streamed on: `open` is called
// when the first 64 KiB are over, or by commit(); what a device says instead of a file is shorter than that, so an
// error page does not become a part. Threads: one.
#pragma once

#include <functional>

#include "drivers/body_check.h"

namespace coffre {

class AnswerBody final : public ByteSink {
 public:
  // Without `open` the bytes stay here.
  explicit AnswerBody(std::size_t max_kept, std::function<ByteSink&()> open = {});

  void write(ByteView bytes) override;
  // The answer is what was asked for: hands over what is still held.
  void commit();

  [[nodiscard]] const BodyWindow& window() const { return window_; }
  // Everything, when there was no `open`; unspecified when too_large().
  [[nodiscard]] ByteView kept() const { return kept_; }
  [[nodiscard]] bool too_large() const { return window_.size() > max_kept_; }

 private:
  std::size_t max_kept_;
  std::function<ByteSink&()> open_;
  ByteSink* out_ = nullptr;
  BodyWindow window_;
  ClearBytes kept_;
};

}  // namespace coffre
