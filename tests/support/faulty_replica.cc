#include "support/faulty_replica.h"

#include <utility>

namespace coffre::test {

void FaultyReplica::fail_call(std::size_t number, ErrorCode code, FaultMoment moment) {
  failing_call_ = calls_.size() + number;
  failing_code_ = code;
  failing_moment_ = moment;
}

void FaultyReplica::heal() {
  all_.reset();
  puts_.reset();
  failing_call_ = 0;
}

void FaultyReplica::record(std::string_view call, std::string_view path) {
  calls_.push_back(std::string(call) + " " + std::string(path));
}

void FaultyReplica::fault(FaultMoment moment) {
  if (all_ && moment == FaultMoment::before) throw Error(*all_, "test", "every call fails");
  if (failing_call_ != calls_.size() || failing_moment_ != moment) return;
  throw Error(failing_code_, "test", "call " + std::to_string(failing_call_) + " fails: " + calls_.back());
}

PutResult FaultyReplica::put_if_absent(std::string_view path, const RandomReader& content, const Digest& digest,
                                       const PutOptions& options) {
  record("put_if_absent", path);
  if (puts_) throw Error(*puts_, "test", "every put fails");
  fault(FaultMoment::before);
  const PutResult result = real_.put_if_absent(path, content, digest, options);
  fault(FaultMoment::after);
  return result;
}

std::unique_ptr<RandomReader> FaultyReplica::open(std::string_view path) {
  record("open", path);
  fault(FaultMoment::before);
  auto reader = real_.open(path);
  fault(FaultMoment::after);
  return reader;
}

void FaultyReplica::open_others(std::string_view path, const Take& take) {
  record("open_others", path);
  fault(FaultMoment::before);
  real_.open_others(path, take);
  fault(FaultMoment::after);
}

std::string FaultyReplica::repair(std::string_view path, const RandomReader& content, const Digest& digest,
                                  const PutOptions& options) {
  record("repair", path);
  fault(FaultMoment::before);
  std::string kept = real_.repair(path, content, digest, options);
  fault(FaultMoment::after);
  return kept;
}

std::optional<ObjectInfo> FaultyReplica::head(std::string_view path) {
  record("head", path);
  fault(FaultMoment::before);
  const auto info = real_.head(path);
  fault(FaultMoment::after);
  return info;
}

Removal FaultyReplica::remove(std::string_view path, FloorPermit permit) {
  record("remove", path);
  fault(FaultMoment::before);
  if (locked_until_) return {.state = Removal::State::locked, .locked_until = locked_until_};
  const Removal removal = real_.remove(path, std::move(permit));
  fault(FaultMoment::after);
  return removal;
}

std::optional<Instant> FaultyReplica::store_time() {
  record("store_time", "");
  fault(FaultMoment::before);
  return store_time_ ? store_time_ : real_.store_time();
}

void FaultyReplica::list(std::string_view prefix, const Visitor& visit) {
  record("list", prefix);
  fault(FaultMoment::before);
  real_.list(prefix, visit);
  fault(FaultMoment::after);
}

}  // namespace coffre::test
