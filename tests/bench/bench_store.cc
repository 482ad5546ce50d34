// 1,000 objects of 256 KiB put into the real S3 store and read back through our replica, beside `rclone copy` and
// `rclone check --download` of the same files in the same run, with as many at once. Ours asks first whether the object
// is there, sees afterwards whose version came first, and reads every byte again by its version; a third line adds the
// lock, which is read back too. Both sides alternate (ours, theirs, theirs, ours), each time into a bucket of its own.
//
// Usage: bench_store [OBJECTS [alone]]     alone: without rclone
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "base/clock.h"
#include "measure.h"
#include "replicas/directory.h"
#include "request_log.h"
#include "simulators/content.h"
#include "support/temp_dir.h"

namespace coffre::bench {
namespace {

using test::BucketKind;
using test::Gateway;
using test::Place;

constexpr std::size_t kSize = std::size_t{256} * 1024;
constexpr unsigned kAtOnce = 8;
constexpr std::size_t kObjectsPerFolder = 50;
constexpr std::chrono::minutes kLock{10};  // of the locked ones; the store goes with the bench

struct Files {
  test::TempDir dir;
  std::vector<std::string> paths;

  explicit Files(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      paths.push_back(fmt::format("BENCH/SITE/NVR_{}/{}.bak", i / kObjectsPerFolder, i));
      test::write_file(dir.path() / paths.back(), simulator::filler(i, kSize));
    }
  }
};

struct Side {
  std::string name;
  std::vector<Cost> rounds{};
  Requests requests{};
  std::size_t objects = 0;

  [[nodiscard]] Cost mean() const {
    Cost sum;
    for (const Cost& round : rounds) {
      sum.wall += round.wall / static_cast<double>(rounds.size());
      sum.cpu += round.cpu / static_cast<double>(rounds.size());
    }
    return sum;
  }
  void note(const Cost& cost, const Requests& asked, std::size_t count) {
    rounds.push_back(cost);
    add(requests, asked);
    objects += count;
  }
};

// As service/places/replicate does it, without the catalog.
void put_and_read_back(Replica& from, Replica& bucket, const std::string& path, const PutOptions& options) {
  const auto source = from.open(path);
  const Digest digest = content_digest(*source);
  if (bucket.put_if_absent(path, *source, digest, options) != PutResult::stored) {
    throw std::runtime_error(path + " was there already");
  }
  if (content_digest(*bucket.open(path)) != digest) throw std::runtime_error(path + " is not what was put");
}

class Bench {
 public:
  explicit Bench(std::size_t objects)
      : files_(objects), from_(open_directory({.location = "here", .path = files_.dir.path().string()})) {
    const Place place(peer_);  // what the store makes at its first objects is nobody's cost
    const auto bucket = place.open();
    for (std::size_t i = 0; i < std::min(objects, kObjectsPerFolder); ++i) {
      put_and_read_back(*from_, *bucket, files_.paths[i], {});
    }
  }

  void ours(Side& side, BucketKind kind) {
    const Place place(peer_, kind);
    const auto bucket = place.open();
    PutOptions options;
    if (kind == BucketKind::locked) options.locked_until = SystemClock().now() + kLock;
    log_.take();
    const Cost cost = cost_of([&] {
      on_threads(kAtOnce, files_.paths.size(),
                 [&](std::size_t i) { put_and_read_back(*from_, *bucket, files_.paths[i], options); });
    });
    side.note(cost, log_.take(), files_.paths.size());
  }

  void theirs(Side& side) {
    const Place place(peer_, BucketKind::versioned);
    log_.take();
    const Cost cost = cost_of_children([&] {
      rclone({"copy", "--transfers"}, place);
      rclone({"check", "--download", "--checkers"}, place);
    });
    side.note(cost, log_.take(), files_.paths.size());
  }

 private:
  void rclone(std::vector<std::string> words, const Place& place) {
    test::ChildOptions options;
    options.arguments = {"rclone", "--config", "/dev/null"};
    options.arguments.insert(options.arguments.end(), words.begin(), words.end());
    const S3Location at = place.options().at;
    for (const std::string& word : {std::to_string(kAtOnce), files_.dir.path().string(), "peer:" + at.bucket}) {
      options.arguments.push_back(word);
    }
    const S3Credentials key = test::writer_key();
    options.environment = {{"RCLONE_CONFIG_PEER_TYPE", "s3"},
                           {"RCLONE_CONFIG_PEER_PROVIDER", "Ceph"},
                           {"RCLONE_CONFIG_PEER_ENDPOINT", at.endpoint},
                           {"RCLONE_CONFIG_PEER_ACCESS_KEY_ID", key.access_key},
                           {"RCLONE_CONFIG_PEER_SECRET_ACCESS_KEY", std::string(key.secret_key.reveal_text())},
                           {"RCLONE_CONFIG_PEER_NO_CHECK_BUCKET", "true"},
                           {"RCLONE_CA_CERT", at.ca_file}};
    options.without = {"AWS_CA_BUNDLE"};  // rclone refuses to have two
    const test::ChildResult result = test::run_child(std::move(options), std::chrono::minutes{10});
    if (result.exit_code != 0) throw std::runtime_error("rclone: " + result.err);
  }

  Gateway& peer_ = test::gateway();
  RequestLog log_{peer_};
  Files files_;
  std::unique_ptr<Replica> from_;
};

void print(const Side& side) {
  const Cost mean = side.mean();
  std::string walls;
  for (const Cost& round : side.rounds) walls += fmt::format(" {:.2f}", round.wall);
  fmt::print("  {:<44} wall {:6.2f} s (rounds:{}), CPU {:6.2f} s\n", side.name, mean.wall, walls, mean.cpu);
  fmt::print("    requests an object: {}\n", per_object(side.requests, side.objects));
}

int measure(std::size_t objects, bool alone) {
  Bench bench(objects);
  Side ours{.name = "ours: put if absent, read back"};
  Side locked{.name = "ours, each locked and the lock read back"};
  Side theirs{.name = "rclone copy, rclone check --download"};
  bench.ours(ours, BucketKind::versioned);
  if (!alone) {
    bench.theirs(theirs);
    bench.theirs(theirs);
  }
  bench.ours(ours, BucketKind::versioned);
  bench.ours(locked, BucketKind::locked);
  fmt::print("{} objects of 256 KiB to Ceph's gateway on the same machine, {} at once\n", objects, kAtOnce);
  print(ours);
  if (!alone) {
    print(theirs);
    fmt::print("  ours / theirs: wall {:.2f} (aim at most 1), CPU {:.2f} (aim below 1)\n",
               ours.mean().wall / theirs.mean().wall, ours.mean().cpu / theirs.mean().cpu);
  }
  print(locked);
  fmt::print("  peak memory of this process {:.0f} MiB\n", peak_mebibytes());
  return 0;
}

}  // namespace
}  // namespace coffre::bench

int main(int count, char** words) {
  constexpr std::size_t kObjects = 1000;
  const std::vector<std::string_view> arguments(words + 1, words + count);
  const std::size_t objects = arguments.empty() ? kObjects : std::stoul(std::string(arguments[0]));
  return coffre::bench::measure(objects, arguments.size() > 1 && arguments[1] == "alone");
}
