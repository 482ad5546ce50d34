#include "service/reading/journal_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "service/reading/conclude.h"

namespace coffre {
namespace {

constexpr std::size_t kPage = 500;

}  // namespace

std::vector<JournalRow> newest_journal_rows(const Installation& at, const std::optional<Instant>& since,
                                            std::size_t limit) {
  std::deque<JournalRow> newest;
  at.catalog.read([&](Session& session) {
    std::uint64_t next = 1;
    for (;;) {
      std::vector<JournalRow> page = journal_rows(session, next, kPage);
      if (page.empty()) return;
      next = page.back().seq + 1;
      for (JournalRow& row : page) {
        if (since && row.at < *since) continue;
        newest.push_back(std::move(row));
        if (newest.size() > limit) newest.pop_front();
      }
    }
  });
  return {std::make_move_iterator(newest.begin()), std::make_move_iterator(newest.end())};
}

JournalCheck check_journal(Installation& at) {
  JournalCheck check;
  at.catalog.read([&](Session& session) { check = verify_journal(session); });
  if (check.problems.empty()) return check;
  std::string findings = check.problems.front();
  if (check.problems.size() > 1) findings += fmt::format(" (+ {})", check.problems.size() - 1);
  at.catalog.write([&](Session& session) {
    open_unless_concluded(session, AnomalyCode::journal_damaged, "journal", findings, at.clock.now());
  });
  return check;
}

}  // namespace coffre
