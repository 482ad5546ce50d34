// How long a device may take and how much it may answer, as the person of this installation wants it. What is absent is
// as the driver's definition says, which knows its make. Plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace coffre {

struct DeviceLimits {
  std::optional<std::chrono::seconds> connect{};
  std::optional<std::chrono::seconds> first_byte{};  // of an answer
  std::optional<std::chrono::seconds> total{};       // of one request; the two others never exceed it
  std::optional<std::uint64_t> largest_answer_bytes{};
};

}  // namespace coffre
