// The power cut: records what is asked of the disk, and makes every state that the disk could be in when the power
// goes.
//
// Model. Bytes of a file are on the disk once the file was synced; names in a folder (link, rename, removal,
// sub-folder) once the folder was synced. Of what was not synced, any prefix may have arrived: per folder, the first k
// of its pending changes; per file, nothing more, all, or the right length with zeros in place of the data (delayed
// allocation). Folders and files are independent of each other, which is harsher than any real filesystem.
//
// Threads: one at a time.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "os/file_layer.h"

namespace coffre::test {

class RecordingFileLayer final : public FileLayer {
 public:
  // Everything below `root` is taken as durable now.
  explicit RecordingFileLayer(const std::filesystem::path& root);

  // How many changes were recorded so far: lets a test note at which instant something was acknowledged.
  [[nodiscard]] std::size_t position() const { return operations_.size(); }

  struct Cut {
    std::filesystem::path disk;  // a folder that looks like `root` after the power came back
    std::size_t position = 0;    // number of changes asked for before the cut
    std::string description;     // for INFO
  };
  // Calls `check` for every instant and every state; `disk` is gone after each call. Returns the number of states.
  std::size_t for_each_cut(const std::function<void(const Cut& cut)>& check) const;

  int create_unnamed(int folder, FileDescriptor& out) override;
  int create_named(int folder, const std::string& name, FileDescriptor& out) override;
  int write(int file, ByteView bytes, std::size_t& written) override;
  int sync(int file_or_folder) override;
  int link(int file, int folder, const std::string& name) override;
  int rename(int folder, const std::string& from, const std::string& to) override;
  int remove_file(int folder, const std::string& name) override;
  int make_folder(int folder, const std::string& name) override;

  using NodeId = std::size_t;
  enum class Change { create_file, write, sync, add_name, rename, remove_name, make_folder };
  struct Operation {
    Change change;
    NodeId node = 0;    // file, or the new sub-folder
    NodeId folder = 0;  // where names change
    std::string name;
    std::string new_name;  // rename
    Bytes bytes;           // write
  };

 private:
  NodeId node_of(int fd);
  NodeId new_node(int fd);
  void record_tree(const std::filesystem::path& folder, NodeId id);

  std::vector<Operation> operations_;
  std::size_t setup_ = 0;  // operations that describe what was there at the beginning
  std::map<std::pair<dev_t, ino_t>, NodeId> nodes_;
  NodeId next_ = 0;
};

}  // namespace coffre::test
