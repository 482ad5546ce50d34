// Which S3 endpoints are known to lie in France, and what says so. The list is what providers publish of themselves; it
// proves nothing about a contract. Any other endpoint needs a person's written statement in the configuration.
//
// Pure. Sources stand beside each entry of the list (residency.cc) with their confidence: D the provider's own
// documentation names endpoint and place; T a third party's documentation does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace coffre {

struct KnownEndpoint {
  std::string_view host;    // of the endpoint, without the bucket's name
  std::string_view region;  // as the provider's signature wants it; "" = the provider does not use one
  std::string_view provider;
  std::string_view place;   // town or area in France
  std::string_view source;  // where it is written
};

// The entry for that host ("s3.gra.io.cloud.ovh.net"; capitals do not matter), or nullptr.
const KnownEndpoint* known_in_france(std::string_view host);

// "host" of "https://host[:port]".
std::string_view host_of_endpoint(std::string_view endpoint);

}  // namespace coffre
