// Whether another process has a catalog open, so that nobody replaces the file under its hands: what it writes then
// would be on no page of the new one.
//
// Asks for SQLite's own locks: a connection in WAL mode holds a shared lock on the database file from its first
// statement until it is closed (https://www.sqlite.org/wal.html, "Use of WAL Without Shared-Memory" and os_unix.c:
// bytes from 0x40000000 on). Nothing is opened through SQLite and nothing is written, so a damaged file can be asked
// too.
//
// Only other processes are seen; call it while no Database of this process is open on the file, since closing any
// descriptor of it takes this process's locks away. A process that begins right after the answer is not seen.
#pragma once

#include <string>

namespace coffre {

// Error(conflict) that names the process. Nothing when there is no such file. Error(io).
void require_unused_catalog(const std::string& path);

}  // namespace coffre
