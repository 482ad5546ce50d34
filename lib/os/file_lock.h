// The lock on an open file that os/lock.h and os/durable_file.h use: F_OFD_SETLK, over the whole file, exclusive. It
// belongs to the open description, so it excludes threads of one process too, and ends with its last descriptor.
#pragma once

#include "os/file_descriptor.h"

namespace coffre {

// 0, EAGAIN when somebody else holds it, or another errno value. The file is open for writing.
int lock_file(int file);

// 0 when nobody holds it, EAGAIN when somebody does, or another errno value. Changes nothing.
int probe_lock(int file);

}  // namespace coffre
