#include "config/yaml_lines.h"

#include "base/text.h"

namespace coffre {

YamlLines::YamlLines(std::string_view text) {
  while (!text.empty()) {
    const std::size_t feed = text.find('\n');
    const std::size_t length = feed == std::string_view::npos ? text.size() : feed + 1;
    lines_.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  line_end_ = !lines_.empty() && lines_.front().ends_with("\r\n") ? "\r\n" : "\n";
}

std::size_t YamlLines::end_of_block(std::size_t line, std::size_t indent) const {
  std::size_t end = line + 1;
  for (std::size_t next = line + 1; next <= count(); ++next) {
    const std::string_view content = trim(at(next));
    if (content.empty()) continue;
    if (indent_of(at(next)) > indent) {
      end = next + 1;
    } else if (!content.starts_with('#')) {
      break;
    }
  }
  return end;
}

void YamlLines::replace(std::size_t from, std::size_t to, const std::vector<std::string>& lines) {
  if (from > 1 && from == count() + 1 && !lines_.back().ends_with('\n')) lines_.back() += line_end_;
  const auto begin = lines_.begin() + static_cast<std::ptrdiff_t>(from - 1);
  const auto at = lines_.erase(begin, lines_.begin() + static_cast<std::ptrdiff_t>(to - 1));
  std::vector<std::string> ended;
  for (const std::string& line : lines) ended.push_back(line + line_end_);
  lines_.insert(at, ended.begin(), ended.end());
}

std::string YamlLines::text() const {
  return join(lines_, "");
}

std::size_t indent_of(std::string_view line) {
  const std::size_t blanks = line.find_first_not_of(' ');
  return blanks == std::string_view::npos ? line.size() : blanks;
}

std::size_t byte_of_column(std::string_view line, std::size_t column) {
  std::size_t byte = 0;
  for (std::size_t characters = 1; byte < line.size(); ++byte) {
    const bool starts = (static_cast<unsigned char>(line[byte]) & 0xC0U) != 0x80;
    if (!starts) continue;
    if (characters++ == column) break;
  }
  return byte;
}

}  // namespace coffre
