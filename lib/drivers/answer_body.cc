#include "drivers/answer_body.h"

#include <cstdint>
#include <utility>

namespace coffre {

AnswerBody::AnswerBody(std::size_t max_kept, std::function<ByteSink&()> open)
    : max_kept_(open ? SIZE_MAX : max_kept), open_(std::move(open)) {}

void AnswerBody::write(ByteView bytes) {
  const std::size_t held = window_.head().size();
  window_.add(bytes);
  if (!open_) {
    // Beyond the limit only the size still matters: the status decides what is said about it.
    if (!too_large()) kept_.insert(kept_.end(), bytes.begin(), bytes.end());
    return;
  }
  if (window_.size() <= kHeadBytes) return;
  if (out_ == nullptr) {
    out_ = &open_();
    out_->write(window_.head().first(held));
  }
  out_->write(bytes);
}

void AnswerBody::commit() {
  if (!open_ || out_ != nullptr) return;
  out_ = &open_();
  out_->write(window_.head());
}

}  // namespace coffre
