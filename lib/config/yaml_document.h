// One YAML file as people write it, as a tree of JSON values that knows where each came from.
//
// The language is YAML 1.2 with its core schema, and less: a quoted scalar (also a block scalar) is always a text;
// plain scalars are null (`~`, `null`, nothing), true/false, integers, decimal numbers, otherwise text. So `no`, `yes`,
// `on` and `01:00` are texts; a number with leading zeros, or too large for 64 bits, stays text too. Keys are always
// texts. Refused, with the place: two equal keys in a map, anchors and aliases, tags, more than one document, keys that
// are not scalars, control characters, NUL, what is not UTF-8, .inf/.nan, and whatever exceeds the limits below.
//
// Threads: a Document is immutable; Values may be read by many threads while it lives. Memory: at most about ten times
// the file. Errors: Error(usage) "FILE:LINE:COLUMN: why"; Error(not_found/io) when a file cannot be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/finding.h"

namespace coffre {

inline constexpr std::size_t kMaxYamlBytes = std::size_t{8} * 1024 * 1024;
inline constexpr std::size_t kMaxYamlDepth = 64;       // maps and lists inside each other
inline constexpr std::size_t kMaxYamlNodes = 200'000;  // 5 000 devices need a quarter of this
inline constexpr std::size_t kMaxYamlLineBytes =
    std::size_t{64} * 1024;  // yaml-cpp keeps 240 bytes a token of one line (measured)

enum class YamlType { null, boolean, integer, real, text, list, map };

struct YamlNode;  // inside
struct YamlTree;

// A value of a Document and everything below it. Cheap to copy; valid as long as its Document, also
// when that is moved.
class YamlValue {
 public:
  struct Member;

  [[nodiscard]] YamlType type() const;
  [[nodiscard]] bool is_text() const { return type() == YamlType::text; }
  [[nodiscard]] bool is_map() const { return type() == YamlType::map; }
  [[nodiscard]] bool is_list() const { return type() == YamlType::list; }

  // Each is only for its own type: another type is our mistake, Error(internal). A schema was checked before.
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] std::int64_t integer() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] double real() const;  // also of an integer

  // The entries of a list / of a map in the file's order; empty for every other type (also for null).
  [[nodiscard]] std::vector<YamlValue> items() const;
  [[nodiscard]] std::vector<Member> members() const;
  // The value of that key; nullopt when this is no map, when the key is absent, or when its value is null.
  [[nodiscard]] std::optional<YamlValue> find(std::string_view key) const;

  [[nodiscard]] Position at() const;      // where the value starts
  [[nodiscard]] Position key_at() const;  // where its key starts; for list entries and the root as at()
  [[nodiscard]] std::string pointer() const;
  [[nodiscard]] const std::string& file() const;
  [[nodiscard]] Finding finding(std::string text) const;      // at the value
  [[nodiscard]] Finding key_finding(std::string text) const;  // at its key

 private:
  friend class Document;
  YamlValue(const YamlNode& node, const YamlTree& tree) : node_(&node), tree_(&tree) {}
  const YamlNode* node_;
  const YamlTree* tree_;
};

struct YamlValue::Member {
  std::string name;
  YamlValue value;
};

class Document {
 public:
  // `file` is only the name in messages. Throws as said above.
  static Document parse(std::string_view text, std::string file);
  static Document read(const std::filesystem::path& file);
  // As read, but what is wrong inside the file becomes a finding and nullopt; a file that cannot be read, too.
  static std::optional<Document> read(const std::filesystem::path& file, std::vector<Finding>& findings);
  static std::optional<Document> parse(std::string_view text, std::string file, std::vector<Finding>& findings);

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  [[nodiscard]] const std::string& file() const;
  [[nodiscard]] const std::string& text() const;  // as read, without a byte order mark
  [[nodiscard]] bool empty() const;               // nothing but blanks and comments
  [[nodiscard]] YamlValue root() const;           // null for an empty document

  // The whole as JSON text (RFC 8259), keys in the file's order, no white space.
  [[nodiscard]] std::string json() const;

  // Where the value / the key of that JSON pointer stands; of the nearest ancestor when there is no such value.
  [[nodiscard]] Position where(std::string_view json_pointer) const;
  [[nodiscard]] Position where_key(std::string_view json_pointer) const;

 private:
  explicit Document(std::unique_ptr<const YamlTree> tree);
  [[nodiscard]] YamlValue nearest(std::string_view json_pointer) const;
  std::unique_ptr<const YamlTree> tree_;
};

// The text as one YAML scalar that this reader gives back as exactly that text: plain where that is safe, otherwise in
// double quotes. A text with NUL or invalid UTF-8 gives a scalar that this reader refuses.
std::string yaml_scalar(std::string_view text);

}  // namespace coffre
