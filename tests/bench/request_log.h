// Which requests the real store has answered, by its own log: how many of each kind. Threads: one.
#pragma once

#include <map>
#include <string>

#include "integration/s3/gateway.h"

namespace coffre::bench {

class RequestLog {
 public:
  explicit RequestLog(test::Gateway& peer) : peer_(peer), mark_(test::Place(peer).client()) {}

  // Since the last call: "HEAD object", "GET ?versions", "PUT ?retention", "GET bucket" -> number.
  std::map<std::string, std::size_t> take();

 private:
  // Everything that was answered before is in the log when a request of ours, which nobody else makes, is.
  std::string read_up_to_now();

  test::Gateway& peer_;
  S3Client mark_;
  std::size_t read_ = 0;
  std::size_t marks_ = 0;
};

// "HEAD object 1.0, PUT object 1.0": each divided by `objects`, those below a hundredth left out.
std::string per_object(const std::map<std::string, std::size_t>& requests, std::size_t objects);

}  // namespace coffre::bench
