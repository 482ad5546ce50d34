// Whether the bytes of an answer can be what was asked for, judged from its beginning, its end and its size, so that a
// stream of any length can be checked in bounded memory. The same checks run when a device answers and when a backup is
// opened again ("understood").
//
// Threads: values. Errors: none; problems are sentences, "" when there is none.
#pragma once

#include <cstdint>
#include <string>

#include "base/secret.h"
#include "base/stream.h"
#include "drivers/content.h"
#include "drivers/definition.h"

namespace coffre {

inline constexpr std::size_t kHeadBytes = 64U * 1024;
inline constexpr std::size_t kTailBytes = 256;

// The first and last bytes of what streams by.
class BodyWindow {
 public:
  void add(ByteView bytes);
  [[nodiscard]] ByteView head() const { return head_; }
  [[nodiscard]] ByteView tail() const { return tail_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  ClearBytes head_;
  ClearBytes tail_;
  std::uint64_t size_ = 0;
};

// What is wrong with the raw bytes: empty, an HTML page, too small, wrong beginning or end, an error text inside a
// success, a container that is not what it should be or is cut.
std::string body_problem(const ExpectedAnswer& expect, const BodyWindow& body);
// What is wrong with the parsed answer: root element, paths.
std::string content_problem(const ExpectedAnswer& expect, const Content& content);
// The container alone. A container whose beginning is unknown is a problem only where the definition requires it.
std::string container_problem(const ExpectedAnswer& expect, const BodyWindow& body);

// Whether the beginning holds one of the texts; ASCII case ignored.
bool head_holds(const BodyWindow& body, const std::vector<std::string>& texts);

}  // namespace coffre
