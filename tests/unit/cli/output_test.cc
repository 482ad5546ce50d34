#include "cli/output.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "base/error.h"
#include "sample_program.h"

namespace coffre::cli {
namespace {

// Sets the language for one test; English afterwards, as the other tests expect.
struct Speaking {
  explicit Speaking(Language language) { set_language(language, "/nonexistent"); }
  ~Speaking() { set_language(Language::english, "/nonexistent"); }
};

class PlusOneHour final : public Zone {
 public:
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] LocalTime to_local(Instant instant) const override {
    const auto local = instant + std::chrono::hours{1};
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{local - day};
    LocalTime result;
    result.minute = {.year = static_cast<int>(date.year()),
                     .month = static_cast<unsigned>(date.month()),
                     .day = static_cast<unsigned>(date.day()),
                     .hour = static_cast<unsigned>(time.hours().count()),
                     .minute = static_cast<unsigned>(time.minutes().count())};
    result.offset = std::chrono::minutes{60};
    return result;
  }
  [[nodiscard]] Instant first_instant_of(const LocalMinute& /*minute*/) const override { return Instant{}; }

 private:
  std::string name_ = "Test/PlusOne";
};

TEST_CASE("a table aligns by what is seen, not by bytes, and ends no line with blanks") {
  Table table({{"Device"}, {"Size", Align::right}, {"Site"}});
  table.add({"NVR-ÉTÉ", "1", "PARIS"});
  table.add({"A", "1234567", ""});
  table.add({"中文", "22", "L\x1b[31mYON"});
  CHECK(table.text() ==
        "Device      Size  Site\n"
        "NVR-ÉTÉ        1  PARIS\n"
        "A        1234567  -\n"
        "中文          22  L\\x1b[31mYON\n");
}

TEST_CASE("a table without rows shows nothing") {
  const Table table({{"Device"}});
  CHECK(table.empty());
  CHECK(table.text().empty());
}

TEST_CASE("a row with a cell too few is our own mistake") {
  Table table({{"Device"}, {"Site"}});
  CHECK_THROWS_AS(table.add({"A"}), Error);
}

TEST_CASE("display width counts terminal cells") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é") == 1);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("中") == 2);
  CHECK(display_width("\xFF") == 1);
}

struct SizeRow {
  std::uint64_t bytes;
  const char* english;
  const char* french;
};

TEST_CASE("sizes are 1000-based with at most one decimal") {
  const auto row = GENERATE(values<SizeRow>({{0, "0 B", "0 o"},
                                             {999, "999 B", "999 o"},
                                             {1000, "1 kB", "1 Ko"},
                                             {1234, "1.2 kB", "1,2 Ko"},
                                             {999'949, "999.9 kB", "999,9 Ko"},
                                             {999'950, "1 MB", "1 Mo"},
                                             {34'500'000, "34.5 MB", "34,5 Mo"},
                                             {2'000'000'000, "2 GB", "2 Go"},
                                             {5'000'000'000'000'000, "5000 TB", "5000 To"}}));
  DYNAMIC_SECTION(row.bytes) {
    CHECK(size_text(row.bytes) == row.english);
    const Speaking french(Language::french);
    CHECK(size_text(row.bytes) == row.french);
  }
}

TEST_CASE("dates are the installation's wall clock, in the reader's form") {
  const PlusOneHour zone;
  const Instant instant = from_rfc3339("2026-11-21T23:05:59Z").value();
  CHECK(date_text(instant, zone) == "2026-11-22 00:05 +01:00");
  CHECK(date_text(std::nullopt, zone) == "-");
  CHECK(dated_text(instant, zone) == "2026-11-22 00:05 +01:00");
  const Speaking french(Language::french);
  CHECK(date_text(instant, zone) == "22/11/2026 00:05");
  CHECK(dated_text(instant, zone) == "22/11/2026 00:05 (heure de PlusOne)");
}

TEST_CASE("durations are short") {
  using namespace std::chrono_literals;
  CHECK(duration_text(850ms) == "850 ms");
  CHECK(duration_text(59'999ms) == "59 s");
  CHECK(duration_text(200s) == "3 min 20 s");
  CHECK(duration_text(125min) == "2 h 05 min");
}

TEST_CASE("a proof level is a number and a word") {
  CHECK(proof_text(std::nullopt) == "-");
  CHECK(proof_text(ProofLevel::collected) == "0 - collected");
  CHECK(proof_text(ProofLevel::restored) == "5 - restored");
}

struct Screen {
  Program program = test::sample_program();
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Context context{.program = program, .command = program.commands[0], .in = in, .out = out, .err = err};
};

TEST_CASE("progress is written over, erased at its end, and on a terminal only") {
  Screen terminal;
  terminal.context.err_is_terminal = true;
  {
    Progress progress(terminal.context);
    progress.show("1 of 20");
    progress.show("2");
  }
  CHECK(terminal.err.str() == "1 of 20\r       \r2\r \r");
  CHECK(terminal.out.str().empty());

  Screen file;
  Progress(file.context).show("1 of 2");
  CHECK(file.err.str().empty());
  Screen quiet;
  quiet.context.err_is_terminal = true;
  quiet.context.quiet = true;
  Progress(quiet.context).show("1 of 2");
  CHECK(quiet.err.str().empty());
}

TEST_CASE("the codes of doubts are for programs, people read the rest") {
  CHECK(doubts_text("") == "");
  CHECK(doubts_text("size_dropped: about 9 bytes expected, 1 found") == "about 9 bytes expected, 1 found");
  CHECK(doubts_text("implausible_answer: reading: only 1; at least 2; other_serial: A expected") ==
        "reading: only 1; at least 2; A expected");
  CHECK(doubts_text("size_dropped: 1 octet seulement ; au moins 2") == "1 octet seulement ; au moins 2");
  CHECK(doubts_text("no code\n") == "no code\\x0a");
}

TEST_CASE("roles of keys are shown, other words as they are") {
  CHECK(role_text("op") == "op");
  CHECK(role_text("a\tb") == "a\\x09b");
}

TEST_CASE("a note's lines are printable, on stderr, and none with --quiet or --json") {
  Screen screen;
  note(screen.context, "line\nb\treak");
  CHECK(screen.err.str() == "line\nb\\x09reak\n");
  Screen json;
  json.context.json = true;
  note(json.context, "text");
  CHECK(json.err.str().empty());
}

}  // namespace
}  // namespace coffre::cli
