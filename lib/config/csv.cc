#include "config/csv.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kFormulaStarts = "=+-@\t\r";

Error bad_csv(std::size_t line, const char* why) {
  return {ErrorCode::usage, tr("reading a CSV file"), fmt::format(fmt::runtime(tr("line {}: {}")), line, why)};
}

// Whichever of the two the first record has more of, outside quotes; `;` when it has neither.
char separator_of(std::string_view text) {
  std::size_t semicolons = 0;
  std::size_t commas = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == '\n' && !quoted) break;
    if (quoted) continue;
    semicolons += c == ';' ? 1U : 0U;
    commas += c == ',' ? 1U : 0U;
  }
  return commas > semicolons ? ',' : ';';
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), separator_(separator_of(text)) {}

  std::vector<CsvRecord> read() {
    while (at_ < text_.size()) {
      CsvRecord record{line_, {}};
      do {
        record.fields.push_back(field());
        if (++fields_ > kMaxCsvFields) throw bad_csv(line_, tr("the file has too many fields"));
      } while (take(separator_));
      end_of_record();
      const bool blank = record.fields.size() == 1 && trim(record.fields[0]).empty();
      if (!blank) records_.push_back(std::move(record));
    }
    return std::move(records_);
  }

 private:
  [[nodiscard]] bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool take(char c) {
    if (!next_is(c)) return false;
    ++at_;
    return true;
  }

  std::string field() {
    if (take('"')) return quoted_field();
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') {
      if (text_[at_] == '"') throw bad_csv(line_, tr("a quotation mark in the middle of a field"));
      ++at_;
    }
    std::string_view value = text_.substr(start, at_ - start);
    if (value.ends_with('\r') && (at_ == text_.size() || text_[at_] == '\n')) value.remove_suffix(1);
    return std::string(value);
  }

  std::string quoted_field() {
    const std::size_t first_line = line_;
    std::string value;
    for (;;) {
      if (at_ == text_.size()) throw bad_csv(first_line, tr("a quotation mark is opened and not closed"));
      const char c = text_[at_++];
      if (c == '"' && !take('"')) return value;
      if (c == '\n') ++line_;
      value += c;
    }
  }

  void end_of_record() {
    take('\r');
    if (at_ == text_.size()) return;
    if (!take('\n')) throw bad_csv(line_, tr("text behind a closing quotation mark"));
    ++line_;
  }

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t fields_ = 0;
  std::vector<CsvRecord> records_;
};

// A formula, or a text that would look like a guarded one.
bool needs_guard(std::string_view text) {
  const std::size_t start = text.find_first_not_of('\'');
  return start != std::string_view::npos && kFormulaStarts.find(text[start]) != std::string_view::npos;
}

}  // namespace

std::vector<CsvRecord> parse_csv(std::string_view text) {
  if (text.size() > kMaxCsvBytes) throw bad_csv(1, tr("the file is too large"));
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::size_t line = 1;
  for (const std::string_view one : split(text, '\n')) {
    if (!is_utf8(one)) throw bad_csv(line, tr("a character is not UTF-8: save the table as \"CSV UTF-8\""));
    if (one.find('\0') != std::string_view::npos) throw bad_csv(line, tr("a NUL character: this is no CSV file"));
    ++line;
  }
  return Reader(text).read();
}

std::string csv_field(std::string_view text, char separator) {
  std::string value = needs_guard(text) ? "'" + std::string(text) : std::string(text);
  const bool plain = value.find_first_of(std::string("\"\r\n") + separator) == std::string::npos &&
                     !value.starts_with(' ') && !value.ends_with(' ');
  if (plain) return value;
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string without_formula_guard(std::string_view field) {
  if (field.starts_with('\'') && needs_guard(field)) field.remove_prefix(1);
  return std::string(field);
}

}  // namespace coffre
