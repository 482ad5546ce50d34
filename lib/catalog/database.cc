#include "catalog/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/group_commit.h"
#include "catalog/migrations.h"
#include "catalog/session.h"
#include "catalog/sqlite.h"

namespace coffre {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kAllRights = 07777;

Error opening_error(const std::string& path, int error_number) {
  Error error(error_number == ENOSPC || error_number == EDQUOT ? ErrorCode::no_space : ErrorCode::io,
              tr("opening the catalog"), errno_text(error_number),
              tr("Look at the path in the configuration, and at the rights of the folder"));
  error.on(path);
  return error;
}

// A catalog comes into being whole, under a name of its own, and gets its name at once: while SQLite changes an empty
// file to WAL, a second process would be told that it is locked, without waiting. Of several, the first to link wins.
void create_if_absent(const std::string& path, const Clock& clock) {
  if (::access(path.c_str(), F_OK) == 0) return;
  if (errno != ENOENT) throw opening_error(path, errno);
  std::string unfinished = path + ".new-XXXXXX";
  const int descriptor = ::mkostemp(unfinished.data(), O_CLOEXEC);  // mode 0600
  if (descriptor < 0) throw opening_error(path, errno);
  ::close(descriptor);
  try {
    {
      Connection fresh(unfinished, Access::read_write);
      migrate(fresh, all_migrations(), clock.now());
    }
    publish_database(unfinished, path);
  } catch (...) {
    for (const char* suffix : {"", "-wal", "-shm"}) ::unlink((unfinished + suffix).c_str());
    throw;
  }
}

// Takes others' rights from the file. SQLite gives -wal and -shm the rights of the database. Never opens it: closing it
// again would drop SQLite's locks of this process.
void make_private(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const std::string file = path + suffix;
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) continue;
    if ((found.st_mode & kAllRights) == kOwnerOnly) continue;
    if (::chmod(file.c_str(), kOwnerOnly) != 0 && errno != ENOENT) throw opening_error(file, errno);
  }
}

// A read transaction that ends with its scope: nothing to keep either way.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection) : connection_(connection) { connection_.session().run("BEGIN"); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot() {
    try {
      if (connection_.in_transaction()) connection_.session().run("ROLLBACK");
    } catch (const Error&) {  // the next BEGIN says what is wrong
    }
  }

 private:
  Connection& connection_;
};

}  // namespace

struct Database::State {
  std::unique_ptr<Connection> writer;  // none when opened for reading only
  std::unique_ptr<GroupCommit> turns;  // over `writer`
  std::unique_ptr<Connection> reader;
  std::mutex reading;
  std::atomic<std::thread::id> reading_thread{};
};

Database Database::open(const std::string& path, const Clock& clock) {
  const std::string absolute = std::filesystem::absolute(path);
  create_if_absent(absolute, clock);
  make_private(absolute);
  auto state = std::make_unique<State>();
  state->writer = std::make_unique<Connection>(absolute, Access::read_write);
  migrate(*state->writer, all_migrations(), clock.now());
  guard_sqlite(state->writer->raw());
  state->turns = std::make_unique<GroupCommit>(*state->writer);
  state->reader = std::make_unique<Connection>(absolute, Access::query_only);
  guard_sqlite(state->reader->raw());
  return Database(std::move(state));
}

Database Database::open_read_only(const std::string& path, const Clock& /*clock*/) {
  const std::string absolute = std::filesystem::absolute(path);
  if (!std::filesystem::exists(absolute)) {
    throw Error(ErrorCode::not_found, tr("opening the catalog"), tr("there is no such file"),
                tr("Run `backupd run` first; or make it anew from a replica: restore-cli rebuild-catalog"))
        .on(absolute);
  }
  auto state = std::make_unique<State>();
  state->reader = std::make_unique<Connection>(absolute, Access::read_only);
  require_current_schema(*state->reader, all_migrations());
  guard_sqlite(state->reader->raw());
  return Database(std::move(state));
}

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

void Database::write(const std::function<void(Session&)>& work) {
  if (!state_->turns) throw Error(ErrorCode::internal, tr("writing the catalog"), "it was opened for reading only");
  state_->turns->write(work);
}

void Database::read(const std::function<void(Session&)>& work) const {
  const std::thread::id self = std::this_thread::get_id();
  if (state_->reading_thread == self || (state_->turns && state_->turns->is_mine())) {
    throw Error(ErrorCode::internal, tr("reading the catalog"), "a transaction inside a transaction");
  }
  const std::scoped_lock turn(state_->reading);
  struct Mark {
    std::atomic<std::thread::id>& owner;
    ~Mark() { owner = std::thread::id(); }
  } const mark{state_->reading_thread};
  state_->reading_thread = self;
  const Snapshot snapshot(*state_->reader);
  work(state_->reader->session());
}

void Database::check_integrity() const {
  const auto require_none = [&](const std::string& finding) {
    if (finding.empty()) return;
    throw Error(ErrorCode::damaged, tr("checking the catalog"), finding,
                tr("Stop Coffre, keep the file, and make it anew: restore-cli rebuild-catalog"))
        .on(state_->reader->path());
  };
  const std::scoped_lock turn(state_->reading);
  sqlite3* const raw = state_->reader->raw();
  const std::string& path = state_->reader->path();
  const auto findings = ask_rows(raw, "PRAGMA integrity_check(1)", path);
  if (findings != std::vector<std::vector<std::string>>{{"ok"}}) {
    require_none(findings.empty() ? "integrity_check" : findings.front().front());
  }
  const auto orphans = ask_rows(raw, "PRAGMA foreign_key_check", path);
  if (!orphans.empty())
    require_none(orphans.front().front() + ": " + tr("a row refers to another one that does not exist"));
  const auto differences = schema_differences(*state_->reader, all_migrations());
  if (!differences.empty()) require_none(differences.front());
}

}  // namespace coffre
