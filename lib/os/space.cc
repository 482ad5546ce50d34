#include "os/space.h"

#include <errno.h>
#include <sys/statvfs.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "base/translate.h"
#include "os/file_error.h"

namespace coffre {
namespace {

double share(std::uint64_t available, std::uint64_t total) {
  if (total == 0) return 1.0;
  return static_cast<double>(available) / static_cast<double>(total);
}

bool is_scheduled(Kind kind) {
  return kind == Kind::hebdo || kind == Kind::mensuel;
}

int percent(double value) {
  return static_cast<int>(value * 100.0);
}

}  // namespace

double Space::free_share() const {
  return std::min(share(available_bytes, total_bytes), share(available_files, total_files));
}

Space space_of(const Folder& folder) {
  struct statvfs status {};
  if (::fstatvfs(folder.fd(), &status) != 0) throw file_error(errno, tr("asking for free space"), folder.path());
  Space space;
  space.total_bytes = std::uint64_t{status.f_blocks} * status.f_frsize;
  space.available_bytes = std::uint64_t{status.f_bavail} * status.f_frsize;
  space.total_files = status.f_files;
  space.available_files = status.f_favail;
  return space;
}

SpaceLevel level_of(const Space& space) {
  const double free = space.free_share();
  if (free <= kSpaceReserveShare) return SpaceLevel::reserve;
  if (free <= kSpaceCriticalShare) return SpaceLevel::critical;
  if (free <= kSpaceWarnShare) return SpaceLevel::warn;
  return SpaceLevel::ample;
}

void require_space(const Space& space, Kind kind, std::uint64_t expected_bytes) {
  const bool fits = expected_bytes <= space.available_bytes;
  if (!fits)
    throw Error(ErrorCode::no_space, tr("starting a backup"), tr("it would not fit on the local volume"),
                tr("Make room or enlarge the volume; backups are never deleted to make room"));
  if (!is_scheduled(kind)) return;
  Space afterwards = space;
  afterwards.available_bytes -= expected_bytes;
  if (level_of(afterwards) != SpaceLevel::reserve) return;
  throw Error(
      ErrorCode::no_space, tr("starting a scheduled backup"),
      fmt::format(fmt::runtime(tr("{} % of the local volume are free; the last {} % are kept for PRE and POST")),
                  percent(space.free_share()), percent(kSpaceReserveShare)),
      tr("Make room or enlarge the volume; backups are never deleted to make room"));
}

}  // namespace coffre
