#include "simulators/wire.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <array>
#include <charconv>

#include "base/text.h"
#include "simulators/content.h"

namespace coffre::simulator {
namespace {

constexpr std::size_t kMaxHead = 64U * 1024U;
constexpr std::size_t kMaxBody = 64U * 1024U * 1024U;
constexpr std::size_t kBlock = 32U * 1024U;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

std::optional<HttpRequest> parse_head(std::string_view head) {
  const std::vector<std::string_view> lines = split(head, '\n');
  const std::vector<std::string_view> words = split(trim(lines.front()), ' ');
  if (words.size() != 3) return std::nullopt;
  HttpRequest request;
  request.method = words[0];
  request.target = words[1];
  const std::size_t question = words[1].find('?');
  request.path = percent_decode(words[1].substr(0, question));
  if (question != std::string_view::npos) request.query = parse_query(words[1].substr(question + 1));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    if (colon == std::string_view::npos) continue;
    request.headers[to_lower_ascii(trim(lines[i].substr(0, colon)))] = trim(lines[i].substr(colon + 1));
  }
  return request;
}

}  // namespace

std::string HttpRequest::header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string() : found->second;
}

Wire::Wire(int socket, int stop) : socket_(socket), stop_(stop), ssl_(nullptr, &SSL_free) {}
Wire::~Wire() = default;

bool Wire::handshake(const std::shared_ptr<ssl_ctx_st>& context) {
  context_ = context;
  ssl_.reset(SSL_new(context.get()));
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket_) != 1) return false;
  const bool done = SSL_accept(ssl_.get()) == 1;
  ERR_clear_error();
  return done;
}

bool Wire::fill() {
  std::array<char, kBlock> block;
  const int count = SSL_read(ssl_.get(), block.data(), static_cast<int>(block.size()));
  ERR_clear_error();
  if (count <= 0) return false;
  buffer_.append(block.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<HttpRequest> Wire::read_request() {
  std::size_t end = buffer_.find(kHeadEnd);
  while (end == std::string::npos) {
    if (buffer_.size() > kMaxHead || !fill()) return std::nullopt;
    end = buffer_.find(kHeadEnd);
  }
  std::optional<HttpRequest> request = parse_head(std::string_view(buffer_).substr(0, end));
  if (!request) return std::nullopt;
  const std::string length_text = request->header("content-length");
  std::size_t length = 0;
  std::from_chars(length_text.data(), length_text.data() + length_text.size(), length);
  if (length > kMaxBody) return std::nullopt;
  const std::size_t body_start = end + kHeadEnd.size();
  while (buffer_.size() < body_start + length) {
    if (!fill()) return std::nullopt;
  }
  request->body = buffer_.substr(body_start, length);
  buffer_.erase(0, body_start + length);
  return request;
}

bool Wire::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t now = std::min(bytes.size(), kBlock);
    const int count = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(now));
    ERR_clear_error();
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool Wire::pause(std::chrono::milliseconds time) const {
  std::array<pollfd, 2> watched{{{socket_, POLLRDHUP, 0}, {stop_, POLLIN, 0}}};
  return ::poll(watched.data(), watched.size(), static_cast<int>(time.count())) == 0;
}

void Wire::wait_for_leaving() const {
  std::array<pollfd, 2> watched{{{socket_, POLLRDHUP, 0}, {stop_, POLLIN, 0}}};
  ::poll(watched.data(), watched.size(), -1);
}

void Wire::say_goodbye() {
  if (ssl_) SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

std::string head_text(const HttpAnswer& answer, std::optional<std::uint64_t> declared) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nServer: simulator\r\n", answer.status, reason_of(answer.status));
  if (!answer.type.empty()) head += fmt::format("Content-Type: {}\r\n", answer.type);
  if (declared) head += fmt::format("Content-Length: {}\r\n", *declared);
  for (const auto& [name, value] : answer.headers) head += fmt::format("{}: {}\r\n", name, value);
  return head + "\r\n";
}

}  // namespace coffre::simulator
