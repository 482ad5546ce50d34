// How long the retention plan over 1,000,000 backups takes, and the memory of all of them with their verdicts, beside
// the aim. 10,000 devices with 100 backups each: two years of weekly ones, proven, some suspect, some of interventions.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "model/retention.h"
#include "os/zone_loader.h"

namespace coffre {
namespace {

constexpr unsigned kDevices = 10'000;
constexpr unsigned kBackups = 100;
constexpr int kRounds = 3;

BackupFacts backup(unsigned device, unsigned number, Instant now) {
  constexpr unsigned kSuspectEach = 40;
  constexpr unsigned kPreEach = 15;
  constexpr unsigned kMensuelEach = 4;
  BackupFacts made;
  made.name = fmt::format("CLIENT-{:05}_SIEGEPARIS_NVR_NVR-HALL_20250510_0300_HEBDO-{}.bak", device, number + 1);
  made.kind = number % kMensuelEach == 0 ? Kind::mensuel : number % kPreEach == 0 ? Kind::pre : Kind::hebdo;
  made.suspect = number % kSuspectEach == kSuspectEach - 1;
  made.sequence = number + 1;
  made.created_at = now - std::chrono::weeks{kBackups - number} + Seconds{device};
  const ProofLevel level = made.suspect ? ProofLevel::sealed : ProofLevel::understood;
  for (const ReplicaRole replica : kReplicaRoles) made.copies[replica] = {true, level, level};
  if (!made.suspect) made.first_proven = made.created_at + std::chrono::minutes{10};
  return made;
}

std::vector<RetentionHistory> fleet(Instant now) {
  std::vector<RetentionHistory> histories(kDevices);
  for (unsigned device = 0; device < kDevices; ++device) {
    histories[device].backups.reserve(kBackups);
    for (unsigned number = 0; number < kBackups; ++number) {
      histories[device].backups.push_back(backup(device, number, now));
    }
  }
  return histories;
}

double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  constexpr double kKibiPerMebi = 1024.0;
  return static_cast<double>(usage.ru_maxrss) / kKibiPerMebi;
}

int measure() {
  const Instant now = from_unix(1'795'662'000);  // 2026-11-26
  const std::unique_ptr<Zone> zone = load_zone("Europe/Paris");
  const RetentionPolicy policy;
  const std::vector<RetentionHistory> histories = fleet(now);
  const double before = peak_mebibytes();
  std::vector<double> seconds;
  std::size_t expired = 0;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::vector<RetentionVerdict>> plan;
    plan.reserve(histories.size());
    const auto begun = std::chrono::steady_clock::now();
    for (const RetentionHistory& history : histories) {
      plan.push_back(plan_retention(history, {policy, *zone, kDefaultRequiredProof, now}));
    }
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
    expired = 0;
    for (const auto& verdicts : plan)
      expired += static_cast<std::size_t>(std::ranges::count(verdicts, Decision::expire, &RetentionVerdict::decision));
  }
  std::ranges::sort(seconds);
  fmt::print("retention plan of {} backups of {} devices, one core, median of {} rounds\n", kDevices * kBackups,
             kDevices, kRounds);
  fmt::print("  {:.2f} s (aim 2); {} would expire\n", seconds[kRounds / 2], expired);
  fmt::print("  peak memory {:.0f} MiB (aim 512), of which the backups {:.0f} MiB\n", peak_mebibytes(), before);
  return 0;
}

}  // namespace
}  // namespace coffre

int main() {
  return coffre::measure();
}
