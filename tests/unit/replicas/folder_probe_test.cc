#include "replicas/folder_probe.h"

#include <catch2/catch.hpp>
#include <map>

#include "base/error.h"
#include "replicas/directory.h"
#include "support/temp_dir.h"

using namespace coffre;
using namespace coffre::test;

namespace {

std::map<Capability, Ability> verdicts(Replica& folder) {
  std::map<Capability, Ability> all;
  for (const Measured& one : measure_folder(folder)) all.emplace(one.what, one.verdict);
  return all;
}

// A place that keeps nothing of what it promises.
class Careless final : public Replica {
 public:
  [[nodiscard]] const ReplicaProperties& properties() const override { return properties_; }
  using Replica::put_if_absent;
  PutResult put_if_absent(std::string_view path, const RandomReader& content, const Digest& /*digest*/,
                          const PutOptions& /*options*/) override {
    Bytes bytes(static_cast<std::size_t>(content.size()));
    content.read_at(0, bytes);
    objects_[std::string(path)] = std::string(as_text(bytes));
    return PutResult::stored;
  }
  std::unique_ptr<RandomReader> open(std::string_view path) override {
    return std::make_unique<MemoryReader>(as_bytes(objects_.at(std::string(path))));
  }
  std::optional<ObjectInfo> head(std::string_view path) override {
    if (!objects_.contains(std::string(path))) return std::nullopt;
    return ObjectInfo{std::string(path), objects_.at(std::string(path)).size(), {}};
  }
  void list(std::string_view /*prefix*/, const Visitor& /*visit*/) override {}
  Removal remove(std::string_view path, FloorPermit /*permit*/) override {
    return {.state = objects_.erase(std::string(path)) > 0 ? Removal::State::removed : Removal::State::absent};
  }

 private:
  ReplicaProperties properties_;
  std::map<std::string, std::string> objects_;
};

}  // namespace

TEST_CASE("A folder refuses a second put and a wrong digest, each time it is asked; the rest is not measured") {
  const TempDir dir;
  DirectoryOptions options;
  options.name = "cloud";
  options.path = dir.path().string();
  const auto folder = open_directory(options);
  for (int call = 0; call < 2; ++call) {
    const auto all = verdicts(*folder);
    CHECK(all.size() == all_capabilities().size());
    for (const auto& [what, verdict] : all) {
      CAPTURE(call, to_string(what));
      const bool asked =
          what == Capability::conditional_put || what == Capability::checksum || what == Capability::pagination;
      CHECK(verdict == (asked ? Ability::yes : Ability::not_measured));
    }
  }
  CHECK_FALSE(folder->head("_coffre/probe/damaged").has_value());
}

TEST_CASE("A place that overwrites, checks no digest and lists nothing is found out") {
  Careless place;
  const auto all = verdicts(place);
  CHECK(all.at(Capability::conditional_put) == Ability::no);
  CHECK(all.at(Capability::checksum) == Ability::no);
  CHECK(all.at(Capability::pagination) == Ability::no);
}
