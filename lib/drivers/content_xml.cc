// The one file of the project that includes pugixml.
#include <pugixml.hpp>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/translate.h"
#include "drivers/content.h"

namespace coffre {
namespace {

[[noreturn]] void refuse(const char* why) {
  throw Error(ErrorCode::implausible, tr("reading an answer"), why);
}

// Counts depth over the bytes alone: pugixml frees its tree recursively, so a deep one must never be built.
class DepthScan {
 public:
  explicit DepthScan(std::string_view text) : text_(text) {}

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
    if (++depth_ > kMaxContentDepth) refuse(tr("its XML is nested too deeply"));
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
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

void drop_prefix(pugi::xml_node node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  if (colon != std::string_view::npos) node.set_name(std::string(name.substr(colon + 1)).c_str());
}

class XmlContent final : public Content {
 public:
  explicit XmlContent(ByteView bytes) : buffer_(bytes.begin(), bytes.end()) {
    const auto parsed =
        document_.load_buffer_inplace(buffer_.data(), buffer_.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed || !document_.document_element()) refuse(tr("it is not well-formed XML"));
    pugi::xml_node node = document_.document_element();
    while (node) {
      drop_prefix(node);
      node = next(node);
    }
  }

  [[nodiscard]] std::string root() const override { return document_.document_element().name(); }
  [[nodiscard]] bool present(const std::string& path) const override { return !select(path).empty(); }

  [[nodiscard]] std::optional<std::string> text_at(const std::string& path) const override {
    const pugi::xpath_node_set nodes = select(path);
    if (nodes.empty()) return std::nullopt;
    const pugi::xpath_node first = nodes.first();
    if (first.attribute()) return std::string(first.attribute().value());
    return std::string(trim(first.node().child_value()));
  }

  [[nodiscard]] std::optional<std::int64_t> count_at(const std::string& path) const override {
    return static_cast<std::int64_t>(select(path).size());
  }

 private:
  // Document order without recursion.
  static pugi::xml_node next(pugi::xml_node node) {
    if (node.first_child()) return node.first_child();
    while (node && !node.next_sibling()) node = node.parent();
    return node ? node.next_sibling() : node;
  }

  [[nodiscard]] pugi::xpath_node_set select(const std::string& path) const {
    try {
      return document_.select_nodes(path.c_str());
    } catch (const pugi::xpath_exception& e) {
      throw Error(ErrorCode::internal, tr("evaluating an XPath"), e.what());
    }
  }

  ClearBytes buffer_;
  pugi::xml_document document_;
};

}  // namespace

std::unique_ptr<Content> parse_xml(ByteView bytes) {
  // Other encodings would hide what the scan looks for; NUL also ends pugixml's texts early.
  if (std::find(bytes.begin(), bytes.end(), std::uint8_t{0}) != bytes.end()) refuse(tr("its XML holds NUL bytes"));
  DepthScan(as_text(bytes)).run();
  return std::make_unique<XmlContent>(bytes);
}

std::string xpath_problem(const std::string& path) {
  try {
    const pugi::xpath_query query(path.c_str());
    return query.return_type() == pugi::xpath_type_node_set ? std::string() : tr("an XPath that selects no nodes");
  } catch (const pugi::xpath_exception& e) {
    return e.what();
  }
}

}  // namespace coffre
