// A client of ZoneMinder's API that shares nothing with ours (no lib/net, no lib/drivers): what it reads is what a
// backup is compared with. Trusts the server's own certificate only.
//
// Failures (connection, a status other than 200, a write that was not "Saved") throw std::runtime_error with the
// answer. Threads: one.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "integration/zoneminder/zoneminder_server.h"

namespace coffre::test {

using Fields = std::vector<std::pair<std::string, std::string>>;

class ApiClient {
 public:
  // Logs in.
  ApiClient(const ZoneMinderServer& server, std::string_view user, std::string_view password);

  // `path` below "/zm/api/", without query. Gives the body.
  [[nodiscard]] std::string get(std::string_view path) const;
  // A form. ZoneMinder answers some writes with nothing at all: reading back is the caller's matter.
  void write(std::string_view path, const Fields& form) const;

 private:
  [[nodiscard]] std::string send(std::string_view path, std::string_view query, const std::string* form) const;

  std::string base_;
  std::string certificate_;
  std::string token_;
};

}  // namespace coffre::test
