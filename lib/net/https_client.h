// The one HTTPS client towards devices and stores, on libcurl, with the rules of security-design.md section 3.
//
// https only; who the peer is was confirmed (a device: by the pin of its key; a store: by an authority and its host
// name), never taken on trust; no redirects; exactly one authentication scheme; limits on bytes and time in every
// phase; no proxy; no content decoding; only addresses that the endpoint allows; cookies only as the caller sends them.
// Never logs a request, a header or a body. URLs in errors are shown without their query.
//
// Threads: a client belongs to one thread at a time (it keeps one connection alive). Errors are thrown as Error:
//   unreachable  no route, refused, DNS, connection lost, early end (category "SHORT_BODY": fewer bytes than declared
//   or
//                a chunked body cut), time-out of any phase (category "TIMEOUT")
//   refused      nothing was sent: the pin does not match (category "PIN_MISMATCH"), no authority that counts vouches
//                for the certificate or it is for another name ("CERTIFICATE"), there is no pin or no well-formed one
//                ("PIN_MISSING", "PIN_MALFORMED"), the address is outside what the endpoint allows ("ADDRESS_FENCE"),
//                the peer has no TLS >= 1.2 that we accept ("TLS"), the key of its certificate is weak and this
//                endpoint has no exception ("WEAK_KEY")
//   implausible  the peer breaks the protocol: more bytes than allowed (category "TOO_LARGE"), content encoding
//                ("ENCODING"), redirect ("REDIRECT"), lying length ("LENGTH"), anything else ("PROTOCOL")
//   usage        an endpoint or request that cannot be sent (bad URL, network, header, credential characters)
// Other HTTP statuses are not errors here: the caller judges them. 304 is not a redirect. After an Error some bytes may
// have been written to the sink: whoever made the sink drops it.
//
// A dead keep-alive connection is replaced silently, except when that would send a password or an upload twice: a lost
// upload is Error(unreachable), and may have arrived or not.
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

enum class Trust {
  pin,          // devices: the key whose fingerprint a person has confirmed, whatever its certificate says
  authorities,  // stores: a certificate for the very host name, from an authority of `ca_file` or, without one, of this
                // machine
};

struct Endpoint {
  std::string base_url;  // "https://host[:port]", nothing after it
  std::string pin;       // Trust::pin only, and required there: "sha256//<base64 of 32 bytes>"
  std::string ca_file;   // Trust::authorities only: PEM; then no other authority counts
  std::vector<std::string>
      networks;                 // CIDR list that a host *name* may resolve to; a literal address allows itself only.
                                // Without the list, a name may not resolve to loopback, link-local, multicast or 0/8.
  bool allow_weak_key = false;  // a dated exception for this peer: its weak key is logged once, not refused
  Trust trust = Trust::pin;
};

struct Limits {
  std::chrono::milliseconds connect{10'000};      // TCP and TLS together
  std::chrono::milliseconds first_byte{120'000};  // from the request's end to the first byte of the answer
  std::chrono::milliseconds total{600'000};
  std::uint64_t slow_bytes_per_second = 64;    // slower than this for `slow_for`: ended
  std::chrono::milliseconds slow_for{30'000};  // in either direction; time spent in the sink does not count
  std::uint64_t max_body_bytes = 256ULL * 1024 * 1024;
  std::uint64_t max_header_bytes = 64ULL * 1024;  // of one answer, trailers and 1xx answers included
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
  std::vector<std::pair<std::string, std::string>> headers{};
  ClearBytes body{};  // wiped with the request
  // Sent as the body instead, as it is read, with its size as Content-Length. What it throws ends the exchange and
  // reaches the caller unchanged.
  const RandomReader* upload = nullptr;
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
  // Checks the endpoint's form (refused: PIN_MISSING, PIN_MALFORMED; usage, also for a pin where authorities decide and
  // the other way round); connects to nothing.
  HttpsClient(Endpoint endpoint, Limits limits);
  ~HttpsClient();
  HttpsClient(HttpsClient&&) noexcept;
  HttpsClient& operator=(HttpsClient&&) noexcept;

  // Sends one request and writes the body of the final answer to `body` as it arrives. With digest, libcurl's first
  // unauthenticated request and its challenge are part of the call; credentials are sent once, never twice: a second
  // 401 is returned as it is (its body may be missing when it said stale=true). The body of a challenge is not written.
  // Each call asks for a fresh challenge, so that a nonce that a device forgot never looks like a wrong password.
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
  std::string not_after;  // RFC 3339
  std::string key;        // "RSA 2048", "EC 256"
  bool weak_key = false;  // RSA < 2048 or EC < 224
};

// First contact: TLS handshake only, no HTTP request, no credentials. Same address fence and time limits.
ServerCertificate probe_certificate(const std::string& base_url, const std::vector<std::string>& networks,
                                    const Limits& limits);

// Whether `pin` has the form "sha256//" + base64 of exactly 32 bytes.
bool is_pin(std::string_view pin);

// Percent-encoding of one query value or path segment (RFC 3986 unreserved characters stay).
std::string percent_encode(std::string_view text);

}  // namespace coffre
