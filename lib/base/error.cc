#include "base/error.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "base/translate.h"

namespace coffre {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::unreachable:
      return "unreachable";
    case ErrorCode::refused:
      return "refused";
    case ErrorCode::locked_out:
      return "locked_out";
    case ErrorCode::implausible:
      return "implausible";
    case ErrorCode::damaged:
      return "damaged";
    case ErrorCode::no_key:
      return "no_key";
    case ErrorCode::rule:
      return "rule";
    case ErrorCode::no_space:
      return "no_space";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::usage:
      return "usage";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::io:
      return "io";
    case ErrorCode::interrupted:
      return "interrupted";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

int exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage:
    case ErrorCode::not_found:
      return 2;
    case ErrorCode::rule:
      return 4;
    case ErrorCode::damaged:
      return 5;
    case ErrorCode::no_key:
      return 6;
    case ErrorCode::unreachable:
    case ErrorCode::refused:
    case ErrorCode::locked_out:
      return 7;
    case ErrorCode::interrupted:
      return 130;
    case ErrorCode::implausible:
    case ErrorCode::no_space:
    case ErrorCode::conflict:
    case ErrorCode::unsupported:
    case ErrorCode::io:
    case ErrorCode::internal:
      return 1;
  }
  return 1;
}

Error::Error(ErrorCode code, std::string what, std::string why, std::string hint)
    : code_(code), step_(std::move(what)), reason_(std::move(why)), hint_(std::move(hint)) {
  compose();
}

Error& Error::on(std::string_view subject) {
  if (subject_.empty()) subject_ = subject;
  compose();
  return *this;
}

Error& Error::with_category(std::string_view category) {
  category_ = category;
  return *this;
}

void Error::compose() {
  std::string line;
  if (!subject_.empty()) line += subject_ + tr(": ");
  line += step_;
  if (!reason_.empty()) line += tr(": ") + reason_;
  if (!hint_.empty()) line += ". " + hint_;
  line_ = printable(line);
}

std::string Error::finding_on(std::string_view subject) const {
  std::string line = step_;
  if (!reason_.empty()) line += tr(": ") + reason_;
  if (!subject_.empty() && subject_ != subject) line = subject_ + tr(": ") + line;
  return printable(line);
}

std::string errno_text(int error_number) {
  struct Known {
    int number;
    const char* text;
  };
  // What a person meets in practice. The C library's own translations are not on every machine.
  static constexpr Known kKnown[] = {
      {EPERM, tr_noop("Operation not permitted")},
      {ENOENT, tr_noop("No such file or directory")},
      {EIO, tr_noop("Input/output error")},
      {EACCES, tr_noop("Permission denied")},
      {EBUSY, tr_noop("Device or resource busy")},
      {EEXIST, tr_noop("File exists")},
      {ENOTDIR, tr_noop("Not a directory")},
      {EISDIR, tr_noop("Is a directory")},
      {EINVAL, tr_noop("Invalid argument")},
      {EMFILE, tr_noop("Too many open files")},
      {ENOSPC, tr_noop("No space left on device")},
      {EROFS, tr_noop("Read-only file system")},
      {ENAMETOOLONG, tr_noop("File name too long")},
      {ENOTEMPTY, tr_noop("Directory not empty")},
      {ELOOP, tr_noop("Too many levels of symbolic links")},
      {ENOTCONN, tr_noop("Transport endpoint is not connected")},
      {EDQUOT, tr_noop("Disk quota exceeded")},
      {ENOMEM, tr_noop("Cannot allocate memory")},
  };
  const auto* const known =
      std::find_if(std::begin(kKnown), std::end(kKnown), [&](const Known& one) { return one.number == error_number; });
  return known == std::end(kKnown) ? std::generic_category().message(error_number) : std::string(tr(known->text));
}

}  // namespace coffre
