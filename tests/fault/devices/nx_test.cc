// Nx Witness: a login that gives a token, JSON, and a database dump.
#include <catch2/catch.hpp>

#include "fault_table.h"

using namespace coffre::test;

TEST_CASE("whatever an Nx server answers, one line says it, and nothing of it is proven") {
  const char* const kSuspect = "backup_suspect";
  const char* const kUnreachable = "device_unreachable";
  check_faults(
      {.run_settings = "  answer_timeout: 20s\n  total_timeout: 25s\n  largest_answer: 1MiB\n",
       .recorder = {"--make", "nx"},
       .driver = "nx-witness"},
      {
          {"down", "down", "", "failed", "unreachable", "asking ", kRunAgain, kUnreachable, Left::nothing},
          {"TLS 1.1 only", "old-tls", "", "failed", "refused", "no TLS 1.2 or newer", kRunAgain, kNoneMissing,
           Left::nothing},
          {"the account is locked", "locked", "", "failed", "locked_out", "has locked this account", kRunAgain,
           kNoneMissing, Left::nothing},
          {"too busy", "status", "on=export 503", "failed", "unreachable", "busy", kRunAgain, kUnreachable,
           Left::nothing},
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
          {"an error with status 200", "error-in-200", "", "suspect", "", "begins like an error", kRunAgain, kSuspect,
           Left::suspect_file},
          {"XML for JSON", "xml-bomb", "", "suspect", "implausible", "JSON", kRunAgain, kSuspect, Left::nothing},
          {"another system's id", "other-serial", "", "suspect", "", "serial {", kAccept, kSuspect, Left::suspect_file},
          {"half the size", "half-size", "", "suspect", "", "bytes expected", kAccept, kSuspect, Left::suspect_file},
          {"half of the bytes", "half-body", "", "suspect", "", "bytes expected", kAccept, kSuspect,
           Left::suspect_file},
          {"changes while it is read", "identity-changes", "", "suspect", "", "the device changed while it was read",
           kAccept, kSuspect, Left::suspect_file},
      });
}
