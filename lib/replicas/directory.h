// A replica in an ordinary directory: stands in for the bucket (quickstart), or a disk or share at another place.
//
// May be another filesystem; each put streams through the durable recipe (os/durable_file.h): crash behaviour as there.
// Encryption is not checked: sealed objects need none, and a bucket's is not ours to see either.
#pragma once

#include <memory>
#include <string>

#include "os/file_layer.h"
#include "replicas/replica.h"

namespace coffre {

struct DirectoryOptions {
  std::string name = "cloud";
  std::string location;
  std::string path;  // must exist: an unmounted volume's folder is never made up
};

// Throws Error(not_found), Error(rule) (a symbolic link) or Error(io). `layer` outlives the replica.
std::unique_ptr<Replica> open_directory(const DirectoryOptions& options, FileLayer& layer = system_file_layer());

}  // namespace coffre
