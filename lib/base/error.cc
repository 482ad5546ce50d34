#include "base/error.h"

#include <system_error>
#include <utility>

#include "base/text.h"

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
  if (!subject_.empty()) line += subject_ + ": ";
  line += step_;
  if (!reason_.empty()) line += ": " + reason_;
  if (!hint_.empty()) line += ". " + hint_;
  line_ = printable(line);
}

std::string errno_text(int error_number) {
  return std::generic_category().message(error_number);
}

}  // namespace coffre
