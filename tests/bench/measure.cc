#include "measure.h"

#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <sstream>
#include <thread>
#include <vector>

#include "support/temp_dir.h"

namespace coffre::bench {
namespace {

constexpr std::chrono::minutes kDeadline{60};
constexpr double kKibiPerMebi = 1024;

double seconds(const timeval& time) {
  constexpr double kMicroseconds = 1e6;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / kMicroseconds;
}

rusage usage_of(int who) {
  rusage usage{};
  getrusage(who, &usage);
  return usage;
}

double cpu_seconds(int who) {
  const rusage usage = usage_of(who);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Cost cost_of(int who, const std::function<void()>& work) {
  const double cpu_before = cpu_seconds(who);
  const auto begun = std::chrono::steady_clock::now();
  work();
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return {wall, cpu_seconds(who) - cpu_before};
}

}  // namespace

Cost cost_of(const std::function<void()>& work) {
  return cost_of(RUSAGE_SELF, work);
}

Cost cost_of_children(const std::function<void()>& work) {
  return cost_of(RUSAGE_CHILDREN, work);
}

TimedRun run_timed(test::ChildOptions options) {
  const test::TempDir dir;
  const std::string file = (dir / "time").string();
  options.arguments[0] = test::find_program(options.arguments[0]);
  const std::vector<std::string> time{"/usr/bin/time", "-q", "-o", file, "-f", "%e %U %S %M"};
  options.arguments.insert(options.arguments.begin(), time.begin(), time.end());
  TimedRun run;
  run.result = test::run_child(std::move(options), kDeadline);
  double user = 0;
  double system = 0;
  double kibibytes = 0;
  std::istringstream(test::read_file(file)) >> run.cost.wall >> user >> system >> kibibytes;
  run.cost.cpu = user + system;
  run.peak_mebibytes = kibibytes / kKibiPerMebi;
  return run;
}

double peak_mebibytes() {
  return static_cast<double>(usage_of(RUSAGE_SELF).ru_maxrss) / kKibiPerMebi;
}

void on_threads(unsigned threads, std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex mutex;
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      try {
        for (std::size_t index = next++; index < count; index = next++) work(index);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
        next = count;
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace coffre::bench
