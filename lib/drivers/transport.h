// How requests reach a device: net's HTTPS client in the programs, a recorded dialogue in tests.
//
// Same contract as HttpsClient::send (net/https_client.h): statuses are not errors, credentials are sent at most once.
#pragma once

#include <functional>
#include <memory>

#include "net/https_client.h"

namespace coffre {

class Transport {
 public:
  virtual ~Transport() = default;
  virtual Response send(const Request& request, const Credentials& credentials, ByteSink& body) = 0;
};

using TransportFactory = std::function<std::unique_ptr<Transport>(Endpoint endpoint, const Limits& limits)>;

// The real one. Connects to nothing before the first request.
std::unique_ptr<Transport> https_transport(Endpoint endpoint, const Limits& limits);

}  // namespace coffre
