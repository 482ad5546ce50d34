// How the catalog's functions speak SQL. The only file of the house that knows SOCI is session.cc.
//
// Statements are constants with named placeholders (:device_id), bound by position: the n-th value goes to the n-th
// placeholder, and no name occurs twice (SQLite would count it once, PostgreSQL twice). Results go straight into
// variables whose types are known at compile time. The number of values and of columns must fit exactly:
// Error(internal).
//
// Shapes: whole numbers are 64-bit; times UTC Unix seconds; booleans 0/1; digests and bytes lower-case hex TEXT.
// Errors: conflict (a unique value exists already; database busy), not_found (a foreign key leads nowhere), rule
// (refused by a trigger or the authorizer), damaged (not a database; a NULL or a number where it cannot be), no_space,
// io, internal. No text of an Error holds a bound value. Threads: one at a time per Connection.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"

struct sqlite3;

namespace coffre {

// What a placeholder is bound to. Owns its text. Implicit from the types that rows are made of.
class Value {
 public:
  using Content = std::variant<std::monostate, long long, double, std::string>;

  Value(std::nullopt_t /*null*/) {}
  Value(std::integral auto number) : content_(static_cast<long long>(number)) {  // Error(internal) beyond 63 bits
    if (std::get<long long>(content_) < 0 && std::unsigned_integral<decltype(number)>) refuse_number();
  }
  Value(double number) : content_(number) {}
  Value(std::string text);  // Error(internal) when it holds a NUL
  Value(std::string_view text) : Value(std::string(text)) {}
  Value(const char* text) : Value(std::string(text)) {}
  Value(Instant at) : Value(to_unix(at)) {}
  Value(const Digest& digest) : Value(to_hex(digest)) {}
  template <typename T>
  Value(const std::optional<T>& maybe) : content_(maybe ? Value(*maybe).content_ : Content()) {}

  [[nodiscard]] const Content& content() const { return content_; }

 private:
  [[noreturn]] static void refuse_number();

  Content content_;
};
using Values = std::vector<Value>;

// Where a column goes. A NULL is Error(damaged) unless the variable is optional.
using Target =
    std::variant<std::int64_t*, std::uint64_t*, std::uint32_t*, int*, bool*, double*, std::string*, Digest*, Instant*,
                 std::optional<std::int64_t>*, std::optional<std::string>*, std::optional<Instant>*>;
using Targets = std::vector<Target>;

class Connection;

// The statements of one transaction. Each call prepares, runs to the end and closes its statement: a statement left
// open would keep the lock (a live RETURNING holds the write lock).
class Session {
 public:
  // Runs a statement without results; says how many rows an INSERT, UPDATE or DELETE touched.
  std::int64_t run(std::string_view sql, const Values& values = {});
  // Fetches at most one row; false when there is none (targets as before). A second row is Error(internal).
  [[nodiscard]] bool one(std::string_view sql, const Values& values, const Targets& targets);
  // Fills the targets and calls `on_row`, row by row. `on_row` may throw, and must not run a statement itself.
  void each(std::string_view sql, const Values& values, const Targets& targets, const std::function<void()>& on_row);
  // Asks that after the commit no page of the file holds what this transaction overwrote (a replaced secret). The WAL
  // is emptied, as far as other readers allow; secure_delete does the rest.
  void forget_after_commit();

 private:
  friend class Connection;
  explicit Session(Connection& connection) : connection_(connection) {}

  Connection& connection_;
};

enum class Access {
  read_write,  // file exists already
  query_only,  // a second connection of a process that also writes: shares the WAL, refuses to write
  read_only,   // the file is opened for reading
};

// One open database. Says nothing about transactions: whoever owns it begins and ends them through the session.
class Connection {
 public:
  // Opens the existing file and prepares it (catalog/sqlite.h). Does not guard it yet: migrations come before that.
  Connection(const std::string& path, Access access);
  Connection(Connection&&) = delete;
  ~Connection();

  [[nodiscard]] Session& session() { return session_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  // Whether a transaction is open; the engine ends one by itself when the disk is full or fails.
  [[nodiscard]] bool in_transaction() const;
  // Whether forget_after_commit was asked since the last call.
  [[nodiscard]] bool take_forget_request() { return std::exchange(forget_requested_, false); }
  // For PRAGMAs, authorizer, scripts and copies (catalog/sqlite.h) only.
  [[nodiscard]] sqlite3* raw() const;

 private:
  friend class Session;
  struct State;  // SOCI's

  std::string path_;
  std::unique_ptr<State> state_;
  Session session_;
  bool forget_requested_ = false;
};

}  // namespace coffre
