// One TLS connection of a client, seen from the simulator: HTTP/1.1 requests in, any bytes out. Own and thin, because
// the faults lie below HTTP.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace coffre::simulator {

struct HttpRequest {
  std::string method;
  std::string target;  // as sent
  std::string path;    // percent-decoded, without the query
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;  // names in lower case; the last of equal names
  std::string body;

  [[nodiscard]] std::string header(const std::string& lower_case_name) const;
};

struct HttpAnswer {
  int status = 200;
  std::string type = "application/xml";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
};

class Wire {
 public:
  // Does not own the socket. `stop` is a descriptor that becomes readable when everything is to end.
  Wire(int socket, int stop);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  [[nodiscard]] bool handshake(const std::shared_ptr<ssl_ctx_st>& context);
  // The next request; nullopt when the client has gone or sends nonsense.
  std::optional<HttpRequest> read_request();
  // False when the client has gone; nothing more makes sense then.
  [[nodiscard]] bool write(std::string_view bytes);
  // Waits; false when meanwhile the client left or everything is to end.
  [[nodiscard]] bool pause(std::chrono::milliseconds time) const;
  // Until the client leaves.
  void wait_for_leaving() const;
  [[nodiscard]] int socket() const { return socket_; }
  // TLS close_notify: the polite end.
  void say_goodbye();

 private:
  bool fill();

  int socket_;
  int stop_;
  std::shared_ptr<ssl_ctx_st> context_;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> ssl_;
  std::string buffer_;
};

// Status line, Content-Type, Content-Length of the body (or `declared`), other headers, blank line.
std::string head_text(const HttpAnswer& answer, std::optional<std::uint64_t> declared);

}  // namespace coffre::simulator
