#include "catalog/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/journal_body.h"
#include "catalog/session.h"

namespace coffre {
namespace {

constexpr const char* kSelectHead = "SELECT seq, at, hash FROM journal ORDER BY seq DESC LIMIT 1";
constexpr const char* kInsert =
    "INSERT INTO journal (seq, at, prev, body_sha256, hash) VALUES (:seq, :at, :prev, :body_sha256, :hash)";
constexpr const char* kInsertBody = "INSERT INTO journal_body (seq, body) VALUES (:seq, :body)";
constexpr const char* kSelectRows =
    "SELECT j.seq, j.at, j.hash, b.body FROM journal j LEFT JOIN journal_body b ON b.seq = j.seq "
    "WHERE j.seq >= :from_seq ORDER BY j.seq LIMIT :count";
constexpr const char* kSelectChain =
    "SELECT j.seq, j.at, j.prev, j.body_sha256, j.hash, b.body FROM journal j "
    "LEFT JOIN journal_body b ON b.seq = j.seq ORDER BY j.seq";
constexpr const char* kSelectStrayTexts =
    "SELECT b.seq FROM journal_body b LEFT JOIN journal j ON j.seq = b.seq WHERE j.seq IS NULL ORDER BY b.seq";
// The same condition as in the trigger journal_body_delete: what may have been removed by age.
constexpr const char* kSelectOldestKept =
    "SELECT CAST(value AS INTEGER) - 34300800 FROM installation WHERE key = 'last_anchor_at'";

struct ChainRow {
  std::uint64_t seq = 0;
  Instant at;
  Digest prev{};
  Digest body_sha256{};
  Digest hash{};
};

Digest hash_of(const ChainRow& row) {
  std::array<std::uint8_t, 8> seq{};
  std::array<std::uint8_t, 8> at{};
  store_u64(seq, row.seq);
  store_u64(at, static_cast<std::uint64_t>(to_unix(row.at)));
  Sha256 hash;
  hash.update(as_bytes("VBK1 audit"));
  hash.update(seq);
  hash.update(row.prev);
  hash.update(at);
  hash.update(row.body_sha256);
  return hash.digest();
}

// Follows the chain row by row and notes what does not fit.
class ChainReader {
 public:
  explicit ChainReader(std::int64_t oldest_kept) : oldest_kept_(oldest_kept) {}

  void take(const ChainRow& row, const std::optional<std::string>& body) {
    if (row.seq != previous_.seq + 1) note(row.seq, tr("rows before it are missing"));
    if (row.prev != previous_.hash) note(row.seq, tr("it does not follow the row before it"));
    if (check_.rows > 0 && row.at < previous_.at) note(row.seq, tr("its time is before that of the row before it"));
    if (hash_of(row) != row.hash) note(row.seq, tr("its hash differs: it was changed"));
    if (body && sha256(as_bytes(*body)) != row.body_sha256) note(row.seq, tr("its text was changed"));
    if (!body && to_unix(row.at) >= oldest_kept_) note(row.seq, tr("its text is missing before its time"));
    previous_ = row;
    ++check_.rows;
  }

  void note(std::uint64_t seq, const char* problem) {
    check_.problems.push_back(fmt::format(fmt::runtime(tr("row {}: {}")), seq, problem));
  }

  [[nodiscard]] JournalCheck result() && {
    check_.head = previous_.hash;
    return std::move(check_);
  }

 private:
  std::int64_t oldest_kept_;
  ChainRow previous_{};
  JournalCheck check_;
};

}  // namespace

std::uint64_t append_journal(Session& session, const JournalEntry& entry, Instant at) {
  const std::string body = to_journal_body(entry);
  ChainRow head;  // all zero before the first row
  const bool first = !session.one(kSelectHead, {}, {&head.seq, &head.at, &head.hash});
  ChainRow row{.seq = head.seq + 1,
               .at = first ? at : std::max(at, head.at),
               .prev = head.hash,
               .body_sha256 = sha256(as_bytes(body))};
  row.hash = hash_of(row);
  session.run(kInsert, {row.seq, row.at, row.prev, row.body_sha256, row.hash});
  session.run(kInsertBody, {row.seq, body});
  return row.seq;
}

std::vector<JournalRow> journal_rows(Session& session, std::uint64_t from_seq, std::size_t limit) {
  std::vector<JournalRow> rows;
  JournalRow row;
  std::optional<std::string> body;
  session.each(kSelectRows, {from_seq, limit}, {&row.seq, &row.at, &row.hash, &body}, [&] {
    row.entry.reset();
    if (body) row.entry = from_journal_body(*body);
    rows.push_back(row);
  });
  return rows;
}

JournalCheck verify_journal(Session& session) {
  std::int64_t oldest_kept = std::numeric_limits<std::int64_t>::min();  // without an anchor every text must be there
  static_cast<void>(session.one(kSelectOldestKept, {}, {&oldest_kept}));
  ChainReader reader(oldest_kept);
  ChainRow row;
  std::optional<std::string> body;
  session.each(kSelectChain, {}, {&row.seq, &row.at, &row.prev, &row.body_sha256, &row.hash, &body},
               [&] { reader.take(row, body); });
  std::uint64_t stray = 0;
  session.each(kSelectStrayTexts, {}, {&stray}, [&] { reader.note(stray, tr("a text without its row")); });
  return std::move(reader).result();
}

std::optional<Instant> last_journal_time(Session& session) {
  ChainRow head;
  if (!session.one(kSelectHead, {}, {&head.seq, &head.at, &head.hash})) return std::nullopt;
  return head.at;
}

}  // namespace coffre
