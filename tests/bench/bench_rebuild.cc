// restore-cli rebuild-catalog over 10,000 backups, from the volume or from a bucket of the real store, beside bare
// reads of the same bytes (20 KiB and 184 bytes an object) in the same run. The backups are sealed here by our own
// code, numbered and chained per device, and laid where a run would have laid them.
//
// Usage: bench_rebuild volume|bucket [OBJECTS]
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

#include "measure.h"
#include "replicas/installation.h"
#include "request_log.h"
#include "simulators/content.h"
#include "support/installation_fixture.h"
#include "support/paris_zone.h"
#include "vault/bak_format.h"
#include "vault/seal.h"

namespace coffre::bench {
namespace {

using nlohmann::json;
using test::BucketKind;
using test::Place;

constexpr std::size_t kOfDevice = 50;
constexpr std::size_t kPayload = 30'000;  // longer than the beginning that is read
constexpr unsigned kSealers = 2;
constexpr unsigned kUploads = 8;

struct Sealed {
  std::string path;
  Bytes content;
};

class House {
 public:
  explicit House(std::size_t objects) : objects_(objects) {
    const std::size_t devices = (objects + kOfDevice - 1) / kOfDevice;
    std::string text = "clients:\n  BENCH: {name: Bench}\nsites:\n  BENCH/SITE: {name: Site}\ndevices:\n";
    for (std::size_t i = 0; i < devices; ++i) {
      text += fmt::format("  {}: {{driver: hikvision-isapi, address: \"https://192.0.2.1\", credential: bench}}\n",
                          device(i).display());
    }
    test::write_file(fixture.config().parent_path() / "inventory" / "bench.yaml", text);
  }

  // Gives each to `store`, from several threads.
  void fill(const std::function<void(const Sealed&)>& store) {
    on_threads(kSealers, (objects_ + kOfDevice - 1) / kOfDevice, [&](std::size_t number) {
      Digest before{};
      for (std::size_t i = number * kOfDevice; i < std::min(objects_, (number + 1) * kOfDevice); ++i) {
        store(seal(number, i % kOfDevice + 1, before));
      }
    });
  }

  // The command with the catalog lost; prints what it took.
  void rebuild(const std::string& from, const std::vector<std::string>& more) {
    const std::filesystem::path catalog = fixture.settings().installation.catalog;
    std::filesystem::remove_all(catalog.parent_path());
    std::filesystem::create_directory(catalog.parent_path());
    test::ChildOptions options;
    options.arguments = {"restore-cli", "rebuild-catalog", "--from", from, "--json"};
    options.arguments.insert(options.arguments.end(), more.begin(), more.end());
    options.environment = {{"COFFRE_CONFIG", fixture.config().string()}, {"LC_ALL", "C.UTF-8"}, {"LANGUAGE", "en"}};
    const TimedRun run = run_timed(std::move(options));
    if (run.result.exit_code != 0) throw std::runtime_error(run.result.out + run.result.err);
    if (json::parse(run.result.out).at("backups") != objects_) throw std::runtime_error("backups are missing");
    const auto count = static_cast<double>(objects_);
    constexpr double kMilliseconds = 1000;
    fmt::print("  restore-cli rebuild-catalog  wall {:6.2f} s: {:.0f} objects/s, CPU {:.2f} s ({:.2f} ms each), ",
               run.cost.wall, count / run.cost.wall, run.cost.cpu, kMilliseconds * run.cost.cpu / count);
    fmt::print("peak memory {:.0f} MiB\n", run.peak_mebibytes);
  }

  test::InstallationFixture fixture{{.devices = {}}};

 private:
  static DeviceKey device(std::size_t number) {
    return test::InstallationFixture::key(fmt::format("BENCH/SITE/NVR_NVR-{}", number));
  }

  Sealed seal(std::size_t number, std::size_t sequence, Digest& before) {
    const Installation& at = fixture.at();
    const Instant created = at.clock.now() + std::chrono::minutes{sequence};  // from when on the signer counts
    const BackupName name{device(number), at.zones.installation->to_local(created).minute, Kind::hebdo};
    SealRequest request{.kind = Kind::hebdo,
                        .device_seq = sequence,
                        .prev_digest = before,
                        .created_at = created,
                        .metadata = {},
                        .recipients = at.trust.recipients.recipients};
    for (std::size_t i = 0; i < request.device_id.size(); ++i) {
      constexpr unsigned kByte = 8;
      request.device_id[i] = i < sizeof number ? static_cast<std::uint8_t>(number >> (kByte * i)) : std::uint8_t{0x5a};
    }
    request.metadata.set("name", name.text());
    request.metadata.set("tool", at.build);
    request.metadata.set("vendor", "Bench");
    request.metadata.set("model", "B-1");
    request.metadata.set("serial", fmt::format("{:08}", number));
    request.metadata.set("firmware", "1.0");
    MemorySink sink;
    Sealer sealer(request, at.keys->signing, sink);
    sealer.write(as_bytes(simulator::filler(sequence, kPayload)));
    before = sealer.finish().digest;
    return {name.path(), sink.take()};
  }

  std::size_t objects_;
};

// What a bare program would read of them: the floor.
void print_bare(const Cost& cost, const char* how) {
  fmt::print("  the same bytes, {:<12}  wall {:6.2f} s, CPU {:.2f} s\n", how, cost.wall, cost.cpu);
}

void from_volume(std::size_t objects) {
  House house(objects);
  const std::filesystem::path local = house.fixture.local();
  std::vector<std::filesystem::path> files;
  std::mutex mutex;
  house.fill([&](const Sealed& one) {
    test::write_file(local / one.path, as_text(one.content));
    const std::lock_guard lock(mutex);
    files.push_back(local / one.path);
  });
  fmt::print("a catalog made anew from the volume: {} backups\n", objects);
  house.rebuild("local", {});
  print_bare(cost_of([&] {
               std::vector<char> buffer(kHeaderReadSize);
               for (const auto& file : files) {
                 std::ifstream stream(file, std::ios::binary);
                 stream.read(buffer.data(), static_cast<std::streamsize>(kHeaderReadSize));
                 stream.seekg(-static_cast<std::streamoff>(kTailSize), std::ios::end);
                 stream.read(buffer.data(), static_cast<std::streamsize>(kTailSize));
                 if (!stream) throw std::runtime_error("cannot read " + file.string());
               }
             }),
             "read one by one");
}

void from_bucket(std::size_t objects) {
  House house(objects);
  const Place place(test::gateway(), BucketKind::versioned);
  const auto bucket = place.open();
  claim_installation(*bucket, house.fixture.at().id);
  const S3Client client = place.client();
  std::vector<Sealed> batch;
  std::vector<std::pair<std::string, std::uint64_t>> keys;
  const auto upload = [&] {
    on_threads(kUploads, batch.size(), [&](std::size_t i) {
      const MemoryReader content(batch[i].content);
      const UploadDigests digests = upload_digests(content);
      static_cast<void>(client.put({batch[i].path, content, digests}));
    });
    for (const Sealed& one : batch) keys.emplace_back(one.path, one.content.size());
    batch.clear();
  };
  std::mutex mutex;
  house.fill([&](const Sealed& one) {
    constexpr std::size_t kBatch = 200;
    const std::lock_guard lock(mutex);
    batch.push_back(one);
    if (batch.size() >= kBatch) upload();
  });
  upload();

  const std::filesystem::path config = house.fixture.config();
  test::write_file(config, test::naming_bucket(test::read_file(config), house.fixture.cloud(), place.options().at));
  const std::filesystem::path key = house.fixture.folder() / "bucket.key";
  const S3Credentials writer = test::writer_key();
  test::write_file(key, writer.access_key + "\n" + std::string(writer.secret_key.reveal_text()) + "\n");
  std::filesystem::permissions(key, std::filesystem::perms{0600});
  fmt::print("a catalog made anew from Ceph's gateway on the same machine: {} backups\n", objects);
  RequestLog log(test::gateway());
  log.take();
  house.rebuild("cloud", {"--s3-credentials", key.string()});
  fmt::print("    requests an object: {}\n", per_object(log.take(), objects));
  print_bare(cost_of([&] {
               Bytes beginning(kHeaderReadSize);
               Bytes end(kTailSize);
               for (const auto& [path, size] : keys) {
                 client.read(path, "", size, 0, beginning);
                 client.read(path, "", size, size - kTailSize, end);
               }
             }),
             "one by one");
}

}  // namespace
}  // namespace coffre::bench

int main(int count, char** words) {
  constexpr std::size_t kObjects = 10'000;
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.empty() || (arguments[0] != "volume" && arguments[0] != "bucket")) {
    fmt::print(stderr, "usage: bench_rebuild volume|bucket [OBJECTS]\n");
    return 2;
  }
  const std::size_t objects = arguments.size() > 1 ? std::stoul(arguments[1]) : kObjects;
  if (arguments[0] == "volume") {
    coffre::bench::from_volume(objects);
  } else {
    coffre::bench::from_bucket(objects);
  }
  return 0;
}
