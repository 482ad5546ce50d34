// How fast everything is read again, beside a bare `sha256sum` over the same bytes: both places of an installation
// whose backups are large, on this machine's disk, read from the disk by both (their cached pages are dropped first).
//
// Aim: at least 0.7 of sha256sum's bandwidth. The fixture is the unit tests', so this is a Catch program: `[large]` is
// the measurement, `[small]` keeps it from rotting.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <vector>

#include "service/healing/scrub.h"
#include "support/child_process.h"
#include "support/installation_fixture.h"

namespace coffre::test {
namespace {

constexpr double kMebi = 1024.0 * 1024.0;
constexpr int kRounds = 3;

double seconds_of(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

std::vector<std::string> files_below(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".bak") files.push_back(entry.path().string());
  }
  return files;
}

void drop_pages(const std::vector<std::string>& files) {
  ::sync();
  for (const std::string& file : files) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    static_cast<void>(::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
    ::close(fd);
  }
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void measure(std::size_t backups, std::size_t mebibytes) {
  InstallationFixture fixture;
  FakeDevice& device = fixture.device(kHall);
  device = FakeDevice::typical(fixture.address(kHall));
  for (FakePart& part : device.parts) {
    if (part.name == kFakeExport) part.content = fake_export(mebibytes * 1024 * 1024);
  }
  for (std::size_t i = 0; i < backups; ++i) fixture.proven_backup(kHall);
  std::vector<std::string> files = files_below(fixture.local());
  for (std::string& file : files_below(fixture.cloud())) files.push_back(std::move(file));

  std::vector<double> bare;
  std::vector<double> ours;
  std::uint64_t bytes = 0;
  for (int round = 0; round < kRounds; ++round) {
    drop_pages(files);
    std::vector<std::string> command{"/usr/bin/sha256sum"};
    command.insert(command.end(), files.begin(), files.end());
    bare.push_back(seconds_of([&] { REQUIRE(run_child({.arguments = command}).exit_code == 0); }));
    drop_pages(files);
    ScrubReport report;
    ours.push_back(seconds_of([&] { report = scrub(fixture.at(), {.policy = {}, .everything = true}); }));
    REQUIRE(exit_code_of(report) == 0);
    REQUIRE(report.copies_read == files.size());
    bytes = report.bytes_read;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double size = static_cast<double>(bytes) / kMebi;
  fmt::print("reading {} copies again, {:.0f} MiB, median of {} rounds\n", files.size(), size, kRounds);
  fmt::print("  sha256sum                {:7.0f} MiB/s\n", size / median(bare));
  fmt::print("  scrub                    {:7.0f} MiB/s\n", size / median(ours));
  fmt::print("  ratio {:.2f} (aim 0.70); peak memory of this process {:.0f} MiB, of which making the backups\n",
             median(bare) / median(ours), static_cast<double>(usage.ru_maxrss) / 1024.0);
}

TEST_CASE("8 backups of 64 MiB in both places", "[large]") {
  measure(8, 64);
}

TEST_CASE("2 backups of 1 MiB in both places", "[small]") {
  measure(2, 1);
}

}  // namespace
}  // namespace coffre::test
