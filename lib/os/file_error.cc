#include "os/file_error.h"

#include <errno.h>

#include "base/translate.h"

namespace coffre {
namespace {

struct Sentence {
  ErrorCode code;
  std::string reason;
  std::string hint;
};

Sentence sentence_for(int error_number) {
  switch (error_number) {
    case ENOSPC:
      return {ErrorCode::no_space, tr("no room is left on the volume"),
              tr("Make room or enlarge the volume; backups are never deleted to make room")};
    case EDQUOT:
      return {ErrorCode::no_space, tr("the quota is used up"), tr("Raise the quota of the service's account")};
    case EROFS:
      return {ErrorCode::io, tr("the volume is read-only"),
              tr("Look at the kernel's log: a failing disk is remounted read-only; repair it, then mount it again")};
    case ENOTCONN:      // the process behind a FUSE filesystem is dead
    case ECONNABORTED:  // it died during the call
    case ENODEV:
    case ESTALE:
      return {ErrorCode::io, tr("volume not mounted"), tr("Mount it again, then start this once more")};
    case ELOOP:
      return {ErrorCode::rule, tr("a symbolic link is in the way"), tr("Name the folder itself, not a link to it")};
    case EXDEV:
      return {ErrorCode::io, tr("another volume is mounted there"),
              tr("A replica lies on one volume: unmount the other")};
    case EACCES:
    case EPERM:
      return {ErrorCode::io, errno_text(error_number), tr("Check owner and rights for the service's account")};
    case ENOENT:
      return {ErrorCode::io, errno_text(error_number), tr("Check the path; if it lies on a volume, mount that")};
    case ENOTDIR:
      return {ErrorCode::io, errno_text(error_number), tr("A file stands where the path wants a folder: correct it")};
    case ENAMETOOLONG:
      return {ErrorCode::io, errno_text(error_number), tr("Give a shorter one")};
    default:
      return {ErrorCode::io, errno_text(error_number), {}};
  }
}

}  // namespace

Error file_error(int error_number, std::string step, std::string_view subject) {
  Sentence sentence = sentence_for(error_number);
  Error error(sentence.code, std::move(step), std::move(sentence.reason), std::move(sentence.hint));
  error.on(subject);
  return error;
}

Error file_error(const std::filesystem::filesystem_error& problem) {
  return file_error(problem.code().value(), tr("using a file or folder"), problem.path1().string());
}

bool is_there(const std::filesystem::path& path) {
  std::error_code problem;
  const std::filesystem::file_type type = std::filesystem::status(path, problem).type();
  if (type == std::filesystem::file_type::none) {
    throw file_error(problem.value(), tr("using a file or folder"), path.string());
  }
  return type != std::filesystem::file_type::not_found;
}

Error not_mounted(std::string_view path) {
  return file_error(ENODEV, tr("using the volume"), path);
}

}  // namespace coffre
