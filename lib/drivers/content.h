// Answers of devices, parsed with limits: XML, JSON, and "key=value" lines.
//
// The bytes come from a device that may be hostile: size, depth (found before parsing, without recursion), DOCTYPE and
// entities are bounded or refused. Names in XML are without their prefixes, because those differ by generation.
// Threads: a Content belongs to one thread. Memory: about 11 times the input for XML, 5 times for JSON.
// Errors: Error(implausible) for bytes that are not of the format. Source of the limits: security-design.md section 3.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "drivers/definition.h"

namespace coffre {

inline constexpr std::size_t kMaxXmlBytes = 8U * 1024 * 1024;
inline constexpr std::size_t kMaxJsonBytes = 32U * 1024 * 1024;
inline constexpr std::size_t kMaxTextBytes = 8U * 1024 * 1024;
inline constexpr std::size_t kMaxContentDepth = 64;

class Content {
 public:
  virtual ~Content() = default;
  // Local name of the XML root; "" for the other formats.
  [[nodiscard]] virtual std::string root() const = 0;
  [[nodiscard]] virtual bool present(const std::string& path) const = 0;
  // The text there: of the first node; a JSON number or boolean as JSON writes it. nullopt when absent or null, or no
  // single value.
  [[nodiscard]] virtual std::optional<std::string> text_at(const std::string& path) const = 0;
  // How many: XML nodes that the path selects, elements of the JSON array or object there, lines whose key matches the
  // pattern. nullopt only for JSON when there is no array or object.
  [[nodiscard]] virtual std::optional<std::int64_t> count_at(const std::string& path) const = 0;
};

// `format` is xml, json or text.
std::unique_ptr<Content> parse_content(Format format, ByteView bytes);
// How much of that format may be held in memory.
std::size_t max_content_bytes(Format format);
// What is wrong with a path of that format; "" when nothing is.
std::string path_problem(Format format, const std::string& path);

// One each, in their own files: the parsers stay behind one .cc.
std::unique_ptr<Content> parse_xml(ByteView bytes);
std::unique_ptr<Content> parse_json(ByteView bytes);
std::string xpath_problem(const std::string& path);
std::string json_pointer_problem(const std::string& path);

}  // namespace coffre
