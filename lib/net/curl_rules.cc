#include "net/curl_rules.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <sys/socket.h>

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <utility>

#include "base/secret.h"
#include "base/text.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr long kOn = 1;
constexpr long kOff = 0;
constexpr long kVerifyHostName = 2;  // CURLOPT_SSL_VERIFYHOST: 1 is not a value
constexpr long kReceiveBuffer = 64L * 1024;

// libcurl strdup()s user names, passwords and headers, and frees them as they are. These wipe first.
void wiping_free(void* block) {
  if (block == nullptr) return;
  wipe(block, ::malloc_usable_size(block));
  std::free(block);
}

void* wiping_realloc(void* block, std::size_t size) {
  if (block == nullptr) return std::malloc(size);
  void* fresh = std::malloc(size);
  if (fresh == nullptr) return nullptr;
  std::memcpy(fresh, block, std::min(size, ::malloc_usable_size(block)));
  wiping_free(block);
  return fresh;
}

char* plain_strdup(const char* text) {
  return ::strdup(text);
}
void* plain_malloc(std::size_t size) {
  return std::malloc(size);
}
void* plain_calloc(std::size_t count, std::size_t size) {
  return std::calloc(count, size);
}

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code == CURLE_OK) return;
  throw Error(ErrorCode::internal, "preparing a connection",
              fmt::format("libcurl refuses option {}: {}", static_cast<int>(option), curl_easy_strerror(code)));
}

// Called with each resolved address before anything is sent to it.
curl_socket_t open_socket(void* context, curlsocktype purpose, curl_sockaddr* address) {
  auto& rules = *static_cast<ConnectionRules*>(context);
  const std::optional<NetAddress> target = address_of(address->addr);
  if (purpose != CURLSOCKTYPE_IPCXN || !target || !rules.fence.allows(*target)) {
    rules.fence_refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

Error refused(const std::string& step, std::string why, std::string hint, std::string_view category) {
  Error error(ErrorCode::refused, step, std::move(why), std::move(hint));
  error.with_category(category);
  return error;
}

Error protocol_error(const std::string& step, std::string why) {
  Error error(ErrorCode::implausible, step, std::move(why));
  error.with_category("PROTOCOL");
  return error;
}

Error unreachable(const std::string& step, std::string why, std::string_view category = {}) {
  Error error(ErrorCode::unreachable, step, std::move(why));
  error.with_category(category);
  return error;
}

// 35 is a broken connection as well as a handshake that cannot come about; OpenSSL's own errors start with "error:".
Error handshake_error(const std::string& step, const std::string& detail) {
  if (detail.find("error:") == std::string::npos) {
    return unreachable(step,
                       fmt::format(fmt::runtime(tr("the connection was lost while TLS was set up ({})")), detail));
  }
  return refused(step, fmt::format(fmt::runtime(tr("no TLS 1.2 or newer could be agreed upon ({})")), detail),
                 tr("Check the port, and the TLS settings or the firmware of the other side."), "TLS");
}

}  // namespace

void init_curl() {
  static std::once_flag once;
  std::call_once(once, [] {
    const CURLcode code = curl_global_init_mem(CURL_GLOBAL_DEFAULT, plain_malloc, wiping_free, wiping_realloc,
                                               plain_strdup, plain_calloc);
    if (code != CURLE_OK) throw Error(ErrorCode::internal, "starting libcurl", curl_easy_strerror(code));
  });
}

ConnectionRules make_rules(Endpoint endpoint, Limits limits) {
  const std::optional<HttpsBase> base = parse_https_base(endpoint.base_url);
  if (!base) {
    throw Error(ErrorCode::usage, tr("reading the address"),
                fmt::format(fmt::runtime(tr("'{}' is not of the form https://host[:port]")), endpoint.base_url));
  }
  AddressFence fence(base->host, endpoint.networks);
  return {std::move(endpoint), limits, std::move(fence), false, {}};
}

void apply_rules(void* easy, ConnectionRules& rules) {
  static_assert(sizeof rules.error_text >= CURL_ERROR_SIZE);
  // Only https, only where we were told to go, through no proxy, with nothing that the machine's files might add.
  set(easy, CURLOPT_PROTOCOLS_STR, "https");
  set(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  set(easy, CURLOPT_FOLLOWLOCATION, kOff);
  set(easy, CURLOPT_PROXY, "");
  set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, kOn);
  set(easy, CURLOPT_PATH_AS_IS, kOn);
  set(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(easy, CURLOPT_OPENSOCKETDATA, &rules);
  // HTTP/1.1 without ALPN: some recorders drop the connection at unknown TLS extensions.
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_SSL_ENABLE_ALPN, kOff);
  set(easy, CURLOPT_HTTP09_ALLOWED, kOff);
  set(easy, CURLOPT_NOSIGNAL, kOn);
  set(easy, CURLOPT_NOPROGRESS, kOn);
  set(easy, CURLOPT_TCP_KEEPALIVE, kOn);
  set(easy, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(rules.limits.connect.count()));
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(rules.limits.total.count()));
  set(easy, CURLOPT_ERRORBUFFER, rules.error_text.data());

  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  const bool by_ca = rules.endpoint.trust == Trust::authorities;
  set(easy, CURLOPT_SSL_VERIFYPEER, by_ca ? kOn : kOff);
  set(easy, CURLOPT_SSL_VERIFYHOST, by_ca ? kVerifyHostName : kOff);
  // libcurl's own defaults are this machine's authorities: left as they are only where nothing else was named.
  if (!by_ca || !rules.endpoint.ca_file.empty()) {
    const char* const nothing = nullptr;
    set(easy, CURLOPT_CAPATH, nothing);
    set(easy, CURLOPT_CAINFO, by_ca ? rules.endpoint.ca_file.c_str() : nothing);
  }
  if (!rules.endpoint.pin.empty()) set(easy, CURLOPT_PINNEDPUBLICKEY, rules.endpoint.pin.c_str());
}

Error curl_error(int code, const ConnectionRules& rules, const std::string& step, bool head_complete) {
  const auto curl_code = static_cast<CURLcode>(code);
  const std::string said = rules.error_text.data();
  const std::string detail = printable(said.empty() ? curl_easy_strerror(curl_code) : said);
  switch (curl_code) {
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return refused(step, tr("another certificate answers than the one that was confirmed; nothing was sent"),
                     tr("Find out why on site; two persons confirm a new one with `backupd device pin`."),
                     "PIN_MISMATCH");
    case CURLE_PEER_FAILED_VERIFICATION:
      return refused(step, fmt::format(fmt::runtime(tr("the certificate is not accepted ({})")), detail),
                     tr("Check the CA file, the host name and the clock."), "CERTIFICATE");
    case CURLE_SSL_CACERT_BADFILE:
      return {ErrorCode::usage, step,
              fmt::format(fmt::runtime(tr("the CA file {} cannot be used")), rules.endpoint.ca_file)};
    case CURLE_COULDNT_RESOLVE_HOST:
      return unreachable(step, tr("the name has no address (DNS)"));
    case CURLE_COULDNT_CONNECT:
      if (!rules.fence_refused) return unreachable(step, tr("nothing answers at this address"));
      return refused(step, tr("the address lies outside what is allowed here; nothing was sent"),
                     tr("Check DNS, the tunnel, and `networks:` of the site or the store."), "ADDRESS_FENCE");
    case CURLE_OPERATION_TIMEDOUT:
      return unreachable(step, fmt::format(fmt::runtime(tr("no end within the time allowed ({})")), detail), "TIMEOUT");
    case CURLE_SSL_CONNECT_ERROR:
      return handshake_error(step, detail);
    case CURLE_PARTIAL_FILE:
      return unreachable(step, tr("the answer ended before its declared end"), "SHORT_BODY");
    case CURLE_RECV_ERROR:
      if (detail.find("chunked-encoding") == std::string::npos) break;
      return protocol_error(step, tr("the answer's chunks are malformed"));
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return protocol_error(step, tr("the answer is not HTTP"));
    case CURLE_OUT_OF_MEMORY:
      if (head_complete) return {ErrorCode::internal, step, detail};
      return protocol_error(step, tr("a header of the answer is too long"));
    default:
      break;
  }
  return unreachable(step, fmt::format(fmt::runtime(tr("the connection failed ({})")), detail));
}

}  // namespace coffre
