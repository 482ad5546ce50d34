#include "catalog/session.h"

#include <fmt/format.h>
#include <soci/soci-config.h>

// Only switches templates for boost::fusion off, which we do not use; Debian's libsoci-dev does not bring Boost.
#undef SOCI_HAVE_BOOST

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <limits>
#include <type_traits>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/sqlite.h"

// Traps of SOCI 4.0.3 that shape this file (measured):
// - soci::row types INTEGER columns as int: only static `into` of long long, double, string is used.
// - the number of `into` and `use` elements is not compared with the statement: we do.
// - execute(false) with bound values never steps the statement: always execute(true).
// - what() of its exceptions ends with the bound values: only get_error_message() is ever read.
// - the connect string has no escape for a quote inside a path: such a path is refused.

namespace coffre {
namespace {

enum class ColumnType { integer, real, text };

// One column's landing place with a fixed address, as SOCI wants it.
struct Cell {
  long long integer = 0;
  double real = 0;
  std::string text;
  soci::indicator indicator = soci::i_ok;
};

template <typename T>
struct Unwrapped {
  using Type = T;
};
template <typename T>
struct Unwrapped<std::optional<T>> {
  using Type = T;
};

template <typename T>
constexpr ColumnType column_type() {
  using Plain = typename Unwrapped<T>::Type;
  if constexpr (std::is_same_v<Plain, double>) return ColumnType::real;
  if constexpr (std::is_same_v<Plain, std::string> || std::is_same_v<Plain, Digest>) return ColumnType::text;
  return ColumnType::integer;
}

ColumnType type_of(const Target& target) {
  return std::visit([](const auto* out) { return column_type<std::remove_cvref_t<decltype(*out)>>(); }, target);
}

Error damaged_value(const char* why) {
  return {ErrorCode::damaged, tr("reading the catalog"), why,
          tr("Stop Coffre, keep the file, and make it anew: restore-cli rebuild-catalog")};
}

template <std::integral T>
T whole_number(long long number) {
  bool fits = number == 0 || number == 1;
  if constexpr (!std::is_same_v<T, bool>) fits = std::in_range<T>(number);
  if (!fits) throw damaged_value(tr("a number is outside its range"));
  return static_cast<T>(number);
}

template <typename T>
void take(const Cell& cell, T& out) {
  if constexpr (std::is_same_v<T, double>) {
    out = cell.real;
  } else if constexpr (std::is_same_v<T, std::string>) {
    out = cell.text;
  } else if constexpr (std::is_same_v<T, Digest>) {
    out = digest_from_hex(cell.text, tr("a digest of the catalog"));
  } else if constexpr (std::is_same_v<T, Instant>) {
    out = from_unix(cell.integer);
  } else {
    out = whole_number<T>(cell.integer);
  }
}

template <typename T>
void store(const Cell& cell, T& out) {
  if (cell.indicator == soci::i_null) throw damaged_value(tr("a value is missing"));
  take(cell, out);
}

template <typename T>
void store(const Cell& cell, std::optional<T>& out) {
  if (cell.indicator == soci::i_null) {
    out.reset();
    return;
  }
  take(cell, out.emplace());
}

void store_row(const std::vector<Cell>& cells, const Targets& targets) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    std::visit([&](auto* out) { store(cells[i], *out); }, targets[i]);
  }
}

void exchange_targets(soci::statement& statement, std::vector<Cell>& cells, const Targets& targets) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    Cell& cell = cells[i];
    switch (type_of(targets[i])) {
      case ColumnType::integer:
        statement.exchange(soci::into(cell.integer, cell.indicator));
        break;
      case ColumnType::real:
        statement.exchange(soci::into(cell.real, cell.indicator));
        break;
      case ColumnType::text:
        statement.exchange(soci::into(cell.text, cell.indicator));
        break;
    }
  }
}

// The values stay where they are until the statement has ended: SOCI keeps their addresses.
void exchange_values(soci::statement& statement, const Values& values, soci::indicator& null) {
  static const long long kNothing = 0;
  for (const Value& value : values) {
    std::visit(
        [&](const auto& content) {
          if constexpr (std::is_same_v<std::remove_cvref_t<decltype(content)>, std::monostate>) {
            statement.exchange(soci::use(kNothing, null));
          } else {
            statement.exchange(soci::use(content));
          }
        },
        value.content());
  }
}

void require_fit(soci::statement& statement, std::size_t values, std::size_t targets) {
  auto* backend = static_cast<soci::sqlite3_statement_backend*>(statement.get_backend());
  const auto columns = static_cast<std::size_t>(sqlite_api::sqlite3_column_count(backend->stmt_));
  const auto placeholders = static_cast<std::size_t>(sqlite_api::sqlite3_bind_parameter_count(backend->stmt_));
  if (columns == targets && placeholders == values) return;
  throw Error(ErrorCode::internal, tr("speaking to the catalog"),
              fmt::format("{} columns into {} variables, {} values for {} placeholders", columns, targets, values,
                          placeholders));
}

constexpr int kBusySeconds = 10;

std::string connect_string(const std::string& path, Access access) {
  if (path.find_first_of("\"\n") != std::string::npos) {
    throw Error(ErrorCode::usage, tr("opening the catalog"), tr("its path holds a quote or a line break"),
                tr("Choose another folder for it"))
        .on(path);
  }
  // Absolute, so that no path is taken for a URI ("file:...") and none for a list of options.
  return fmt::format("db=\"{}\" timeout={}{}", path, kBusySeconds, access == Access::read_only ? " readonly=true" : "");
}

}  // namespace

struct Connection::State {
  soci::session session;

  [[nodiscard]] sqlite_api::sqlite3* handle() {
    return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
  }
};

Value::Value(std::string text) : content_(std::move(text)) {
  // SQLite would keep it, and stop at it in every comparison and in the shell.
  if (std::get<std::string>(content_).find('\0') == std::string::npos) return;
  throw Error(ErrorCode::internal, tr("speaking to the catalog"), "a text holds a NUL byte");
}

void Value::refuse_number() {
  throw Error(ErrorCode::internal, tr("speaking to the catalog"), "a number needs more than 63 bits");
}

std::int64_t Session::run(std::string_view sql, const Values& values) {
  each(sql, values, {}, [] {});
  return sqlite_changes(connection_.raw());
}

bool Session::one(std::string_view sql, const Values& values, const Targets& targets) {
  bool found = false;
  each(sql, values, targets, [&] {
    if (found) throw Error(ErrorCode::internal, tr("speaking to the catalog"), "a second row where one was asked for");
    found = true;
  });
  return found;
}

void Session::each(std::string_view sql, const Values& values, const Targets& targets,
                   const std::function<void()>& on_row) {
  try {
    std::vector<Cell> cells(targets.size());
    soci::indicator null = soci::i_null;
    soci::statement statement(connection_.state_->session);
    statement.alloc();
    statement.prepare(std::string(sql));
    require_fit(statement, values.size(), targets.size());
    exchange_targets(statement, cells, targets);
    exchange_values(statement, values, null);
    statement.define_and_bind();
    for (bool row = statement.execute(true); row; row = statement.fetch()) {
      store_row(cells, targets);
      on_row();
    }
  } catch (const soci::soci_error& error) {
    throw sqlite_error(connection_.raw(), error.get_error_message()).on(connection_.path());
  }
}

void Session::forget_after_commit() {
  connection_.forget_requested_ = true;
}

Connection::Connection(const std::string& path, Access access)
    : path_(path), state_(std::make_unique<State>()), session_(*this) {
  try {
    state_->session.open(soci::sqlite3, connect_string(path, access));
  } catch (const soci::sqlite3_soci_error& error) {
    throw sqlite_open_error(error.result(), error.get_error_message()).on(path);
  }
  prepare_sqlite(raw(), access, path);
}

Connection::~Connection() = default;

bool Connection::in_transaction() const {
  return sqlite_api::sqlite3_get_autocommit(state_->handle()) == 0;
}

// <sqlite3.h> was read inside namespace sqlite_api by SOCI's header; it is the same C structure.
sqlite3* Connection::raw() const {
  return reinterpret_cast<sqlite3*>(state_->handle());
}

}  // namespace coffre
