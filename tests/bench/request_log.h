// Which requests the real store has answered, by its own log: how many of each kind. Threads: one.
#pragma once

#include <map>
#include <string>

#include "integration/s3/gateway.h"

namespace coffre::bench {

struct Answered {
  std::size_t count = 0;
  double seconds = 0;  // that the store took for all of them; its clock has steps of 4 ms
};
using Requests = std::map<std::string, Answered>;

class RequestLog {
 public:
  explicit RequestLog(test::Gateway& peer) : peer_(peer), mark_(test::Place(peer).client()) {}

  // Since the last call, by kind: "HEAD object", "GET ?versions", "PUT ?retention", "GET bucket".
  Requests take();

 private:
  // Everything that was answered before is in the log when a request of ours, which nobody else makes, is.
  std::string read_up_to_now();

  test::Gateway& peer_;
  S3Client mark_;
  std::size_t read_ = 0;
  std::size_t marks_ = 0;
};

void add(Requests& sum, const Requests& more);
// "HEAD object 1.00 (2.1 ms), PUT object 1.00 (9.3 ms)": how many an object, and how long each took; those below a
// hundredth left out.
std::string per_object(const Requests& requests, std::size_t objects);

}  // namespace coffre::bench
