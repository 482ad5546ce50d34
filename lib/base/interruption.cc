#include "base/interruption.h"

namespace coffre {
namespace {

std::atomic<bool> g_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

}  // namespace

bool request_interruption() noexcept {
  return g_requested.exchange(true);
}

const std::atomic<bool>& interruption_requested() noexcept {
  return g_requested;
}

}  // namespace coffre
