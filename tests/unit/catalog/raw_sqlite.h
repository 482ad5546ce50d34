// A second way into a catalog's file, as an attacker or the sqlite3 shell would take: no SOCI, no authorizer, no
// settings.
#pragma once

#include <sqlite3.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace coffre::test {

class RawSqlite {
 public:
  explicit RawSqlite(const std::string& path) {
    if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) throw std::runtime_error("sqlite3_open " + path);
  }
  RawSqlite(const RawSqlite&) = delete;
  RawSqlite& operator=(const RawSqlite&) = delete;
  ~RawSqlite() { sqlite3_close(database_); }

  // "" when it was done, otherwise what SQLite says.
  std::string attempt(const std::string& sql) {
    return sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK ? ""
                                                                                        : sqlite3_errmsg(database_);
  }
  void run(const std::string& sql) {
    const std::string complaint = attempt(sql);
    if (!complaint.empty()) throw std::runtime_error(sql + ": " + complaint);
  }
  // The first column of every row.
  std::vector<std::string> ask(const std::string& sql) { return ask_column(database_, sql, 0); }

  static std::vector<std::string> ask_column(sqlite3* database, const std::string& sql, int column) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
      throw std::runtime_error(sql + ": " + sqlite3_errmsg(database));
    }
    std::vector<std::string> texts;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      const unsigned char* text = sqlite3_column_text(statement, column);
      texts.emplace_back(text == nullptr ? "" : reinterpret_cast<const char*>(text));
    }
    sqlite3_finalize(statement);
    return texts;
  }

 private:
  sqlite3* database_ = nullptr;
};

}  // namespace coffre::test
