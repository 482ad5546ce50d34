#include "os/process_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "os/file_descriptor.h"

namespace coffre {
namespace {

constexpr std::size_t kPage = 4096;
constexpr const char* kNowhere = "/nonexistent/coffre-writes-no-temporary-files";

template <typename... Args>
std::string say(const char* message, const Args&... args) {
  return fmt::format(fmt::runtime(message), args...);
}

bool may_lock_any_amount() {
  __user_cap_header_struct header{};
  header.version = _LINUX_CAPABILITY_VERSION_3;
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  if (::syscall(SYS_capget, &header, data.data()) != 0) return false;
  return (data[0].effective & (1U << CAP_IPC_LOCK)) != 0;
}

class SystemProcessControls final : public ProcessControls {
 public:
  int forbid_core() override {
    const rlimit none{0, 0};
    return ::setrlimit(RLIMIT_CORE, &none) == 0 ? 0 : errno;
  }

  int forbid_dump() override { return ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : errno; }

  int lock_all_memory() override {
    rlimit limit{};
    if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return errno;
    if (limit.rlim_cur != limit.rlim_max) {
      limit.rlim_cur = limit.rlim_max;
      ::setrlimit(RLIMIT_MEMLOCK, &limit);  // our own good right; a failure leaves the lower limit
    }
    if (limit.rlim_cur != RLIM_INFINITY && !may_lock_any_amount()) return ENOMEM;
    return ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0 ? 0 : errno;
  }

  int probe_locking() override {
    alignas(kPage) static std::array<unsigned char, kPage> page;
    if (sodium_mlock(page.data(), page.size()) != 0) return errno != 0 ? errno : ENOMEM;
    // Not sodium_munlock: after mlockall that would take the lock from this page again.
    return 0;
  }

  int forbid_temporary_files() override {
    for (const char* const name : {"TMPDIR", "SQLITE_TMPDIR"})
      if (::setenv(name, kNowhere, 1) != 0) return errno;
    return 0;
  }
};

void require(int error_number, const char* step) {
  if (error_number == 0) return;
  throw Error(ErrorCode::rule, step, errno_text(error_number),
              tr("Give the service the rights that deploy/systemd grants it (LimitMEMLOCK=infinity, LimitCORE=0)"));
}

SwapArea area_of(const std::string& name, const std::string& type, const VolumeSources& sources) {
  if (type == "partition") {
    const std::string device = name.substr(name.rfind('/') + 1);
    const VolumeVerdict verdict = inspect_swap_device(device, sources);
    return {name, verdict.encrypted, verdict.reason};
  }
  const FileDescriptor file(::open(name.c_str(), O_PATH | O_CLOEXEC));
  if (!file.valid()) return {name, false, errno_text(errno)};
  const VolumeVerdict verdict = inspect_volume(file.get(), {}, sources);
  return {name, verdict.encrypted, verdict.reason};
}

// Throws when swapping could carry clear memory to a disk; otherwise says why it cannot.
GuardFinding judge_swap(const GuardSources& sources, int locking_error) {
  const bool locked = locking_error == 0;
  const auto areas = swap_areas(sources);
  const auto finding = [&](const std::string& problem) -> GuardFinding {
    if (locked) return {GuardFinding::State::remark, say(tr("{}; our memory is locked and stays out of it"), problem)};
    throw Error(ErrorCode::rule, tr("protecting the memory"),
                say(tr("it cannot be locked ({}), and {}"), errno_text(locking_error), problem),
                tr("Set LimitMEMLOCK=infinity for the service, or encrypt the swap, or switch it off"));
  };
  if (!areas) return finding(tr("whether there is swap cannot be seen"));
  for (const SwapArea& area : *areas)
    if (!area.encrypted) return finding(say(tr("the swap {} is not safe: {}"), printable(area.name), area.reason));
  if (areas->empty()) return {GuardFinding::State::good, tr("there is no swap")};
  return {GuardFinding::State::good, tr("all swap is encrypted")};
}

}  // namespace

ProcessControls& system_process_controls() {
  static SystemProcessControls controls;
  return controls;
}

std::vector<GuardFinding> guard_process(ProcessControls& controls, const GuardSources& sources) {
  using State = GuardFinding::State;
  std::vector<GuardFinding> findings;
  require(controls.forbid_core(), tr("forbidding core dumps"));
  require(controls.forbid_dump(), tr("forbidding debuggers"));
  findings.push_back({State::good, tr("no core dump, no debugger")});
  require(controls.forbid_temporary_files(), tr("forbidding temporary files"));
  require(controls.probe_locking(), tr("locking memory for keys"));
  findings.push_back({State::good, tr("keys are in locked memory")});

  const int locking_error = controls.lock_all_memory();
  if (locking_error == 0) findings.push_back({State::good, tr("the whole memory is locked")});
  findings.push_back(judge_swap(sources, locking_error));
  return findings;
}

// swapon(8), proc(5): a header line, then "name type size used priority"; blanks in names are "\040".
std::optional<std::vector<SwapArea>> swap_areas(const GuardSources& sources) {
  std::ifstream file(sources.swaps);
  std::string line;
  if (!file || !std::getline(file, line)) return std::nullopt;
  std::vector<SwapArea> areas;
  while (std::getline(file, line)) {
    const std::size_t name_end = line.find_first_of(" \t");
    const std::size_t type_start = line.find_first_not_of(" \t", name_end);
    if (type_start == std::string::npos) continue;
    const std::size_t type_end = line.find_first_of(" \t", type_start);
    areas.push_back(area_of(line.substr(0, name_end), line.substr(type_start, type_end - type_start), sources.volumes));
  }
  return areas;
}

}  // namespace coffre
