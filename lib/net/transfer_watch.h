// One exchange as it happens: collects the answer, and decides when to end it. https_client.cc feeds it with libcurl's
// events; nothing here knows libcurl, so every rule can be tested with a list of events.
//
// Events return false when the transfer is to be ended; why is then in failure(). Times are given in, never asked for.
// Threads: one. The request, credentials, limits and sink outlive the watch.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/https_client.h"

namespace coffre {

class TransferWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `step` is what errors say that we were doing: "asking https://host/path".
  TransferWatch(const Request& request, const Credentials& credentials, const Limits& limits, ByteSink& sink,
                std::string step);

  // A request is about to be sent on a connection that is up. False when it would send a password or an upload a
  // second time.
  [[nodiscard]] bool request_starts(Time now);
  void head_sent(std::string_view text, Time now);  // request line and headers, or a part of them
  void body_sent(std::size_t bytes, Time now);
  // Raw bytes came in: heads, bodies (also those that nobody wants) with their chunk framing.
  [[nodiscard]] bool head_received(std::size_t bytes, Time now);
  [[nodiscard]] bool body_received(std::size_t bytes, Time now);

  // One line of a head, with or without its line end; also the trailers of a chunked body.
  [[nodiscard]] bool head_line(std::string_view line);
  // Body of the final answer. An exception of the sink is kept for rethrow_sink_failure().
  [[nodiscard]] bool body(ByteView bytes, Time before);
  // The peer has sent more than it had declared.
  void excess_seen();
  // Whether all declared bytes have come.
  [[nodiscard]] bool body_complete() const;

  // Whether the exchange may go on; false once `first_byte` or the slow limit is passed.
  [[nodiscard]] bool in_time(Time now);
  // When in_time could change its mind by itself.
  [[nodiscard]] Time next_check() const;

  void rethrow_sink_failure() const;
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  // Ended by request_starts after an answer that is to be returned as it is.
  [[nodiscard]] bool ended_at_second_use() const { return second_use_; }
  [[nodiscard]] bool head_complete() const { return head_complete_; }
  // The last checks, then the answer. Throws what failure() holds.
  Response finish();

 private:
  bool fail(ErrorCode code, std::string why, std::string_view category);
  bool head_header(std::string_view line);
  bool head_ends();
  bool may_hold_body() const;
  bool everything_sent() const;

  const Request& request_;
  const Credentials& credentials_;
  const Limits& limits_;
  ByteSink& sink_;
  std::string step_;
  Response response_;
  std::optional<Error> failure_;
  std::exception_ptr sink_failure_;

  bool carried_ = false;         // the request under way carries credentials
  bool carried_before_ = false;  // so did one before it
  bool second_use_ = false;
  bool head_complete_ = false;
  bool chunked_ = false;
  bool awaiting_ = false;  // sent, and no byte of the answer yet
  bool started_ = false;
  std::uint64_t head_bytes_ = 0;
  std::uint64_t raw_body_ = 0;
  std::uint64_t sent_body_ = 0;
  Time last_sent_;
  Time window_start_;
  std::uint64_t moved_ = 0;  // bytes in either direction since window_start_
};

}  // namespace coffre
