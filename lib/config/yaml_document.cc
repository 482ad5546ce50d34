#include "config/yaml_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <utility>

#include "base/text.h"
#include "base/translate.h"
#include "config/yaml_tree.h"

namespace coffre {
namespace {

[[noreturn]] void wrong_type() {
  throw Error(ErrorCode::internal, "reading a YAML value", "it was asked for as another type than it has");
}

template <typename T>
const T& as(const YamlNode& node) {
  const T* const value = std::get_if<T>(&node.scalar);
  if (value == nullptr) wrong_type();
  return *value;
}

// "~1" and "~0" of one step of a JSON pointer undone.
std::string unescaped(std::string_view step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i) {
    const bool escape = step[i] == '~' && i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1');
    out += !escape ? step[i] : step[i + 1] == '0' ? '~' : '/';
    if (escape) ++i;
  }
  return out;
}

const YamlNode* child_at(const YamlNode& node, std::string_view step) {
  if (node.type == YamlType::list) {
    std::size_t index = 0;
    const auto [stop, error] = std::from_chars(step.data(), step.data() + step.size(), index);
    const bool whole = error == std::errc() && stop == step.data() + step.size();
    return whole && index < node.children.size() ? &node.children[index] : nullptr;
  }
  const std::string key = unescaped(step);
  for (const YamlNode& child : node.children) {
    if (child.key == key) return &child;
  }
  return nullptr;
}

// The file's bytes, at most one more than allowed; Error as Document::read says.
std::string bytes_of(const std::filesystem::path& file) {
  const auto failed = [&](ErrorCode code, std::string why) {
    return Error(code, tr("reading the file"), std::move(why)).on(file.string());
  };
  const auto unreadable = [&](int error_number) {
    const bool lacks_rights = error_number == EACCES || error_number == EPERM;
    return failed(ErrorCode::io, lacks_rights
                                     ? fmt::format(fmt::runtime(tr("{}: check owner and rights of the file and its "
                                                                   "folders for the service's account")),
                                                   errno_text(error_number))
                                     : errno_text(error_number));
  };
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (status.type() == std::filesystem::file_type::not_found)
    throw failed(ErrorCode::not_found, tr("there is no such file"));
  if (error) throw unreadable(error.value());
  // A pipe or a device would block, or never end.
  if (!std::filesystem::is_regular_file(status)) throw failed(ErrorCode::io, tr("it is not a regular file"));
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw unreadable(errno);
  std::string text(kMaxYamlBytes + 4, '\0');  // 3 more for a byte order mark, 1 more to see that it is too large
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) throw failed(ErrorCode::io, errno_text(errno));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  text.shrink_to_fit();
  return text;
}

}  // namespace

Position YamlTree::position_of(std::size_t offset) const {
  const auto after = std::upper_bound(line_starts.begin(), line_starts.end(), offset);
  const std::size_t start = *(after - 1);
  const std::string_view before = std::string_view(text).substr(start, offset - start);
  const auto characters = std::count_if(before.begin(), before.end(),
                                        [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; });
  return {static_cast<std::size_t>(after - line_starts.begin()), static_cast<std::size_t>(characters) + 1};
}

YamlType YamlValue::type() const {
  return node_->type;
}
const std::string& YamlValue::text() const {
  return as<std::string>(*node_);
}
std::int64_t YamlValue::integer() const {
  return as<std::int64_t>(*node_);
}
bool YamlValue::boolean() const {
  return as<bool>(*node_);
}
double YamlValue::real() const {
  return type() == YamlType::integer ? static_cast<double>(integer()) : as<double>(*node_);
}

std::vector<YamlValue> YamlValue::items() const {
  std::vector<YamlValue> out;
  if (!is_list()) return out;
  for (const YamlNode& child : node_->children) out.push_back({child, *tree_});
  return out;
}

std::vector<YamlValue::Member> YamlValue::members() const {
  std::vector<Member> out;
  if (!is_map()) return out;
  for (const YamlNode& child : node_->children) out.push_back({child.key, {child, *tree_}});
  return out;
}

std::optional<YamlValue> YamlValue::find(std::string_view key) const {
  if (!is_map()) return std::nullopt;
  for (const YamlNode& child : node_->children) {
    if (child.key != key) continue;
    if (child.type == YamlType::null) return std::nullopt;
    return YamlValue(child, *tree_);
  }
  return std::nullopt;
}

Position YamlValue::at() const {
  return tree_->position_of(node_->value_offset);
}
Position YamlValue::key_at() const {
  return tree_->position_of(node_->key_offset);
}
const std::string& YamlValue::file() const {
  return tree_->file;
}

std::string YamlValue::pointer() const {
  std::string out;
  for (const YamlNode* node = node_; node->parent != nullptr; node = node->parent) {
    const YamlNode& parent = *node->parent;
    const std::string step =
        parent.type == YamlType::map ? pointer_step(node->key) : "/" + std::to_string(node - parent.children.data());
    out.insert(0, step);
  }
  return out;
}

Finding YamlValue::finding(std::string text) const {
  return {file(), at(), pointer(), std::move(text)};
}
Finding YamlValue::key_finding(std::string text) const {
  return {file(), key_at(), pointer(), std::move(text)};
}

Document::Document(std::unique_ptr<const YamlTree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

std::optional<Document> Document::parse(std::string_view text, std::string file, std::vector<Finding>& findings) {
  std::unique_ptr<const YamlTree> tree = parse_yaml(text, std::move(file), findings);
  if (tree == nullptr) return std::nullopt;
  return Document(std::move(tree));
}

Document Document::parse(std::string_view text, std::string file) {
  std::vector<Finding> findings;
  std::optional<Document> document = parse(text, std::move(file), findings);
  if (!document) throw error_of(tr("reading a YAML file"), findings);
  return std::move(*document);
}

Document Document::read(const std::filesystem::path& file) {
  return parse(bytes_of(file), file.string());
}

std::optional<Document> Document::read(const std::filesystem::path& file, std::vector<Finding>& findings) {
  std::string text;
  try {
    text = bytes_of(file);
  } catch (const Error& error) {
    findings.push_back({file.string(), {}, "", error.reason()});
    return std::nullopt;
  }
  return parse(text, file.string(), findings);
}

const std::string& Document::file() const {
  return tree_->file;
}
const std::string& Document::text() const {
  return tree_->text;
}
bool Document::empty() const {
  return tree_->root.type == YamlType::null;
}
YamlValue Document::root() const {
  return {tree_->root, *tree_};
}

YamlValue Document::nearest(std::string_view json_pointer) const {
  const YamlNode* node = &tree_->root;
  while (json_pointer.starts_with('/')) {
    json_pointer.remove_prefix(1);
    const std::string_view step = json_pointer.substr(0, json_pointer.find('/'));
    const YamlNode* const child = child_at(*node, step);
    if (child == nullptr) break;
    node = child;
    json_pointer.remove_prefix(step.size());
  }
  return {*node, *tree_};
}

Position Document::where(std::string_view json_pointer) const {
  return nearest(json_pointer).at();
}
Position Document::where_key(std::string_view json_pointer) const {
  return nearest(json_pointer).key_at();
}

}  // namespace coffre
