// The one exception type, and the one sentence that reaches a person.
//
// What a caller decides on is a return value (optional, enum, small struct). What ends the operation is an Error,
// thrown where the cause is found, caught at the boundary of one job (a device, an object, a request) and in main.
// Layers in between add context (`on`), never change the code. Exceptions of libraries become Errors in the .cc that
// calls the library. No text of an Error holds a secret, nor says which part of a decryption check failed.
//
// Threads: an Error is a value; no shared state.
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace coffre {

// Chosen by what the caller will do about it. Closed list; exit codes are in design.md section 11.
enum class ErrorCode {
  unreachable,  // device or store does not answer: try again later                                   exit 7
  refused,      // the peer understood and said no (credentials, rights, pin): a person must look     exit 7
  locked_out,   // the peer locked the account, or we stopped the credential: do not try again        exit 7
  implausible,  // answered, but the answer cannot be what was asked for: suspect                     exit 1
  damaged,      // stored or sealed data fails a check                                                exit 5
  no_key,       // no key, or the wrong one                                                           exit 6
  rule,         // one of our own rules says no (floor, lock, authorization, signer)                  exit 4
  no_space,     // no room, or no quota                                                               exit 1
  conflict,     // something is there already, or somebody else is at it                              exit 1
  unsupported,  // the device or store cannot do this                                                 exit 1
  usage,        // command line or configuration                                                      exit 2
  not_found,    // what was named does not exist                                                      exit 2
  io,           // the operating system refused a file operation                                      exit 1
  interrupted,  // a signal or a stop request                                                         exit 130
  internal,     // our own mistake                                                                    exit 1
};

// Stable text for --json and the journal: "unreachable", "locked_out", ...
std::string_view to_string(ErrorCode code);

// Exit code of design.md section 11 for an operation ended by this code.
int exit_code(ErrorCode code);

class Error : public std::exception {
 public:
  // what: the step that failed ("reading the configuration"); why: the cause, in the person's words;
  // hint: what to do next, preferably a command (may be empty when there is nothing to do).
  Error(ErrorCode code, std::string what, std::string why, std::string hint = {});

  // Names the device, file or object concerned. The innermost subject stays: later calls are ignored.
  Error& on(std::string_view subject);

  // A finer, documented category for --json, e.g. "E_AUTH" of the .bak format. Empty when there is none.
  Error& with_category(std::string_view category);

  [[nodiscard]] ErrorCode code() const { return code_; }
  [[nodiscard]] const std::string& subject() const { return subject_; }
  [[nodiscard]] const std::string& step() const { return step_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] const std::string& hint() const { return hint_; }
  [[nodiscard]] const std::string& category() const { return category_; }

  // One line: "SUBJECT: step: reason. hint". Control characters of foreign texts are neutralized.
  [[nodiscard]] const char* what() const noexcept override { return line_.c_str(); }
  // The same for a record that is `subject`'s own and knows what to do (an anomaly, a device's last error): no hint,
  // and the error's subject only where it is another one.
  [[nodiscard]] std::string finding_on(std::string_view subject) const;

 private:
  void compose();

  ErrorCode code_;
  std::string subject_;
  std::string step_;
  std::string reason_;
  std::string hint_;
  std::string category_;
  std::string line_;
};

// "No such file or directory" and the like, for an errno value.
std::string errno_text(int error_number);

}  // namespace coffre
