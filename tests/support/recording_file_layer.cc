#include "support/recording_file_layer.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "support/temp_dir.h"

namespace coffre::test {
namespace {

namespace fs = std::filesystem;
using Change = RecordingFileLayer::Change;
using NodeId = RecordingFileLayer::NodeId;
using Operation = RecordingFileLayer::Operation;

constexpr NodeId kRoot = 0;

struct File {
  Bytes written;
  std::size_t synced = 0;
};

struct FolderState {
  std::vector<Operation> durable;
  std::vector<Operation> pending;
};

struct Disk {
  std::map<NodeId, File> files;
  std::map<NodeId, FolderState> folders;
};

void apply(Disk& disk, const Operation& operation) {
  switch (operation.change) {
    case Change::create_file:
      disk.files[operation.node] = {};
      return;
    case Change::write:
      append(disk.files[operation.node].written, operation.bytes);
      return;
    case Change::make_folder:
      disk.folders[operation.node] = {};
      break;
    case Change::sync: {
      if (const auto file = disk.files.find(operation.node); file != disk.files.end()) {
        file->second.synced = file->second.written.size();
        return;
      }
      FolderState& folder = disk.folders[operation.node];
      folder.durable.insert(folder.durable.end(), folder.pending.begin(), folder.pending.end());
      folder.pending.clear();
      return;
    }
    case Change::add_name:
    case Change::rename:
    case Change::remove_name:
      break;
  }
  disk.folders[operation.folder].pending.push_back(operation);
}

Disk replay(const std::vector<Operation>& operations, std::size_t setup, std::size_t count) {
  Disk disk;
  disk.folders[kRoot] = {};
  for (std::size_t i = 0; i < count; ++i) {
    apply(disk, operations[i]);
    if (i + 1 != setup) continue;
    for (auto& [id, folder] : disk.folders) {
      folder.durable.insert(folder.durable.end(), folder.pending.begin(), folder.pending.end());
      folder.pending.clear();
    }
    for (auto& [id, file] : disk.files) file.synced = file.written.size();
  }
  return disk;
}

enum class Tail { lost, arrived, zeros };

// One way in which the un-synced part may have reached the disk: pending changes per folder, tail per file.
struct Fate {
  std::map<NodeId, std::size_t> arrived_names;
  std::map<NodeId, Tail> tails;

  [[nodiscard]] std::string text() const {
    std::string out;
    for (const auto& [id, count] : arrived_names)
      out += " folder" + std::to_string(id) + ":" + std::to_string(count) + " changes arrived";
    for (const auto& [id, tail] : tails)
      out += " file" + std::to_string(id) +
             (tail == Tail::lost    ? ": tail lost"
              : tail == Tail::zeros ? ": tail zeros"
                                    : ": tail arrived");
    return out;
  }
};

std::vector<Fate> fates_of(const Disk& disk) {
  std::vector<Fate> fates{{}};
  for (const auto& [id, folder] : disk.folders) {
    if (folder.pending.empty()) continue;
    std::vector<Fate> more;
    for (const Fate& fate : fates)
      for (std::size_t count = 0; count <= folder.pending.size(); ++count) {
        more.push_back(fate);
        more.back().arrived_names[id] = count;
      }
    fates = std::move(more);
  }
  for (const auto& [id, file] : disk.files) {
    if (file.synced == file.written.size()) continue;
    std::vector<Fate> more;
    for (const Fate& fate : fates)
      for (const Tail tail : {Tail::lost, Tail::arrived, Tail::zeros}) {
        more.push_back(fate);
        more.back().tails[id] = tail;
      }
    fates = std::move(more);
  }
  return fates;
}

std::map<std::string, NodeId> names_in(const FolderState& folder, std::size_t arrived) {
  std::vector<Operation> changes = folder.durable;
  changes.insert(changes.end(), folder.pending.begin(), folder.pending.begin() + static_cast<std::ptrdiff_t>(arrived));
  std::map<std::string, NodeId> names;
  for (const Operation& change : changes) {
    if (change.change == Change::add_name || change.change == Change::make_folder) names[change.name] = change.node;
    if (change.change == Change::remove_name) names.erase(change.name);
    if (change.change != Change::rename) continue;
    const auto from = names.find(change.name);
    if (from == names.end()) continue;
    names[change.new_name] = from->second;
    names.erase(change.name);
  }
  return names;
}

std::string content_of(const File& file, Tail tail) {
  std::string text(as_text(file.written));
  if (tail == Tail::lost) text.resize(file.synced);
  if (tail == Tail::zeros) std::fill(text.begin() + static_cast<std::ptrdiff_t>(file.synced), text.end(), '\0');
  return text;
}

void materialize(const Disk& disk, const Fate& fate, NodeId folder, const fs::path& path) {
  fs::create_directories(path);
  const auto arrived = fate.arrived_names.find(folder);
  const std::size_t count = arrived == fate.arrived_names.end() ? 0 : arrived->second;
  for (const auto& [name, node] : names_in(disk.folders.at(folder), count)) {
    if (disk.folders.contains(node)) {
      materialize(disk, fate, node, path / name);
      continue;
    }
    const auto tail = fate.tails.find(node);
    write_file(path / name, content_of(disk.files.at(node), tail == fate.tails.end() ? Tail::arrived : tail->second));
  }
}

std::pair<dev_t, ino_t> identity_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw std::runtime_error("fstat failed");
  return {status.st_dev, status.st_ino};
}

FileDescriptor open_any(const fs::path& path) {
  return FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace

RecordingFileLayer::RecordingFileLayer(const fs::path& root) {
  record_tree(root, new_node(open_any(root).get()));
  setup_ = operations_.size();
}

void RecordingFileLayer::record_tree(const fs::path& folder, NodeId id) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const NodeId node = new_node(open_any(entry.path()).get());
    if (entry.is_directory()) {
      operations_.push_back({Change::make_folder, node, id, name, {}, {}});
      record_tree(entry.path(), node);
      continue;
    }
    const std::string content = read_file(entry.path());
    operations_.push_back({Change::create_file, node, 0, {}, {}, {}});
    operations_.push_back({Change::write, node, 0, {}, {}, Bytes(content.begin(), content.end())});
    operations_.push_back({Change::add_name, node, id, name, {}, {}});
  }
}

NodeId RecordingFileLayer::new_node(int fd) {
  nodes_[identity_of(fd)] = next_;
  return next_++;
}

NodeId RecordingFileLayer::node_of(int fd) {
  return nodes_.at(identity_of(fd));
}

std::size_t RecordingFileLayer::for_each_cut(const std::function<void(const Cut& cut)>& check) const {
  std::size_t states = 0;
  for (std::size_t count = setup_; count <= operations_.size(); ++count) {
    const Disk disk = replay(operations_, setup_, count);
    for (const Fate& fate : fates_of(disk)) {
      const TempDir after;
      materialize(disk, fate, kRoot, after.path());
      check({after.path(), count, "power cut after change " + std::to_string(count - setup_) + ":" + fate.text()});
      ++states;
    }
  }
  return states;
}

int RecordingFileLayer::create_unnamed(int folder, FileDescriptor& out) {
  if (const int error = system_file_layer().create_unnamed(folder, out)) return error;
  operations_.push_back({Change::create_file, new_node(out.get()), 0, {}, {}, {}});
  return 0;
}

int RecordingFileLayer::create_named(int folder, const std::string& name, FileDescriptor& out) {
  if (const int error = system_file_layer().create_named(folder, name, out)) return error;
  const NodeId file = new_node(out.get());
  operations_.push_back({Change::create_file, file, 0, {}, {}, {}});
  operations_.push_back({Change::add_name, file, node_of(folder), name, {}, {}});
  return 0;
}

int RecordingFileLayer::write(int file, ByteView bytes, std::size_t& written) {
  if (const int error = system_file_layer().write(file, bytes, written)) return error;
  operations_.push_back({Change::write,
                         node_of(file),
                         0,
                         {},
                         {},
                         Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(written))});
  return 0;
}

int RecordingFileLayer::sync(int file_or_folder) {
  if (const int error = system_file_layer().sync(file_or_folder)) return error;
  operations_.push_back({Change::sync, node_of(file_or_folder), 0, {}, {}, {}});
  return 0;
}

int RecordingFileLayer::link(int file, int folder, const std::string& name) {
  if (const int error = system_file_layer().link(file, folder, name)) return error;
  operations_.push_back({Change::add_name, node_of(file), node_of(folder), name, {}, {}});
  return 0;
}

int RecordingFileLayer::rename(int folder, const std::string& from, const std::string& to) {
  if (const int error = system_file_layer().rename(folder, from, to)) return error;
  operations_.push_back({Change::rename, 0, node_of(folder), from, to, {}});
  return 0;
}

int RecordingFileLayer::remove_file(int folder, const std::string& name) {
  if (const int error = system_file_layer().remove_file(folder, name)) return error;
  operations_.push_back({Change::remove_name, 0, node_of(folder), name, {}, {}});
  return 0;
}

int RecordingFileLayer::make_folder(int folder, const std::string& name) {
  if (const int error = system_file_layer().make_folder(folder, name)) return error;
  FileDescriptor made(::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  operations_.push_back({Change::make_folder, new_node(made.get()), node_of(folder), name, {}, {}});
  return 0;
}

}  // namespace coffre::test
