// The real ZoneMinder of Debian 12, started by the script `start` beside this file, over HTTPS on a loopback port.
//
//   ZoneMinderServer& peer = zone_minder();   // the one of this program: started at first use, ends with the program
//   peer.hold("/zm/api/zones.json", 2);       // the second request from now on waits in front of ZoneMinder ...
//   peer.wait_held();                         // ... has come in ...
//   peer.release();                           // ... goes on
//
// Failures (packages missing, not root, not ready in time) throw std::runtime_error with what the script said: such a
// test fails, it is never passed over. Threads: the one that made it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/child_process.h"
#include "support/temp_dir.h"

namespace coffre::test {

inline constexpr std::string_view kAdminUser = "admin";
inline constexpr std::string_view kAdminPassword = "admin";

class ZoneMinderServer {
 public:
  ZoneMinderServer();   // returns when the API answers
  ~ZoneMinderServer();  // both servers have ended, the folder is gone
  ZoneMinderServer(const ZoneMinderServer&) = delete;
  ZoneMinderServer& operator=(const ZoneMinderServer&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }  // "https://127.0.0.1:PORT"
  [[nodiscard]] const std::string& pin() const { return pin_; }  // made by openssl, not by us
  [[nodiscard]] std::filesystem::path certificate() const { return folder() / "certificate.pem"; }
  [[nodiscard]] std::filesystem::path folder() const { return dir_ / "zoneminder"; }

  void stop_database();   // gone when this returns
  void start_database();  // answers when this returns

  void hold(std::string_view path, int which);
  void wait_held();
  void release();

  // Everything that was asked so far, "METHOD /path" without the query, in order; written before it is answered.
  [[nodiscard]] std::vector<std::string> requests() const;

 private:
  void command(const std::string& line, std::string_view answer);
  void expect(std::string_view answer);

  TempDir dir_;
  ChildProcess start_;
  std::string url_;
  std::string pin_;
};

// Started with the content of content.h in it.
ZoneMinderServer& zone_minder();

}  // namespace coffre::test
