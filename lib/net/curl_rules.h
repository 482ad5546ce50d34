// The part of libcurl that every connection of ours has in common: what is switched off, TLS, pin, address fence, and
// which Error a failure is. libcurl's handle is passed as void* so that its header stays inside .cc files.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/address_fence.h"
#include "net/https_client.h"

namespace coffre {

// Once per process, thread-safe. libcurl's memory (it copies passwords) is wiped when freed.
void init_curl();

// Lives as long as transfers of the handle it was applied to.
struct ConnectionRules {
  Endpoint endpoint;
  Limits limits;
  AddressFence fence;
  bool fence_refused = false;          // an address was turned away since this was last cleared
  std::array<char, 256> error_text{};  // CURL_ERROR_SIZE
};

// Checks the endpoint's URL and networks (usage). The pin is the caller's matter.
ConnectionRules make_rules(Endpoint endpoint, Limits limits);

// Sets all options that do not depend on the request. Trust::pin without a pin verifies nothing: first contact only.
void apply_rules(void* easy, ConnectionRules& rules);

// The key of the certificate that the peer showed, from within a callback of a transfer whose TLS is up. A key that
// cannot be read counts as weak.
struct PeerKey {
  std::string text;   // "RSA 2048", "EC 256"; "?"
  bool weak = false;  // RSA < 2048, EC < 224, or neither of both
};
PeerKey peer_key(void* easy);

// What a CURLcode other than CURLE_OK means. `head_complete`: an answer's head had been read.
Error curl_error(int code, const ConnectionRules& rules, const std::string& step, bool head_complete);

}  // namespace coffre
