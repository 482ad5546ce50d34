// Inside of inventory_writer.h: a YAML text as lines, and where a block of it ends. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace coffre {

// The text cut behind each line feed; joined again it is the same text. Line numbers start at 1 everywhere here.
class YamlLines {
 public:
  explicit YamlLines(std::string_view text);

  [[nodiscard]] std::size_t count() const { return lines_.size(); }
  [[nodiscard]] std::string& at(std::size_t line) { return lines_.at(line - 1); }
  [[nodiscard]] const std::string& at(std::size_t line) const { return lines_.at(line - 1); }

  // The line behind the block that starts at `line` with its key indented by `indent` blanks: every following line that
  // is indented deeper belongs to it. Blank lines and comments at its end, if not deeper, belong to what follows.
  [[nodiscard]] std::size_t end_of_block(std::size_t line, std::size_t indent) const;

  // Lines `from` up to before `to` are replaced; from == to inserts before that line. The new lines get the text's own
  // line end; a last line without one gets it when something is put behind.
  void replace(std::size_t from, std::size_t to, const std::vector<std::string>& lines);

  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::string> lines_;
  std::string line_end_;
};

// Blanks at the start of a line; the byte at which the character of that column (from 1) starts.
std::size_t indent_of(std::string_view line);
std::size_t byte_of_column(std::string_view line, std::size_t column);

}  // namespace coffre
