#include "cli/output.h"

#include <fmt/format.h>
#include <locale.h>
#include <wchar.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ostream>

#include "base/error.h"
#include "base/text.h"

namespace coffre::cli {
namespace {

constexpr std::string_view kEmptyCell = "-";
constexpr std::string_view kColumnGap = "  ";
constexpr std::string_view kCodeLetters = "abcdefghijklmnopqrstuvwxyz_";

bool is_french() {
  return current_language() == Language::french;
}

// Widths come from the C library's table. C.UTF-8 is part of it, whatever locale the process runs in.
locale_t utf8_locale() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

// Makes the calling thread read UTF-8 for as long as it lives.
class Utf8Scope {
 public:
  Utf8Scope() : before_(uselocale(utf8_locale())) {}
  ~Utf8Scope() { uselocale(before_); }
  Utf8Scope(const Utf8Scope&) = delete;
  Utf8Scope& operator=(const Utf8Scope&) = delete;

 private:
  locale_t before_;
};

std::string padded(const std::string& cell, std::size_t width, Align align) {
  const std::string blanks(width - std::min(width, display_width(cell)), ' ');
  return align == Align::right ? blanks + cell : cell + blanks;
}

std::string without_trailing_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::add(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) {
    throw Error(ErrorCode::internal, "writing a table", "a row has not as many cells as there are columns");
  }
  for (std::string& cell : cells) cell = cell.empty() ? std::string(kEmptyCell) : printable(cell);
  rows_.push_back(std::move(cells));
}

std::string Table::text() const {
  if (rows_.empty()) return {};
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = display_width(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, display_width(row[i]));
    widths.push_back(width);
  }

  std::string out;
  const auto add_line = [&](const auto& cell_of) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) line += kColumnGap;
      line += padded(cell_of(i), widths[i], columns_[i].align);
    }
    out += without_trailing_blanks(std::move(line)) + "\n";
  };
  add_line([&](std::size_t i) { return columns_[i].title; });
  for (const auto& row : rows_) add_line([&](std::size_t i) { return row[i]; });
  return out;
}

std::size_t display_width(std::string_view text) {
  const Utf8Scope utf8;
  std::size_t width = 0;
  mbstate_t state{};
  while (!text.empty()) {
    wchar_t character = 0;
    const std::size_t length = mbrtowc(&character, text.data(), text.size(), &state);
    const bool is_readable = length != 0 && length <= text.size();
    if (!is_readable) state = mbstate_t{};
    width += is_readable ? static_cast<std::size_t>(std::max(0, wcwidth(character))) : 1U;
    text.remove_prefix(is_readable ? length : 1);
  }
  return width;
}

Progress::Progress(Context& context)
    : err_(context.err_is_terminal && !context.quiet && !context.json ? &context.err : nullptr) {}

Progress::~Progress() {
  try {
    clear();
  } catch (...) {
    // A terminal that cannot be written is no reason to end the command.
    err_ = nullptr;
  }
}

void Progress::show(std::string_view text) {
  if (err_ == nullptr) return;
  clear();
  const std::string line = printable(text);
  *err_ << line << std::flush;
  shown_ = display_width(line);
}

void Progress::clear() {
  if (err_ == nullptr || shown_ == 0) return;
  *err_ << '\r' << std::string(shown_, ' ') << '\r' << std::flush;
  shown_ = 0;
}

void note(Context& context, std::string_view text) {
  if (context.quiet || context.json) return;
  for (const std::string_view line : split(text, '\n')) context.err << printable(line) << '\n';
  context.err << std::flush;
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> kFrench = {"o", "Ko", "Mo", "Go", "To"};
  constexpr std::array<const char*, 5> kEnglish = {"B", "kB", "MB", "GB", "TB"};
  constexpr double kStep = 1000;
  constexpr double kRoundsUpToNext = 999.95;  // would be written 1000.0
  const auto& units = is_french() ? kFrench : kEnglish;
  if (bytes < static_cast<std::uint64_t>(kStep)) return fmt::format("{} {}", bytes, units[0]);

  double value = static_cast<double>(bytes) / kStep;
  std::size_t unit = 1;
  for (; value >= kRoundsUpToNext && unit + 1 < units.size(); ++unit) value /= kStep;
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  if (is_french()) std::replace(text.begin(), text.end(), '.', ',');
  return fmt::format("{} {}", text, units[unit]);
}

std::string date_text(Instant instant, const Zone& zone) {
  const LocalTime local = zone.to_local(instant);
  const LocalMinute& at = local.minute;
  if (is_french()) return fmt::format("{:02}/{:02}/{:04} {:02}:{:02}", at.day, at.month, at.year, at.hour, at.minute);
  constexpr long kMinutesPerHour = 60;
  const long offset = local.offset.count();
  const long size = std::abs(offset);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} {}{:02}:{:02}", at.year, at.month, at.day, at.hour, at.minute,
                     offset < 0 ? '-' : '+', size / kMinutesPerHour, size % kMinutesPerHour);
}

std::string date_text(const std::optional<Instant>& instant, const Zone& zone) {
  return instant ? date_text(*instant, zone) : std::string(kEmptyCell);
}

std::string dated_text(Instant instant, const Zone& zone) {
  std::string date = date_text(instant, zone);
  if (!is_french()) return date;
  std::string place = zone.name().substr(zone.name().rfind('/') + 1);
  std::replace(place.begin(), place.end(), '_', ' ');
  return fmt::format("{} (heure de {})", date, place);
}

std::string role_text(std::string_view role) {
  static constexpr std::array<const char*, 4> kRoles = {tr_noop("op"), tr_noop("drill"), tr_noop("recovery"),
                                                        tr_noop("catalog")};
  const auto* const known = std::ranges::find(kRoles, role, [](const char* word) { return std::string_view(word); });
  return known == kRoles.end() ? printable(role) : std::string(tr(*known));
}

std::string doubts_text(std::string_view doubts) {
  std::string out;
  while (!doubts.empty()) {
    const auto colon = doubts.find_first_not_of(kCodeLetters);
    if (colon != std::string_view::npos && doubts.substr(colon).starts_with(": ")) doubts.remove_prefix(colon + 2);
    const auto end = doubts.find("; ");
    const auto next = end == std::string_view::npos ? doubts.size() : end + 2;
    out += doubts.substr(0, next);
    doubts.remove_prefix(next);
  }
  return printable(out);
}

std::string duration_text(std::chrono::milliseconds duration) {
  using namespace std::chrono;
  const auto total = duration_cast<seconds>(duration).count();
  constexpr auto kMinute = seconds(1min).count();
  constexpr auto kHour = seconds(1h).count();
  if (duration < 1s) return fmt::format("{} ms", duration.count());
  if (duration < 1min) return fmt::format("{} s", total);
  if (duration < 1h) return fmt::format("{} min {:02} s", total / kMinute, total % kMinute);
  return fmt::format("{} h {:02} min", total / kHour, total % kHour / kMinute);
}

std::string proof_text(const std::optional<ProofLevel>& level) {
  if (!level) return std::string(kEmptyCell);
  static constexpr std::array<const char*, 6> kWords = {tr_noop("collected"),  tr_noop("sealed"),
                                                        tr_noop("replicated"), tr_noop("opened"),
                                                        tr_noop("understood"), tr_noop("restored")};
  const auto number = static_cast<std::size_t>(*level);
  return fmt::format("{} - {}", number, tr(kWords.at(number)));
}

}  // namespace coffre::cli
