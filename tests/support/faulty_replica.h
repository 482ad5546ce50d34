// A replica whose calls fail on request, in front of a real one.
//
// Threads: one at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "replicas/replica.h"

namespace coffre::test {

enum class FaultMoment {
  before,  // the store never heard of the call
  after,   // the store did it, the answer was lost
};

class FaultyReplica final : public Replica {
 public:
  explicit FaultyReplica(Replica& real) : real_(real) {}

  // The `number`-th call from now on (1 is the next) fails once with that code.
  void fail_call(std::size_t number, ErrorCode code, FaultMoment moment);
  // Every call fails until healed.
  void fail_all(ErrorCode code) { all_ = code; }
  // Every put fails until healed; the place answers otherwise.
  void fail_puts(ErrorCode code) { puts_ = code; }
  void heal();

  // "put_if_absent PATH", "repair PATH", "open PATH", "open_others PATH", "head PATH", "list PREFIX", "remove PATH",
  // "store_time ".
  [[nodiscard]] const std::vector<std::string>& calls() const { return calls_; }

  [[nodiscard]] const ReplicaProperties& properties() const override { return real_.properties(); }
  using Replica::put_if_absent;
  PutResult put_if_absent(std::string_view path, const RandomReader& content, const Digest& digest,
                          const PutOptions& options) override;
  std::string repair(std::string_view path, const RandomReader& content, const Digest& digest,
                     const PutOptions& options) override;
  std::unique_ptr<RandomReader> open(std::string_view path) override;
  void open_others(std::string_view path, const Take& take) override;
  std::optional<ObjectInfo> head(std::string_view path) override;
  void list(std::string_view prefix, const Visitor& visit) override;
  Removal remove(std::string_view path, FloorPermit permit) override;
  std::optional<Instant> store_time() override;
  // What the store's clock says from now on, whatever the real one says.
  void set_store_time(Instant time) { store_time_ = time; }
  // Every removal from now on meets this lock.
  void lock_until(Instant until) { locked_until_ = until; }

 private:
  void record(std::string_view call, std::string_view path);
  void fault(FaultMoment moment);

  Replica& real_;
  std::vector<std::string> calls_;
  std::optional<ErrorCode> all_;
  std::optional<ErrorCode> puts_;
  std::optional<Instant> store_time_;
  std::optional<Instant> locked_until_;
  std::size_t failing_call_ = 0;
  ErrorCode failing_code_ = ErrorCode::unreachable;
  FaultMoment failing_moment_ = FaultMoment::before;
};

}  // namespace coffre::test
