// Axis: a login by digest and a JSON document that says itself whether it succeeded.
#include <catch2/catch.hpp>

#include "fault_table.h"

using namespace coffre::test;

TEST_CASE("whatever an Axis device answers, one line says it, and nothing of it is proven") {
  const char* const kSuspect = "backup_suspect";
  const char* const kUnreachable = "device_unreachable";
  check_faults(
      {.run_settings = "  answer_timeout: 20s\n  total_timeout: 25s\n  largest_answer: 1MiB\n",
       .recorder = {"--make", "axis"},
       .driver = "axis-dca"},
      {
          {"down", "down", "", "failed", "unreachable", "asking ", kRunAgain, kUnreachable, Left::nothing},
          {"TLS 1.1 only", "old-tls", "", "failed", "refused", "no TLS 1.2 or newer", kRunAgain, kNoneMissing,
           Left::nothing},
          {"the account is locked", "locked", "", "failed", "refused", "no password was sent", kRunAgain, kNoneMissing,
           Left::nothing},
          {"asks for the password in clear", "basic-offered", "", "failed", "refused", "it was not sent", kRunAgain,
           kNoneMissing, Left::nothing},
          {"every nonce is stale", "endless-401", "", "failed", "unreachable", "renewed its challenge", kRunAgain,
           kUnreachable, Left::nothing},
          {"login page with status 200", "login-page", "", "suspect", "", "HTML", kRunAgain, kSuspect,
           Left::suspect_file},
          {"login page at identification", "login-page", "on=identify", "suspect", "implausible", "HTML", kRunAgain,
           kSuspect, Left::nothing},
          {"empty", "empty", "", "suspect", "", "empty", kRunAgain, kSuspect, Left::suspect_file},
          {"declares more than it sends", "truncated", "", "suspect", "", "before its declared end", kRunAgain,
           kSuspect, Left::suspect_file},
          {"declares less than it sends", "lying-short", "", "suspect", "", "more bytes came than were declared",
           kRunAgain, kSuspect, Left::suspect_file},
          {"chunks that end in the middle", "chunked-cut", "", "suspect", "", "before its declared end", kRunAgain,
           kSuspect, Left::suspect_file},
          {"endless", "endless", "", "suspect", "", "exceeds", kRunAgain, kSuspect, Left::suspect_file},
          {"gzip", "gzip", "", "suspect", "", "encoded", kRunAgain, kSuspect, Left::suspect_file},
          {"redirect at the export", "redirect", "on=export", "suspect", "", "redirect", kRunAgain, kSuspect,
           Left::suspect_file},
          {"an error with status 200", "error-in-200", "", "suspect", "", "it lacks /data", kRunAgain, kSuspect,
           Left::suspect_file},
          {"half of the bytes", "half-body", "", "suspect", "", "not JSON", kRunAgain, kSuspect, Left::suspect_file},
          {"the last byte is another one", "corrupt", "", "suspect", "", "not JSON", kRunAgain, kSuspect,
           Left::suspect_file},
          {"XML for JSON", "xml-bomb", "", "suspect", "implausible", "JSON", kRunAgain, kSuspect, Left::nothing},
          {"another device's serial", "other-serial", "", "suspect", "", "SIM-OTHER-0001", kAccept, kSuspect,
           Left::suspect_file},
          {"another model", "other-model", "", "suspect", "", "SIM-OTHER-MODEL", kAccept, kSuspect, Left::suspect_file},
          {"half the size", "half-size", "", "suspect", "", "bytes expected", kAccept, kSuspect, Left::suspect_file},
          {"changes while it is read", "identity-changes", "", "suspect", "", "the device changed while it was read",
           kAccept, kSuspect, Left::suspect_file},
      });
}
