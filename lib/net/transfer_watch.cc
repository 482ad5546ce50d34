#include "net/transfer_watch.h"

#include <fmt/format.h>

#include <utility>

#include "base/interruption.h"
#include "base/text.h"
#include "base/translate.h"
#include "net/http_head.h"

namespace coffre {
namespace {

constexpr int kFirstFinal = 200;
constexpr int kFirstRedirect = 300;
constexpr int kNotModified = 304;
constexpr int kFirstClientError = 400;
constexpr int kUnauthorized = 401;
constexpr int kNoContent = 204;
// A challenge's body is thrown away, but not for ever.
constexpr std::uint64_t kMaxUnwantedBody = 1024ULL * 1024;
constexpr double kMillisecondsPerSecond = 1000.0;

// The name is matched at a line's start, so that no value can look like it.
bool has_authorization(std::string_view head) {
  return to_lower_ascii(head).find("\nauthorization:") != std::string::npos;
}

double seconds(std::chrono::milliseconds time) {
  return static_cast<double>(time.count()) / kMillisecondsPerSecond;
}

}  // namespace

TransferWatch::TransferWatch(const Request& request, const Credentials& credentials, const Limits& limits,
                             ByteSink& sink, std::string step)
    : request_(request), credentials_(credentials), limits_(limits), sink_(sink), step_(std::move(step)) {}

bool TransferWatch::fail(ErrorCode code, std::string why, std::string_view category) {
  if (failure_) return false;
  failure_.emplace(code, step_, std::move(why));
  failure_->with_category(category);
  return false;
}

bool TransferWatch::request_starts(Time now) {
  carried_before_ = carried_before_ || carried_;
  if (started_ && request_.upload != nullptr) {
    return fail(ErrorCode::unreachable, tr("the connection was lost before the upload was answered"), "");
  }
  const bool password = credentials_.scheme == AuthScheme::digest || credentials_.scheme == AuthScheme::basic;
  if (password && carried_before_) {
    second_use_ = true;
    return false;
  }
  carried_ = false;
  head_complete_ = false;
  sent_body_ = 0;
  raw_body_ = 0;
  head_bytes_ = 0;
  window_start_ = now;
  moved_ = 0;
  started_ = true;
  return true;
}

void TransferWatch::head_sent(std::string_view text, Time now) {
  carried_ = carried_ || has_authorization(text);
  awaiting_ = true;
  last_sent_ = now;
  moved_ += text.size();
}

void TransferWatch::body_sent(std::size_t bytes, Time now) {
  sent_body_ += bytes;
  last_sent_ = now;
  moved_ += bytes;
}

bool TransferWatch::head_received(std::size_t bytes, Time now) {
  if (std::exchange(awaiting_, false)) window_start_ = now;
  moved_ += bytes;
  return !failure_;
}

bool TransferWatch::body_received(std::size_t bytes, Time now) {
  if (std::exchange(awaiting_, false)) window_start_ = now;
  moved_ += bytes;
  raw_body_ += bytes;
  if (!chunked_ && response_.declared_length && raw_body_ > *response_.declared_length) excess_seen();
  const bool unwanted = response_.status == kUnauthorized && !carried_;
  if (unwanted && raw_body_ > kMaxUnwantedBody) {
    return fail(ErrorCode::implausible, tr("the answer that asks for a login does not end"), "TOO_LARGE");
  }
  return !failure_;
}

void TransferWatch::excess_seen() {
  fail(ErrorCode::implausible, tr("more bytes came than were declared"), "LENGTH");
}

bool TransferWatch::head_line(std::string_view line) {
  head_bytes_ += line.size();
  if (head_bytes_ > limits_.max_header_bytes) {
    return fail(ErrorCode::implausible,
                fmt::format(fmt::runtime(tr("the answer's headers exceed {} bytes")), limits_.max_header_bytes),
                "TOO_LARGE");
  }
  if (head_complete_) return !failure_;  // trailers: counted, not used
  if (const std::optional<int> status = status_of_line(line)) {
    response_.status = *status;
    response_.headers.clear();
    response_.declared_length.reset();
    chunked_ = false;
    return !failure_;
  }
  if (trim(line).empty()) return head_ends();
  return head_header(line);
}

bool TransferWatch::head_header(std::string_view line) {
  auto header = header_of_line(line);
  if (!header) return !failure_;
  const auto& [name, value] = *header;
  if (name == "content-length") {
    const std::optional<std::uint64_t> length = parse_content_length(value);
    if (!length || (response_.declared_length && response_.declared_length != length)) {
      return fail(ErrorCode::implausible, tr("the answer's length is not a number, or two numbers"), "LENGTH");
    }
    response_.declared_length = length;
  }
  if (name == "transfer-encoding") {
    if (to_lower_ascii(value) != "chunked" && to_lower_ascii(value) != "identity") {
      return fail(ErrorCode::implausible, tr("the answer is encoded although we did not ask for it"), "ENCODING");
    }
    chunked_ = to_lower_ascii(value) == "chunked";
  }
  response_.headers.push_back(std::move(*header));
  return !failure_;
}

bool TransferWatch::head_ends() {
  if (response_.status < kFirstFinal) return !failure_;  // 100 Continue and the like: the real one follows
  head_complete_ = true;
  response_.credentials_sent = response_.credentials_sent || carried_;
  std::vector<std::string> offered;
  bool stale = false;
  bool challenged = false;
  bool encoded = false;
  for (const auto& [name, value] : response_.headers) {
    if (name == "www-authenticate") {
      challenged = true;
      for (std::string& scheme : auth_schemes(value)) offered.push_back(std::move(scheme));
      stale = stale || says_stale(value);
    }
    encoded = encoded || (name == "content-encoding" && !value.empty() && to_lower_ascii(value) != "identity");
  }
  if (challenged) response_.offered_auth = join(offered, ",");
  if (response_.status == kUnauthorized) response_.challenge_stale = stale;

  const bool redirect = response_.status >= kFirstRedirect && response_.status < kFirstClientError;
  if (redirect && response_.status != kNotModified) {
    return fail(ErrorCode::implausible, tr("the answer sends us elsewhere (redirect), which is never followed"),
                "REDIRECT");
  }
  if (encoded && response_.status < kFirstRedirect) {
    return fail(ErrorCode::implausible, tr("the answer is encoded although we did not ask for it"), "ENCODING");
  }
  if (may_hold_body() && response_.declared_length.value_or(0) > limits_.max_body_bytes) {
    return fail(ErrorCode::implausible,
                fmt::format(fmt::runtime(tr("the answer announces {} bytes, {} are allowed")),
                            *response_.declared_length, limits_.max_body_bytes),
                "TOO_LARGE");
  }
  return !failure_;
}

bool TransferWatch::may_hold_body() const {
  return request_.method != "HEAD" && response_.status != kNoContent && response_.status != kNotModified;
}

bool TransferWatch::body(ByteView bytes, Time before) {
  if (failure_) return false;
  if (response_.body_bytes + bytes.size() > limits_.max_body_bytes) {
    return fail(ErrorCode::implausible,
                fmt::format(fmt::runtime(tr("the answer exceeds {} bytes")), limits_.max_body_bytes), "TOO_LARGE");
  }
  try {
    sink_.write(bytes);
  } catch (...) {
    sink_failure_ = std::current_exception();
    return false;
  }
  response_.body_bytes += bytes.size();
  window_start_ += std::chrono::steady_clock::now() - before;  // the sink's own time is not the peer's fault
  return true;
}

bool TransferWatch::body_complete() const {
  return response_.declared_length && response_.body_bytes == *response_.declared_length;
}

bool TransferWatch::everything_sent() const {
  // With digest, the request that only fetches the challenge has no body.
  const bool probing = credentials_.scheme == AuthScheme::digest && !carried_;
  const std::uint64_t size = request_.upload != nullptr ? request_.upload->size() : request_.body.size();
  return probing || sent_body_ >= size;
}

bool TransferWatch::in_time(Time now) {
  if (!failure_ && interruption_requested()) return fail(ErrorCode::interrupted, tr("interrupted"), "");
  if (!started_ || failure_) return !failure_;
  if (awaiting_ && everything_sent()) {
    if (now - last_sent_ < limits_.first_byte) return true;
    return fail(ErrorCode::unreachable,
                fmt::format(fmt::runtime(tr("no answer within {:g} seconds")), seconds(limits_.first_byte)), "TIMEOUT");
  }
  if (now - window_start_ < limits_.slow_for) return true;
  const double least = static_cast<double>(limits_.slow_bytes_per_second) * seconds(limits_.slow_for);
  if (static_cast<double>(moved_) < least) {
    return fail(ErrorCode::unreachable,
                fmt::format(fmt::runtime(tr("slower than {} bytes a second for {:g} seconds")),
                            limits_.slow_bytes_per_second, seconds(limits_.slow_for)),
                "TIMEOUT");
  }
  window_start_ = now;
  moved_ = 0;
  return true;
}

TransferWatch::Time TransferWatch::next_check() const {
  if (!started_) return Time::max();
  return awaiting_ && everything_sent() ? last_sent_ + limits_.first_byte : window_start_ + limits_.slow_for;
}

void TransferWatch::rethrow_sink_failure() const {
  if (sink_failure_) std::rethrow_exception(sink_failure_);
}

Response TransferWatch::finish() {
  const bool whole = !second_use_ && may_hold_body();
  if (whole && response_.declared_length && response_.body_bytes != *response_.declared_length) {
    fail(ErrorCode::implausible, tr("the answer's length is not the declared one"), "LENGTH");
  }
  if (failure_) throw Error(*failure_);
  return std::move(response_);
}

}  // namespace coffre
