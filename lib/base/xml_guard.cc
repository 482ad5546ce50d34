#include "base/xml_guard.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

[[noreturn]] void refuse(const char* why) {
  throw Error(ErrorCode::implausible, tr("reading an answer"), why);
}

// Counts depth over the bytes alone: pugixml frees its tree recursively, so a deep one must never be built.
class DepthScan {
 public:
  DepthScan(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  void run() {
    while (at_ < text_.size()) {
      const auto open = text_.find('<', at_);
      if (open == std::string_view::npos) break;
      at_ = open;
      step();
    }
  }

 private:
  [[nodiscard]] bool here(std::string_view word) const { return text_.substr(at_).starts_with(word); }

  void skip_past(std::string_view end) {
    const auto found = text_.find(end, at_);
    at_ = found == std::string_view::npos ? text_.size() : found + end.size();
  }

  void step() {
    if (here("<!--")) return skip_past("-->");
    if (here("<![CDATA[")) return skip_past("]]>");
    if (here("<!")) refuse(tr("its XML brings a document type of its own"));
    if (here("<?")) return skip_past("?>");
    const bool closing = here("</");
    const bool empty = tag();
    if (closing && depth_ > 0) --depth_;
    if (closing || empty) return;
    if (++depth_ > max_depth_) refuse(tr("its XML is nested too deeply"));
  }

  // Moves past the tag; whether it closes itself. ">" inside quotes is text.
  bool tag() {
    char quote = 0;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (quote != 0) {
        if (c == quote) quote = 0;
        continue;
      }
      if (c == '"' || c == '\'') quote = c;
      if (c != '>') continue;
      const bool empty = text_[at_ - 1] == '/';
      ++at_;
      return empty;
    }
    return true;
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

void guard_xml(ByteView bytes, std::size_t max_depth) {
  if (std::find(bytes.begin(), bytes.end(), std::uint8_t{0}) != bytes.end()) refuse(tr("its XML holds NUL bytes"));
  DepthScan(as_text(bytes), max_depth).run();
}

}  // namespace coffre
