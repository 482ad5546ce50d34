// yaml-cpp's events -> YamlTree. Whatever could exhaust memory or stack is refused before yaml-cpp sees it (size,
// length of lines) or in the handler, which ends the parse at once (depth, number of values).

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "base/translate.h"
#include "config/yaml_tree.h"

namespace coffre {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// What ends the parse; thrown and caught in this file only, through yaml-cpp's frames.
struct Fault {
  std::size_t offset;
  std::string pointer;
  std::string text;
};

class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(std::string_view text) : text_(text) {}

  [[nodiscard]] YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    throw Fault{offset_of(mark), "", tr("a second document (`---`) starts here; a file holds one")};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    std::size_t offset = offset_of(mark);
    refuse_properties(offset, "?", anchor);
    if (expects_key()) throw Fault{offset, pointer(), tr("a key is missing here, or is null: put it in quotes")};
    // Of an empty value yaml-cpp gives the place of whatever comes next: its own key is what a person looks for.
    const bool written = text_.substr(offset).starts_with('~') || written_null(offset);
    if (!written && key_pending_) offset = key_offset_;
    add(offset, YamlType::null, {});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_properties(offset_of(mark), "?", std::max<YAML::anchor_t>(anchor, 1));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const std::size_t offset = offset_of(mark);
    refuse_properties(offset, tag, anchor);
    refuse_open_quotes(offset, tag);
    refuse_bad_escapes(offset, value);
    if (expects_key()) return take_key(offset, tag, value);
    if (tag == "!") return add(offset, YamlType::text, value);  // quoted, or a block scalar
    std::optional<YamlScalar> scalar = resolve_plain(value);
    if (!scalar)
      throw Fault{offset, next_pointer(),
                  tr("is no number that can be counted with; put it in quotes if it is a text")};
    const YamlType type = std::holds_alternative<std::monostate>(*scalar) ? YamlType::null
                          : std::holds_alternative<bool>(*scalar)         ? YamlType::boolean
                          : std::holds_alternative<std::int64_t>(*scalar) ? YamlType::integer
                          : std::holds_alternative<double>(*scalar)       ? YamlType::real
                                                                          : YamlType::text;
    add(offset, type, std::move(*scalar));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(offset_of(mark), tag, anchor, YamlType::list);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(offset_of(mark), tag, anchor, YamlType::map);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Open {
    YamlNode* node;
    std::unordered_map<std::string, std::size_t> keys;  // of a map: key -> offset
  };

  [[nodiscard]] std::size_t offset_of(const YAML::Mark& mark) const {
    return mark.pos < 0 ? 0 : std::min(static_cast<std::size_t>(mark.pos), text_.size());
  }

  [[nodiscard]] bool expects_key() const {
    return !open_.empty() && open_.back().node->type == YamlType::map && !key_pending_;
  }

  // Whether the word null itself stands there, as a value and not as the start of the next key.
  [[nodiscard]] bool written_null(std::size_t offset) const {
    if (to_lower_ascii(text_.substr(offset, 4)) != "null" || !key_pending_) return false;
    const std::string_view between = text_.substr(key_offset_, offset - key_offset_);
    return between.find('\n') == std::string_view::npos;
  }

  void refuse_properties(std::size_t offset, const std::string& tag, YAML::anchor_t anchor) const {
    const char first = offset < text_.size() ? text_[offset] : '\0';
    if (anchor != 0 || first == '&' || first == '*') {
      throw Fault{offset, next_pointer(),
                  tr("anchors and aliases (`&`, `*`) are refused: write the value out, or put it in quotes")};
    }
    if (first == '!' || (tag != "?" && tag != "!" && !tag.empty())) {
      throw Fault{offset, next_pointer(), tr("tags (`!`) are refused: write the value alone, or put it in quotes")};
    }
  }

  // yaml-cpp takes an opened quotation mark as closed by the end of the file (0.7, when the last line has a line end):
  // everything behind it would silently be part of one text.
  void refuse_open_quotes(std::size_t offset, const std::string& tag) const {
    const char quote = offset < text_.size() ? text_[offset] : '\0';
    if (tag != "!" || (quote != '"' && quote != '\'')) return;
    for (std::size_t i = offset + 1; i < text_.size(); ++i) {
      if (quote == '"' && text_[i] == '\\') {
        ++i;
      } else if (text_[i] == quote) {
        if (quote == '"' || i + 1 == text_.size() || text_[i + 1] != quote) return;
        ++i;  // '' inside single quotes
      }
    }
    throw Fault{offset, next_pointer(), tr("a quotation mark is opened and not closed")};
  }

  // yaml-cpp makes single bytes of `\N` and `\_` (0.7); and a NUL would cut the text in every C function behind us.
  void refuse_bad_escapes(std::size_t offset, const std::string& value) const {
    if (is_utf8(value) && value.find('\0') == std::string::npos) return;
    throw Fault{offset, next_pointer(), tr("an escape gives no usable character: write the character itself")};
  }

  void take_key(std::size_t offset, const std::string& tag, const std::string& key) {
    if (key == "<<" && tag == "?") throw Fault{offset, pointer(), tr("merging (`<<`) is refused: write the keys out")};
    const auto [known, fresh] = open_.back().keys.emplace(key, offset);
    if (!fresh) {
      const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(known->second), '\n');
      throw Fault{offset, pointer() + pointer_step(key),
                  fmt::format(fmt::runtime(tr("this key is already in line {}: one of the two has to go")), line)};
    }
    key_pending_ = true;
    key_ = key;
    key_offset_ = offset;
  }

  void open(std::size_t offset, const std::string& tag, YAML::anchor_t anchor, YamlType type) {
    refuse_properties(offset, tag, anchor);
    if (expects_key()) throw Fault{offset, pointer(), tr("a key has to be a word, not a list or a map")};
    if (open_.size() >= kMaxYamlDepth) {
      throw Fault{offset, "",
                  fmt::format(fmt::runtime(tr("maps and lists are nested deeper than {} levels")), kMaxYamlDepth)};
    }
    open_.push_back({&place(offset, type), {}});
  }

  void add(std::size_t offset, YamlType type, YamlScalar scalar) { place(offset, type).scalar = std::move(scalar); }

  // The new node, last in whatever is open. Pointers in open_ stay valid: only the innermost one's children grow.
  YamlNode& place(std::size_t offset, YamlType type) {
    if (++nodes_ > kMaxYamlNodes) {
      throw Fault{offset, "",
                  fmt::format(fmt::runtime(tr("more than {} values in one file: divide it")), kMaxYamlNodes)};
    }
    YamlNode& node = open_.empty() ? root_ : open_.back().node->children.emplace_back();
    node.type = type;
    node.value_offset = static_cast<std::uint32_t>(offset);
    node.key_offset = static_cast<std::uint32_t>(key_pending_ ? key_offset_ : offset);
    if (key_pending_) node.key = std::move(key_);
    key_pending_ = false;
    return node;
  }

  // The place of the innermost open map or list.
  [[nodiscard]] std::string pointer() const {
    std::string out;
    for (std::size_t i = 1; i < open_.size(); ++i) {
      const YamlNode& parent = *open_[i - 1].node;
      out += parent.type == YamlType::map ? pointer_step(open_[i].node->key)
                                          : "/" + std::to_string(parent.children.size() - 1);
    }
    return out;
  }
  [[nodiscard]] std::string next_pointer() const {
    if (key_pending_) return pointer() + pointer_step(key_);
    if (open_.empty() || open_.back().node->type == YamlType::map) return pointer();
    return pointer() + "/" + std::to_string(open_.back().node->children.size());
  }

  std::string_view text_;
  YamlNode root_;
  std::vector<Open> open_;
  std::size_t documents_ = 0;
  std::size_t nodes_ = 0;
  bool key_pending_ = false;
  std::string key_;
  std::size_t key_offset_ = 0;
};

const char* tab_text() {
  return tr("a tab in the indentation: use spaces");
}

// yaml-cpp's sentences are about its scanner; ours are about the file. The keys are texts of yaml-cpp/exceptions.h.
std::string in_our_words(const std::string& message) {
  const std::pair<std::string_view, const char*> words[] = {
      {YAML::ErrorMsg::END_OF_MAP, tr("the indentation does not fit the lines above")},
      {YAML::ErrorMsg::END_OF_SEQ, tr("the indentation does not fit the lines above")},
      {YAML::ErrorMsg::END_OF_MAP_FLOW, tr("a brace `{` is opened and not closed, or a comma is missing")},
      {YAML::ErrorMsg::END_OF_SEQ_FLOW, tr("a bracket `[` is opened and not closed, or a comma is missing")},
      {YAML::ErrorMsg::FLOW_END, tr("a bracket or brace is closed that was not opened")},
      {YAML::ErrorMsg::MAP_VALUE, tr("a `:` does not fit here: check the indentation, or put the text in quotes")},
      {YAML::ErrorMsg::MAP_KEY, tr("a key does not fit here: check the indentation")},
      {YAML::ErrorMsg::BLOCK_ENTRY, tr("a list entry (`- `) does not fit here: check the indentation")},
      {YAML::ErrorMsg::UNKNOWN_TOKEN,
       tr("a text cannot start with this character: put it in quotes, and indent with spaces")},
      {YAML::ErrorMsg::EOF_IN_SCALAR, tr("a quotation mark is opened and not closed")},
      {YAML::ErrorMsg::DOC_IN_SCALAR, tr("a quotation mark is opened and not closed before `---`")},
      {YAML::ErrorMsg::TAB_IN_INDENTATION, tab_text()},
      {YAML::ErrorMsg::INVALID_ESCAPE,
       tr("a backslash in double quotes starts an escape: write it twice, or use single quotes")},
      {YAML::ErrorMsg::INVALID_HEX,
       tr("a backslash in double quotes starts an escape: write it twice, or use single quotes")},
      {YAML::ErrorMsg::UNKNOWN_ANCHOR,
       tr("anchors and aliases (`&`, `*`) are refused: write the value out, or put it in quotes")},
      {YAML::ErrorMsg::CHAR_IN_ALIAS,
       tr("anchors and aliases (`&`, `*`) are refused: write the value out, or put it in quotes")},
      {YAML::ErrorMsg::ALIAS_NOT_FOUND,
       tr("anchors and aliases (`&`, `*`) are refused: write the value out, or put it in quotes")},
      {YAML::ErrorMsg::CHAR_IN_ANCHOR,
       tr("anchors and aliases (`&`, `*`) are refused: write the value out, or put it in quotes")},
      {YAML::ErrorMsg::ANCHOR_NOT_FOUND,
       tr("anchors and aliases (`&`, `*`) are refused: write the value out, or put it in quotes")},
  };
  for (const auto& [theirs, ours] : words) {
    if (message.starts_with(theirs)) return ours;
  }
  return fmt::format(fmt::runtime(tr("not readable as YAML ({})")), message);
}

// Length in bytes that the character starting with this byte should have.
std::size_t utf8_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// Whether the line holds something behind a tab at its start: yaml-cpp would join some such lines to the one above.
bool starts_with_tab(std::string_view text) {
  if (!text.starts_with('\t')) return false;
  const std::string_view content = trim(text.substr(0, text.find('\n')));
  return !content.empty() && !content.starts_with('#');
}

// What must not reach yaml-cpp: it would guess encodings, accept control characters, and keep whole lines as tokens.
void check_characters(std::string_view text) {
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text[i]);
    if (!is_utf8(text.substr(i, length))) throw Fault{i, "", tr("a character is not UTF-8: save the file as UTF-8")};
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool line_end = byte == '\n' || (byte == '\r' && text.substr(i, 2) == "\r\n");
    if ((byte < 0x20 && byte != '\t' && !line_end) || byte == 0x7F) {
      throw Fault{i, "",
                  fmt::format(fmt::runtime(tr("a control character (0x{:02x}) does not belong into the file")), byte)};
    }
    if (i - line_start > kMaxYamlLineBytes) {
      throw Fault{line_start, "", fmt::format(fmt::runtime(tr("the line is longer than {} bytes")), kMaxYamlLineBytes)};
    }
    i += length;
    if (byte == '\n') line_start = i;
    if (byte == '\n' && starts_with_tab(text.substr(i))) throw Fault{i, "", tab_text()};
  }
}

// An istream over memory, without the copy that a string stream makes.
class ViewBuffer final : public std::streambuf {
 public:
  explicit ViewBuffer(std::string& text) { setg(text.data(), text.data(), text.data() + text.size()); }
};

void set_parents(YamlNode& node) {
  for (YamlNode& child : node.children) {
    child.parent = &node;
    set_parents(child);  // at most kMaxYamlDepth deep
  }
}

void fill(YamlTree& tree) {
  if (tree.text.size() > kMaxYamlBytes) {
    throw Fault{
        0, "", fmt::format(fmt::runtime(tr("the file is larger than {} MiB: divide it")), kMaxYamlBytes / 1024 / 1024)};
  }
  check_characters(tree.text);
  Builder builder(tree.text);
  ViewBuffer buffer(tree.text);
  std::istream stream(&buffer);
  try {
    YAML::Parser parser(stream);
    tree.empty = !parser.HandleNextDocument(builder);
    while (parser.HandleNextDocument(builder)) continue;
  } catch (const YAML::Exception& error) {
    const std::size_t place = error.mark.is_null() ? 0 : static_cast<std::size_t>(std::max(error.mark.pos, 0));
    const std::size_t offset = std::min(place, tree.text.size());
    const std::size_t line_start = tree.text.rfind('\n', offset == 0 ? 0 : offset - 1) + 1;  // npos + 1 is 0
    const std::size_t content = std::min(tree.text.find_first_not_of(" \t", line_start), tree.text.size());
    const std::size_t tab = tree.text.find('\t', line_start);
    if (tab < content) throw Fault{tab, "", tab_text()};
    throw Fault{offset, "", in_our_words(error.msg)};
  }
  tree.root = builder.take_root();
}

}  // namespace

std::unique_ptr<const YamlTree> parse_yaml(std::string_view text, std::string file, std::vector<Finding>& findings) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  auto tree = std::make_unique<YamlTree>();
  tree->file = std::move(file);
  tree->text = text;
  tree->line_starts.push_back(0);
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    tree->line_starts.push_back(at + 1);
  }
  try {
    fill(*tree);
  } catch (Fault& fault) {
    findings.push_back({tree->file, tree->position_of(fault.offset), std::move(fault.pointer), std::move(fault.text)});
    return nullptr;
  }
  set_parents(tree->root);
  return tree;
}

}  // namespace coffre
