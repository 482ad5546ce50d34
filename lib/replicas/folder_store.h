// Objects as files below a folder: what the local volume and the directory have in common. For this room.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "os/folder.h"
#include "replicas/replica.h"

namespace coffre {

// As Replica::put_if_absent. `check` runs before anything is written and again before the object gets its name; what it
// throws ends the put, with nothing stored.
PutResult store_put(const Folder& folder, std::string_view path, const RandomReader& content, const Digest& digest,
                    const std::function<void()>& check);

// As Replica::repair; `check` as for store_put.
std::string store_repair(const Folder& folder, std::string_view path, const RandomReader& content, const Digest& digest,
                         const std::function<void()>& check);

// As the functions of Replica, after making sure that the folder is still mounted.
std::unique_ptr<RandomReader> store_open(const Folder& folder, std::string_view path);
std::optional<ObjectInfo> store_head(const Folder& folder, std::string_view path);
void store_list(const Folder& folder, std::string_view prefix, const Replica::Visitor& visit);
// As Replica::remove, once the permit was looked at.
Removal store_remove(const Folder& folder, std::string_view path);

}  // namespace coffre
