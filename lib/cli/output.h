// How results look to a person: tables, progress, sizes, dates, proof levels.
//
// Everything follows current_language(); what goes into --json does not: there sizes are bytes, dates are to_rfc3339(),
// levels are numbers (cli/json.h). Foreign texts pass through printable(). Threads: one thread per object.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cli/command_line.h"
#include "cli/json.h"
#include "model/proof.h"
#include "model/zone.h"

namespace coffre::cli {

enum class Align { left, right };

struct Column {
  std::string title;  // already translated
  Align align = Align::left;
};

// Columns as wide as their widest cell (in terminal cells, not bytes), two blanks between them, no blanks at line
// ends. Rows keep the order in which they are added: the caller puts the worst first.
class Table {
 public:
  explicit Table(std::vector<Column> columns);
  // As many cells as there are columns; Error(internal) otherwise. An empty cell shows as "-".
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // Title line and rows; nothing at all when there are no rows.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Terminal cells that a UTF-8 text takes: combining marks 0, East Asian wide characters 2.
std::size_t display_width(std::string_view text);

// One line on stderr that is written over; only on a terminal, never with --quiet or --json. Erased at its end.
class Progress {
 public:
  explicit Progress(Context& context);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::string_view text);
  void clear();

 private:
  std::ostream* err_;  // nullptr: not shown
  std::size_t shown_ = 0;
};

// Lines for the person, on stderr, each made printable; nothing with --quiet or --json.
void note(Context& context, std::string_view text);

// 1000-based, at most one decimal: "999 o", "1,2 Ko", "34,5 Mo" in French; "999 B", "1.2 kB", "34.5 MB" in English.
std::string size_text(std::uint64_t bytes);

// "21/11/2026 04:00" in French; "2026-11-21 04:00 +01:00" in English. The zone is the installation's.
std::string date_text(Instant instant, const Zone& zone);
// The same, or "-" when there is none.
std::string date_text(const std::optional<Instant>& instant, const Zone& zone);
// The same where it stands alone, outside a table: "21/11/2026 03:00 (heure de Paris)".
std::string dated_text(Instant instant, const Zone& zone);

// What makes a backup suspect, as the catalog has it ("size_dropped: about ...; other_serial: ..."), without the codes:
// those are for programs. Printable.
std::string doubts_text(std::string_view doubts);

// What a key is for, in the current language: "op" is "restauration" in French. Other roles as they are, printable.
std::string role_text(std::string_view role);

// "3 min 20 s", "850 ms", "2 h 05 min".
std::string duration_text(std::chrono::milliseconds duration);

// Always a number and a word: "4 - Contrôlée", "4 - understood"; "-" for none.
std::string proof_text(const std::optional<ProofLevel>& level);

}  // namespace coffre::cli
