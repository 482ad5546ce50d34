// A small S3 store in memory that keeps versions and locks as it should, except where it is told to lie: for what no
// real store can be brought to do. It checks no signature. One bucket, "bucket", as in scripted_store.h.
#pragma once

#include <functional>
#include <map>
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
  bool keeps_no_versions = false;
  bool has_no_locks = false;
  bool weakens_locks = false;  // GOVERNANCE, whatever was asked for
  Seconds shortens_locks{0};   // each ends that much earlier than was asked for
  bool garbles = false;        // keeps another content than it was sent, and says so in its ETag
  // How often an object that was put is not shown yet: by listings, and to whoever asks for its key.
  unsigned listings_behind = 0;
  unsigned looks_behind = 0;
  Seconds clock_ahead{0};
};

class LyingStore {
 public:
  explicit LyingStore(StoreLies lies);

  [[nodiscard]] std::string url() const { return store_.url(); }
  [[nodiscard]] std::string authority_pem() const { return store_.authority_pem(); }
  // "KEY VERSION" of everything it holds, in the order of its listing.
  [[nodiscard]] std::vector<std::string> holds() const;
  // The content of each key's oldest version.
  [[nodiscard]] std::map<std::string, std::string> objects() const;
  [[nodiscard]] const ScriptedStore& requests() const { return store_; }
  void lie(const StoreLies& lies);
  // Whatever was behind is shown from now on.
  void show_everything();
  // From now on each request is answered by `way`, which may let the store do it first (`honest`), afterwards, or not
  // at all; one call at a time. Empty: the store again.
  using Way = std::function<StoreAnswer(const HttpRequest& request, const std::function<StoreAnswer()>& honest)>;
  void answer_by(Way way);
  void stop_listening() { store_.stop_listening(); }
  void listen_again() { store_.listen_again(); }
  void fault(const std::string& kind) { store_.fault(kind); }
  void end_faults() { store_.end_faults(); }
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
    unsigned listings_behind = 0;
    unsigned looks_behind = 0;
  };
  using Objects = std::vector<Object>;

  StoreAnswer answer(const HttpRequest& request);
  [[nodiscard]] StoreAnswer about_bucket(const HttpRequest& request);
  void lock(Object& object, const std::string& mode, Instant until) const;
  StoreAnswer put(const HttpRequest& request, const std::string& key);
  StoreAnswer set_retention(const HttpRequest& request, const std::string& key);
  StoreAnswer look(const HttpRequest& request, const std::string& key);
  StoreAnswer remove(const HttpRequest& request, const std::string& key);
  StoreAnswer list_versions(const HttpRequest& request);
  StoreAnswer list_objects(const HttpRequest& request);
  static bool is_shown(unsigned& behind);
  Objects::iterator find(const HttpRequest& request, const std::string& key);
  [[nodiscard]] Instant now() const;

  mutable std::mutex mutex_;
  StoreLies lies_;
  Way way_;
  Objects objects_;  // by key, newest first
  unsigned next_version_ = 1;
  ScriptedStore store_;  // last: it answers as soon as it is there
};

}  // namespace coffre::simulator
