// The one file of the drivers that includes pugixml.
#include <pugixml.hpp>

#include "base/error.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/translate.h"
#include "base/xml_guard.h"
#include "drivers/content.h"

namespace coffre {
namespace {

[[noreturn]] void refuse(const char* why) {
  throw Error(ErrorCode::implausible, tr("reading an answer"), why);
}

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
  guard_xml(bytes, kMaxContentDepth);
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
