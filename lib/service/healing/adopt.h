// A file of ours that lies in a place and that the catalog does not know, because it is younger or older than the file
// is, gets its row: otherwise nobody would see it, and its name and number would be given again.
//
// Threads, errors: those of the catalog. One transaction a file.
#pragma once

#include <optional>
#include <string_view>

#include "catalog/backups.h"
#include "service/installation.h"
#include "service/places/stored_file.h"

namespace coffre {

// The copy is "seen" (service/healing/surveyed_backup.h). A device that the catalog does not know comes with it.
// nullopt, with a line in the log: its name is none, or another file's, or it lies where that name does not belong, or
// its device's name is another device's today.
std::optional<BackupRow> adopt(Installation& at, std::string_view replica, const StoredFile& file);

}  // namespace coffre
