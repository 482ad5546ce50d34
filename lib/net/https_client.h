// The one HTTPS client towards devices and stores, on libcurl, with the rules of security-design.md section 3.
//
// https only; a public-key pin or a CA file is mandatory; no redirects; exactly one authentication scheme; limits on
// bytes and time in every phase; no proxy; no content decoding; only addresses that the endpoint allows; cookies only
// as the caller sends them. Never logs a request, a header or a body. URLs in errors are shown without their query.
//
// Threads: a client belongs to one thread at a time (it keeps one connection alive). Errors are thrown as Error:
//   unreachable  no route, refused, DNS, time-out of any phase, connection lost, early end (short body)
//   refused      the pin or certificate does not match (category "PIN_MISMATCH"; nothing was sent),
//                address outside what the endpoint allows (category "ADDRESS_FENCE"; nothing was sent)
//   implausible  the peer breaks the protocol: more bytes than allowed, content encoding, redirect, lying length
// HTTP statuses are not errors here: the caller judges them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "base/stream.h"

namespace coffre {

struct Endpoint {
  std::string base_url;               // "https://host[:port]", nothing after it
  std::string pin;                    // "sha256//<base64 of 32 bytes>"; checked for form before any connection
  std::string ca_file;                // stores only: used instead of a pin; one of both is required
  std::vector<std::string> networks;  // CIDR list that a host *name* may resolve to; a literal address allows itself only.
                                      // Without the list, a name may not resolve to loopback, link-local, multicast or 0/8.
};

struct Limits {
  std::chrono::milliseconds connect{10'000};      // TCP and TLS together
  std::chrono::milliseconds first_byte{120'000};  // from the request's end to the first byte of the answer
  std::chrono::milliseconds total{600'000};
  std::uint64_t slow_bytes_per_second = 64;       // slower than this for `slow_for`: ended
  std::chrono::seconds slow_for{30};
  std::uint64_t max_body_bytes = 256ULL * 1024 * 1024;
  std::uint64_t max_header_bytes = 64ULL * 1024;
};

enum class AuthScheme { none, basic, digest, bearer };

struct Credentials {
  AuthScheme scheme = AuthScheme::none;
  std::string user;
  SecretString secret;  // password, or the bearer token
};

struct Request {
  std::string method = "GET";
  std::string target;  // path and query, starts with "/"; percent-encoded by the caller
  std::vector<std::pair<std::string, std::string>> headers;
  ClearBytes body;     // wiped with the request
};

struct Response {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, in order of arrival
  std::optional<std::uint64_t> declared_length;              // Content-Length, when there was one
  std::uint64_t body_bytes = 0;                              // written to the sink
  bool credentials_sent = false;  // whether a request that carried credentials was answered (rule 5 counts only those)
  bool challenge_stale = false;   // the last 401 said stale=true
  std::string offered_auth;       // schemes of the last WWW-Authenticate headers, lower case: "digest", "basic,digest"

  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;  // "" when absent
};

class HttpsClient {
 public:
  HttpsClient(Endpoint endpoint, Limits limits);
  ~HttpsClient();
  HttpsClient(HttpsClient&&) noexcept;
  HttpsClient& operator=(HttpsClient&&) noexcept;

  // Sends one request and writes the body of the final answer to `body` as it arrives. With digest, libcurl's first
  // unauthenticated request and its challenge are part of the call; credentials are sent once, never twice: a second
  // 401 is returned as it is. The body of a challenge is not written.
  Response send(const Request& request, const Credentials& credentials, ByteSink& body);

  [[nodiscard]] const Endpoint& endpoint() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What a server shows before anything is sent to it.
struct ServerCertificate {
  std::string pin;          // "sha256//<base64>" of its public key: what goes into the inventory
  std::string fingerprint;  // SHA-256 of the certificate, "AB:CD:...", as browsers show it
  std::string subject;
  std::string issuer;
  std::string not_after;    // RFC 3339
  std::string key;          // "RSA 2048", "EC 256"
  bool weak_key = false;    // RSA < 2048 or EC < 224
};

// First contact: TLS handshake only, no HTTP request, no credentials. Same address fence and time limits.
ServerCertificate probe_certificate(const std::string& base_url, const std::vector<std::string>& networks,
                                    const Limits& limits);

// Whether `pin` has the form "sha256//" + base64 of exactly 32 bytes.
bool is_pin(std::string_view pin);

// Percent-encoding of one query value or path segment (RFC 3986 unreserved characters stay).
std::string percent_encode(std::string_view text);

}  // namespace coffre
