// A small S3 store in memory that keeps versions and locks as it should, except where it is told to lie: for what no
// real store can be brought to do. It checks no signature. One bucket, "bucket", as in scripted_store.h.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "simulators/scripted_store.h"

namespace coffre::simulator {

struct StoreLies {
  bool deletes_locked = false;      // takes and shows the lock, and deletes all the same
  bool drops_locks = false;         // says 200 to a lock, keeps none
  bool refuses_deletion = false;    // the key has no right to delete
  bool ignores_conditions = false;  // If-None-Match
  bool ignores_digests = false;     // Content-MD5 and x-amz-content-sha256
  bool overwrites = false;          // says that it keeps versions, and keeps one
  bool drops_metadata = false;
  bool loses_pages = false;  // a listing in pages ends after the first
  Seconds clock_ahead{0};
};

class LyingStore {
 public:
  explicit LyingStore(StoreLies lies);

  [[nodiscard]] std::string url() const { return store_.url(); }
  [[nodiscard]] std::string authority_pem() const { return store_.authority_pem(); }
  // "KEY VERSION" of everything it holds, in the order of its listing.
  [[nodiscard]] std::vector<std::string> holds() const;
  void lie(const StoreLies& lies);
  // As if that much time had passed since everything was put.
  void age(Seconds time);

 private:
  struct Object {
    std::string key;
    std::string version;
    std::string content;
    std::vector<std::pair<std::string, std::string>> metadata;
    std::string lock_mode;
    Instant locked_until;
    Instant modified;
  };
  using Objects = std::vector<Object>;

  StoreAnswer answer(const HttpRequest& request);
  StoreAnswer put(const HttpRequest& request, const std::string& key);
  StoreAnswer set_retention(const HttpRequest& request, const std::string& key);
  StoreAnswer look(const HttpRequest& request, const std::string& key);
  StoreAnswer remove(const HttpRequest& request, const std::string& key);
  StoreAnswer list(const HttpRequest& request) const;
  Objects::iterator find(const HttpRequest& request, const std::string& key);
  [[nodiscard]] Instant now() const;

  mutable std::mutex mutex_;
  StoreLies lies_;
  Objects objects_;  // by key, newest first
  unsigned next_version_ = 1;
  ScriptedStore store_;  // last: it answers as soon as it is there
};

}  // namespace coffre::simulator
