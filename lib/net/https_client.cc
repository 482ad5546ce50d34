#include "net/https_client.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/translate.h"
#include "net/curl_rules.h"
#include "net/transfer_watch.h"

namespace coffre {
namespace {

using Time = TransferWatch::Time;

constexpr long kOn = 1;
constexpr long kUploadBuffer = 256L * 1024;
// libcurl has timers of its own; ours are looked at no later than this.
constexpr std::chrono::milliseconds kLongestWait{1000};

Time now() {
  return std::chrono::steady_clock::now();
}

struct EasyDeleter {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct MultiDeleter {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using EasyHandle = std::unique_ptr<CURL, EasyDeleter>;
using MultiHandle = std::unique_ptr<CURLM, MultiDeleter>;
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

// What the callbacks need; they are C, so nothing may be thrown through them.
struct Exchange {
  TransferWatch& watch;
  CURL* easy;
  const RandomReader* upload;
  bool allow_weak_key;
  std::uint64_t uploaded = 0;
  std::exception_ptr upload_failure{};
  std::string weak_key{};  // "RSA 1024": the peer showed it
};

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code == CURLE_OK) return;
  throw Error(ErrorCode::internal, "preparing a request", curl_easy_strerror(code));
}

// Everything that has been decrypted belongs to this answer: more than declared means that the length was a lie.
bool more_is_waiting(CURL* easy) {
  curl_tlssessioninfo* session = nullptr;
  if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == nullptr) return false;
  return session->internals != nullptr && SSL_pending(static_cast<SSL*>(session->internals)) > 0;
}

std::size_t on_header(char* data, std::size_t /*one*/, std::size_t size, void* context) noexcept {
  return static_cast<Exchange*>(context)->watch.head_line({data, size}) ? size : 0;
}

std::size_t on_body(char* data, std::size_t /*one*/, std::size_t size, void* context) noexcept {
  auto& exchange = *static_cast<Exchange*>(context);
  if (!exchange.watch.body(as_bytes({data, size}), now())) return 0;
  if (exchange.watch.body_complete() && more_is_waiting(exchange.easy)) exchange.watch.excess_seen();
  return size;
}

std::size_t on_upload(char* out, std::size_t one, std::size_t count, void* context) noexcept {
  auto& exchange = *static_cast<Exchange*>(context);
  const std::uint64_t left = exchange.upload->size() - exchange.uploaded;
  const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(one * count, left));
  try {
    exchange.upload->read_at(exchange.uploaded, {reinterpret_cast<std::uint8_t*>(out), length});
  } catch (...) {
    exchange.upload_failure = std::current_exception();
    return CURL_READFUNC_ABORT;
  }
  exchange.uploaded += length;
  return length;
}

// libcurl would begin again on a fresh connection; the watch lets it go no further than that.
int on_rewind(void* context, curl_off_t offset, int /*origin*/) noexcept {
  static_cast<Exchange*>(context)->uploaded = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

// The connection is up, and nothing of this request was sent.
int on_request(void* context, char* /*peer*/, char* /*local*/, int /*peer_port*/, int /*local_port*/) noexcept {
  auto& exchange = *static_cast<Exchange*>(context);
  PeerKey key = peer_key(exchange.easy);
  if (key.weak) exchange.weak_key = std::move(key.text);
  if (key.weak && !exchange.allow_weak_key) return CURL_PREREQFUNC_ABORT;
  return exchange.watch.request_starts(now()) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

// The only place that sees all bytes, those of ignored bodies too. The texts themselves go nowhere.
int on_traffic(CURL* /*easy*/, curl_infotype type, char* data, std::size_t size, void* context) noexcept {
  TransferWatch& watch = static_cast<Exchange*>(context)->watch;
  switch (type) {
    case CURLINFO_HEADER_OUT:
      watch.head_sent({data, size}, now());
      break;
    case CURLINFO_DATA_OUT:
      watch.body_sent(size, now());
      break;
    case CURLINFO_HEADER_IN:
      static_cast<void>(watch.head_received(size, now()));
      break;
    case CURLINFO_DATA_IN:
      static_cast<void>(watch.body_received(size, now()));
      break;
    default:
      break;
  }
  return 0;
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

void check_request(const Request& request, const Credentials& credentials, const std::string& step) {
  const auto reject = [&](const char* why) { throw Error(ErrorCode::usage, step, why); };
  if (!request.target.starts_with('/') || !is_visible_ascii(request.target) ||
      request.target.find('#') != std::string::npos) {
    reject(tr("the path is not percent-encoded"));
  }
  if (request.method.empty() || !is_visible_ascii(request.method)) reject(tr("the method is not a word"));
  for (const auto& [name, value] : request.headers) {
    const bool bad_name = name.empty() || !is_visible_ascii(name) || name.find_first_of(":;") != std::string::npos;
    if (bad_name || has_control(value)) reject(tr("a header holds forbidden characters"));
  }
  if (has_control(credentials.user) || has_control(credentials.secret.reveal_text())) {
    reject(tr("the user name or the password holds control characters"));
  }
  if (credentials.scheme == AuthScheme::basic && credentials.user.find(':') != std::string::npos) {
    reject(tr("a user name with ':' cannot be used with Basic"));  // RFC 7617 section 2
  }
}

HeaderList headers_of(const Request& request) {
  HeaderList list;
  const auto add = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw Error(ErrorCode::internal, "preparing a request", "out of memory");
    static_cast<void>(list.release());  // NOLINT(bugprone-unused-return-value): the new head owns the old list
    list.reset(longer);
  };
  bool has_type = false;
  for (const auto& [name, value] : request.headers) {
    has_type = has_type || ::strcasecmp(name.c_str(), "content-type") == 0;
    std::string line = value.empty() ? name + ";" : fmt::format("{}: {}", name, value);
    add(line);
    wipe(line);
  }
  add("Expect:");  // no 100-continue: some recorders never answer it
  if (!has_type) add("Content-Type:");
  return list;
}

void apply_request(CURL* easy, const Request& request, Exchange& exchange) {
  if (request.method == "HEAD") {
    set(easy, CURLOPT_NOBODY, kOn);
    return;
  }
  if (request.upload != nullptr) {
    set(easy, CURLOPT_UPLOAD, kOn);
    set(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.upload->size()));
    set(easy, CURLOPT_READFUNCTION, on_upload);
    set(easy, CURLOPT_READDATA, &exchange);
    set(easy, CURLOPT_SEEKFUNCTION, on_rewind);
    set(easy, CURLOPT_SEEKDATA, &exchange);
    set(easy, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBuffer);
    set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    return;
  }
  const bool with_body = !request.body.empty() || request.method == "POST" || request.method == "PUT";
  if (!with_body) {
    set(easy, CURLOPT_HTTPGET, kOn);
  } else {
    // Not copied by libcurl; it can start again from the front when the challenge came first.
    set(easy, CURLOPT_POST, kOn);
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(easy, CURLOPT_POSTFIELDS, request.body.empty() ? "" : static_cast<const void*>(request.body.data()));
  }
  set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void apply_secret(CURL* easy, CURLoption option, const SecretString& secret) {
  std::string text(secret.reveal_text());
  const CURLcode code = curl_easy_setopt(easy, option, text.c_str());
  wipe(text);
  if (code != CURLE_OK) throw Error(ErrorCode::internal, "preparing a request", curl_easy_strerror(code));
}

// Exactly one scheme: with "any" libcurl would send the password in Basic to whoever asks, and unasked by default.
void apply_credentials(CURL* easy, const Credentials& credentials) {
  switch (credentials.scheme) {
    case AuthScheme::none:
      return;
    case AuthScheme::bearer:
      set(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
      apply_secret(easy, CURLOPT_XOAUTH2_BEARER, credentials.secret);
      return;
    case AuthScheme::basic:
      // Never on a used connection: libcurl would repeat the request, password included, when that one is dead.
      set(easy, CURLOPT_FRESH_CONNECT, kOn);
      set(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
      break;
    case AuthScheme::digest:
      set(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_DIGEST));
      break;
  }
  set(easy, CURLOPT_USERNAME, credentials.user.c_str());
  apply_secret(easy, CURLOPT_PASSWORD, credentials.secret);
}

void check_trust(const Endpoint& endpoint) {
  const bool by_authorities = endpoint.trust == Trust::authorities;
  if (by_authorities ? !endpoint.pin.empty() : !endpoint.ca_file.empty()) {
    throw Error(ErrorCode::usage, tr("preparing the connection"),
                tr("a pin is for devices and a CA file for stores, never one for the other"));
  }
  if (by_authorities) return;
  const auto reject = [](const char* why, std::string_view category) {
    Error error(ErrorCode::refused, tr("preparing the connection"), why,
                tr("Confirm the device's certificate with `backupd device pin`."));
    throw error.with_category(category);
  };
  if (endpoint.pin.empty()) {
    reject(tr("no certificate has been confirmed for this device yet"), "PIN_MISSING");
  }
  if (!is_pin(endpoint.pin)) {
    reject(tr("the certificate's pin is not of the form sha256//..."), "PIN_MALFORMED");
  }
}

}  // namespace

struct HttpsClient::State {
  bool weak_key_noted = false;
  ConnectionRules rules;
  MultiHandle multi;
  EasyHandle easy;

  explicit State(ConnectionRules checked) : rules(std::move(checked)), easy(curl_easy_init()) {
    if (!easy) throw Error(ErrorCode::internal, "starting libcurl", "out of memory");
    forget_connections();
  }

  // The multi handle keeps them. After a failure there may be bytes left on one that the next answer would start with.
  void forget_connections() {
    multi.reset(curl_multi_init());
    if (!multi) throw Error(ErrorCode::internal, "starting libcurl", "out of memory");
  }

  // The handle is in the multi handle only while one exchange runs; taking it out closes an unfinished connection.
  // With an exception it is said once a client; without one nothing was sent.
  void judge_key(const Exchange& exchange, const std::string& step) {
    if (exchange.weak_key.empty()) return;
    if (!exchange.allow_weak_key) {
      Error error(ErrorCode::refused, step,
                  fmt::format(fmt::runtime(tr("the key of its certificate is too weak ({}); nothing was sent")),
                              exchange.weak_key),
                  rules.endpoint.trust == Trust::authorities
                      ? tr("Give the store a certificate with RSA 2048 or EC 256.")
                      : tr("Give the device a certificate with RSA 2048 or EC 256; until then write into coffre.yaml: "
                           "allow: [{exception: weak-tls, device: CLIENT/SITE/TYPE_NAME, until: YYYY-MM-DD, by: NAME, "
                           "reason: TEXT}]"));
      error.with_category("WEAK_KEY");
      throw error;
    }
    if (std::exchange(weak_key_noted, true)) return;
    log(LogLevel::warning, rules.endpoint.base_url,
        fmt::format(fmt::runtime(tr("the key of its certificate is too weak ({}); allowed by a dated exception")),
                    exchange.weak_key));
  }

  CURLcode run(TransferWatch& watch) {
    if (curl_multi_add_handle(multi.get(), easy.get()) != CURLM_OK) return CURLE_FAILED_INIT;
    CURLcode result = CURLE_ABORTED_BY_CALLBACK;
    int running = 1;
    while (running != 0) {
      if (curl_multi_perform(multi.get(), &running) != CURLM_OK) break;
      const Time at = now();
      if (running == 0 || !watch.in_time(at) || watch.failure()) break;
      const auto wait = std::chrono::ceil<std::chrono::milliseconds>(
          std::min<std::chrono::steady_clock::duration>(watch.next_check() - at, kLongestWait));
      if (curl_multi_poll(multi.get(), nullptr, 0, static_cast<int>(std::max<std::int64_t>(wait.count(), 0)),
                          nullptr) != CURLM_OK) {
        break;
      }
    }
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
      if (message->msg == CURLMSG_DONE) result = message->data.result;
    }
    curl_multi_remove_handle(multi.get(), easy.get());
    return result;
  }
};

HttpsClient::HttpsClient(Endpoint endpoint, Limits limits) {
  init_curl();
  check_trust(endpoint);
  state_ = std::make_unique<State>(make_rules(std::move(endpoint), limits));
}

HttpsClient::~HttpsClient() = default;
HttpsClient::HttpsClient(HttpsClient&&) noexcept = default;
HttpsClient& HttpsClient::operator=(HttpsClient&&) noexcept = default;

const Endpoint& HttpsClient::endpoint() const {
  return state_->rules.endpoint;
}

Response HttpsClient::send(const Request& request, const Credentials& credentials, ByteSink& body) {
  ConnectionRules& rules = state_->rules;
  CURL* const easy = state_->easy.get();
  const std::string shown = request.target.substr(0, request.target.find('?'));
  const std::string step =
      fmt::format(fmt::runtime(tr("asking {} {}{}")), request.method, rules.endpoint.base_url, shown);
  check_request(request, credentials, step);

  // A reset forgets the last request and its digest nonce, and keeps connection and TLS session.
  curl_easy_reset(easy);
  rules.fence_refused = false;
  rules.error_text.fill('\0');
  apply_rules(easy, rules);
  const HeaderList headers = headers_of(request);
  set(easy, CURLOPT_HTTPHEADER, headers.get());
  set(easy, CURLOPT_URL, (rules.endpoint.base_url + request.target).c_str());
  TransferWatch watch(request, credentials, rules.limits, body, step);
  Exchange exchange{watch, easy, request.upload, rules.endpoint.allow_weak_key};
  apply_request(easy, request, exchange);
  apply_credentials(easy, credentials);
  set(easy, CURLOPT_HEADERFUNCTION, on_header);
  set(easy, CURLOPT_HEADERDATA, &exchange);
  set(easy, CURLOPT_WRITEFUNCTION, on_body);
  set(easy, CURLOPT_WRITEDATA, &exchange);
  set(easy, CURLOPT_PREREQFUNCTION, on_request);
  set(easy, CURLOPT_PREREQDATA, &exchange);
  set(easy, CURLOPT_DEBUGFUNCTION, on_traffic);
  set(easy, CURLOPT_DEBUGDATA, &exchange);
  set(easy, CURLOPT_VERBOSE, kOn);
  const CURLcode code = state_->run(watch);
  curl_easy_reset(easy);  // no pointer into this call, and no password, stays behind

  if (code != CURLE_OK || watch.failure()) state_->forget_connections();
  state_->judge_key(exchange, step);
  if (exchange.upload_failure) std::rethrow_exception(exchange.upload_failure);
  watch.rethrow_sink_failure();
  if (watch.failure()) throw Error(*watch.failure());
  const bool answered = watch.ended_at_second_use() && watch.head_complete();
  if (code != CURLE_OK && !answered) throw curl_error(code, rules, step, watch.head_complete());
  return watch.finish();
}

}  // namespace coffre
