// An S3 store that says what a test tells it to, answer by answer: only for what the real one (tests/integration/s3)
// cannot be brought to do. It checks nothing and stores nothing.
//
//   ScriptedStore store({absent(), stored("v1"), versions({{"K", "v1", 3}})});
//   ... the code under test, with bucket "bucket" at store.url() and the authority store.authority_pem() ...
//   CHECK(store.seen() == std::vector<std::string>{"HEAD K", "PUT K", "GET ?versions"});
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "simulators/fleet.h"
#include "simulators/wire.h"

namespace coffre::simulator {

struct StoreAnswer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  std::optional<std::uint64_t> declared{};  // Content-Length when it is not the body's; the connection ends then
  bool hang_up = false;                     // the connection ends without an answer
};

struct StoreVersion {
  std::string key;
  std::string version;
  std::uint64_t size = 0;
  bool delete_marker = false;
};

StoreAnswer plain(int status);                                      // neither headers nor body
StoreAnswer absent();                                               // 404 to HEAD
StoreAnswer failure(int status, const std::string& code);           // with an <Error> document
StoreAnswer stored(const std::string& version);                     // to PUT
StoreAnswer found(std::uint64_t size, const std::string& version);  // to HEAD
StoreAnswer locked(StoreAnswer found, const std::string& mode, const std::string& until);
StoreAnswer versions(const std::vector<StoreVersion>& all);  // the one page of a listing
StoreAnswer versioning_enabled();                            // to GET ?versioning
StoreAnswer lock_enabled();                                  // to GET ?object-lock
StoreAnswer hung_up();

class ScriptedStore {
 public:
  // After the last answer everything is 500 InternalError.
  explicit ScriptedStore(std::vector<StoreAnswer> answers);
  // Each answer made from its request, one call at a time: a store with a will of its own (lying_store.h).
  using Answers = std::function<StoreAnswer(const HttpRequest& request)>;
  explicit ScriptedStore(Answers answers);

  [[nodiscard]] std::string url() const;            // "https://127.0.0.1:PORT"
  [[nodiscard]] std::string authority_pem() const;  // its certificate, self-signed
  // "METHOD KEY?FIRST-PARAMETER", without the bucket: "HEAD K", "GET ?versions", "PUT K?retention".
  [[nodiscard]] std::vector<std::string> seen() const;
  // A body of more than 64 KiB is not kept.
  [[nodiscard]] std::vector<HttpRequest> requests() const;
  // TCP connections that were accepted, also those on which nothing was asked.
  [[nodiscard]] std::uint64_t connections() const;

  void stop_listening() { fleet_.stop_listening(); }
  void listen_again() { fleet_.listen_again(); }
  // A fault below HTTP (README.md): "old-tls".
  void fault(const std::string& kind);
  void end_faults();

 private:
  bool exchange(const HttpRequest& request, Wire& wire);

  mutable std::mutex mutex_;
  Answers answers_;
  std::vector<HttpRequest> requests_;
  Fleet fleet_;
};

}  // namespace coffre::simulator
