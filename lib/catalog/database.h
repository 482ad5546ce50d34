// The catalog: a database beside the replicas that remembers what was done (design.md section 10). A cache of truth:
// `restore-cli rebuild-catalog` makes backups and copies anew from a replica.
//
// Everything is read and written through functions that take a Session (devices.h, backups.h, jobs.h, credentials.h,
// anomalies.h, journal.h); whoever calls write() decides what is one transaction. No transaction spans device or
// replica I/O: the work function only touches the catalog.
//
// Threads: a Database may be used by many threads; writers take turns among themselves, readers among themselves, and
// both wait up to 10 s for another process. Errors: conflict (busy longer than that), damaged (not our database,
// integrity, wrong schema), no_space, io. A crash inside write() leaves the database as before.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"

namespace coffre {

// One open transaction. Only made by Database.
class Session;

class Database {
 public:
  // Opens, or creates with mode 0600 and migrates (after a copy of the file beside it, "<path>.before-NNNN").
  // Creation is one step: another process sees no catalog, or the whole one. A crash in it leaves "<path>.new-XXXXXX",
  // which nobody reads. A newer schema than ours is refused: Error(damaged) "made by a newer Coffre".
  static Database open(const std::string& path, const Clock& clock);
  // For commands that only look: no creation, no migration; write() is Error(internal). Error(not_found) without a
  // file, Error(damaged) when the schema is older than ours: it has to be opened once by a program that may migrate it.
  static Database open_read_only(const std::string& path, const Clock& clock);

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // Runs `work` in one transaction that takes the write lock at once (BEGIN IMMEDIATE); commits when it returns, rolls
  // back when it throws. After the return it is on the disk (synchronous=FULL). Not to be nested: Error(internal).
  // Threads that wait for their turn share one commit (catalog/group_commit.h): all or nothing holds for each `work`.
  void write(const std::function<void(Session&)>& work);
  // Runs `work` on a stable snapshot, which holds every write() that has returned. Writing fails. Not to be nested, and
  // not inside write(), whose changes it would not see: Error(internal).
  void read(const std::function<void(Session&)>& work) const;

  // PRAGMA integrity_check and foreign_key_check, and that no table, index or trigger was removed, altered or added by
  // hand; throws Error(damaged) with the first finding. The journal's contents: verify_journal.
  void check_integrity() const;

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace coffre
