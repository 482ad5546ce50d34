// A replica that notes what its readers are asked for, in front of a real one: which bytes of which object, in order.
//
// Threads: as the real one.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "replicas/replica.h"

namespace coffre::test {

class CountingReplica final : public Replica {
 public:
  struct Read {
    std::uint64_t offset = 0;
    std::size_t length = 0;
    bool operator==(const Read&) const = default;
  };

  explicit CountingReplica(Replica& real) : real_(real) {}

  [[nodiscard]] const std::map<std::string, std::vector<Read>>& reads() const { return reads_; }

  [[nodiscard]] const ReplicaProperties& properties() const override { return real_.properties(); }
  using Replica::put_if_absent;
  PutResult put_if_absent(std::string_view path, const RandomReader& content, const Digest& digest,
                          const PutOptions& options) override {
    return real_.put_if_absent(path, content, digest, options);
  }
  std::unique_ptr<RandomReader> open(std::string_view path) override {
    auto reader = real_.open(path);
    if (!reader) return nullptr;
    return std::make_unique<Reader>(*this, std::string(path), std::move(reader));
  }
  std::optional<ObjectInfo> head(std::string_view path) override { return real_.head(path); }
  void list(std::string_view prefix, const Visitor& visit) override { real_.list(prefix, visit); }
  Removal remove(std::string_view path, FloorPermit permit) override { return real_.remove(path, std::move(permit)); }
  std::optional<Instant> store_time() override { return real_.store_time(); }

 private:
  class Reader final : public RandomReader {
   public:
    Reader(CountingReplica& owner, std::string path, std::unique_ptr<RandomReader> real)
        : owner_(owner), path_(std::move(path)), real_(std::move(real)) {}
    [[nodiscard]] std::uint64_t size() const override { return real_->size(); }
    void read_at(std::uint64_t offset, ByteSpan out) const override {
      {
        const std::lock_guard lock(owner_.mutex_);
        owner_.reads_[path_].push_back({offset, out.size()});
      }
      real_->read_at(offset, out);
    }

   private:
    CountingReplica& owner_;
    std::string path_;
    std::unique_ptr<RandomReader> real_;
  };

  Replica& real_;
  std::mutex mutex_;
  std::map<std::string, std::vector<Read>> reads_;
};

}  // namespace coffre::test
