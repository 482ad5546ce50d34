#include "replicas/unavailable.h"

#include <utility>

namespace coffre {
namespace {

class Unavailable final : public Replica {
 public:
  // A copy is thrown each time: whoever catches one adds to it, and threads do so at once.
  Unavailable(ReplicaProperties properties, Error why)
      : properties_(std::move(properties)),
        why_(std::move(why)) {}  // NOLINT(bugprone-throw-keyword-missing): kept here, thrown by each call

  [[nodiscard]] const ReplicaProperties& properties() const override { return properties_; }
  PutResult put_if_absent(std::string_view /*path*/, const RandomReader& /*content*/, const Digest& /*digest*/,
                          const PutOptions& /*options*/) override {
    throw Error(why_);
  }
  std::unique_ptr<RandomReader> open(std::string_view /*path*/) override { throw Error(why_); }
  void open_others(std::string_view /*path*/, const Take& /*take*/) override { throw Error(why_); }
  std::string repair(std::string_view /*path*/, const RandomReader& /*content*/, const Digest& /*digest*/,
                     const PutOptions& /*options*/) override {
    throw Error(why_);
  }
  std::optional<ObjectInfo> head(std::string_view /*path*/) override { throw Error(why_); }
  void list(std::string_view /*prefix*/, const Visitor& /*visit*/) override { throw Error(why_); }
  Removal remove(std::string_view /*path*/, FloorPermit /*permit*/) override { throw Error(why_); }
  std::optional<Instant> store_time() override { throw Error(why_); }

 private:
  ReplicaProperties properties_;
  Error why_;
};

}  // namespace

std::unique_ptr<Replica> unavailable_replica(ReplicaProperties properties, const Error& why) {
  Error error(ErrorCode::io, why.step(), why.reason(), why.hint());
  error.with_category(why.category()).on(why.subject().empty() ? properties.name : why.subject());
  return std::make_unique<Unavailable>(std::move(properties), std::move(error));
}

}  // namespace coffre
