// A recorder that answers badly, or not at all: one line says so, nothing of it is proven, and the others are done.
#include <catch2/catch.hpp>

#include "fault_table.h"

using namespace coffre::test;

namespace {

// Generous for a sound recorder on a busy machine, short for one that hangs.
const std::string kLimits =
    "  connect_timeout: 10s\n  answer_timeout: 12s\n  total_timeout: 15s\n  largest_answer: 1MiB\n";

const char* const kUnreachable = "device_unreachable";
const char* const kSuspect = "backup_suspect";

}  // namespace

TEST_CASE("a recorder that cannot be spoken to is not backed up, and the line says how to try again") {
  check_faults({.run_settings = kLimits},
               {
                   {"down", "down", "", "failed", "unreachable", "asking ", kRunAgain, kUnreachable, Left::nothing},
                   {"refuse", "refuse", "", "failed", "unreachable", "asking ", kRunAgain, kUnreachable, Left::nothing},
                   {"takes no part in TLS", "mute", "", "failed", "unreachable", "no end within the time allowed",
                    kRunAgain, kUnreachable, Left::nothing},
                   {"TLS 1.1 only", "old-tls", "", "failed", "refused", "no TLS 1.2 or newer", kRunAgain, kNoneMissing,
                    Left::nothing},
                   {"1 byte a second", "slow", "1", "failed", "unreachable", "configurationData", kRunAgain,
                    kUnreachable, Left::nothing},
                   {"never answers", "never-answer", "on=export", "failed", "unreachable", "no answer within",
                    kRunAgain, kUnreachable, Left::nothing},
                   {"headers without end", "endless-headers", "on=identify", "suspect", "implausible", "headers exceed",
                    kRunAgain, kSuspect, Left::nothing},
                   {"headers without end at the export", "endless-headers", "on=export", "suspect", "",
                    "headers exceed", kRunAgain, kSuspect, Left::suspect_file},
                   {"slow to begin, then sound", "delay", "on=export 400", "proven", "", "", "", "", Left::proven_file},
                   {"too busy", "status", "on=export 503", "failed", "unreachable", "busy", kRunAgain, kUnreachable,
                    Left::nothing},
                   {"an error of its own", "status", "on=export 500", "suspect", "", "unexpected HTTP status 500",
                    kRunAgain, kSuspect, Left::suspect_file},
                   {"what we need is not there", "status", "on=export 410", "failed", "unsupported",
                    "unexpected HTTP status 410", kRunAgain, kNoneMissing, Left::nothing},
               });
}

TEST_CASE("a recorder that refuses the login in its own way is left alone, and the credential goes on elsewhere") {
  check_faults({.run_settings = kLimits}, {
                                              {"a stale nonce, once", "stale-once", "", "failed", "unreachable",
                                               "renewed its challenge", kRunAgain, kUnreachable, Left::nothing},
                                              {"every nonce is stale", "endless-401", "", "failed", "unreachable",
                                               "renewed its challenge", kRunAgain, kUnreachable, Left::nothing},
                                              {"asks for the password in clear", "basic-offered", "", "failed",
                                               "refused", "it was not sent", kRunAgain, kNoneMissing, Left::nothing},
                                              {"the account is locked", "locked", "", "failed", "locked_out",
                                               "has locked this account", kRunAgain, kNoneMissing, Left::nothing},
                                          });
}

TEST_CASE("whatever a recorder gives for its configuration, nothing of it is proven unless it is whole") {
  check_faults(
      {.run_settings = kLimits},
      {
          {"endless", "endless", "", "suspect", "", "exceeds", kRunAgain, kSuspect, Left::suspect_file},
          {"announces 50 GB", "endless", "declared", "suspect", "", "announces", kRunAgain, kSuspect,
           Left::suspect_file},
          {"declares more than it sends", "truncated", "", "suspect", "", "before its declared end", kRunAgain,
           kSuspect, Left::suspect_file},
          {"declares less than it sends", "lying-short", "", "suspect", "", "more bytes came than were declared",
           kRunAgain, kSuspect, Left::suspect_file},
          {"chunks that end in the middle", "chunked-cut", "", "suspect", "", "before its declared end", kRunAgain,
           kSuspect, Left::suspect_file},
          {"neither length nor end", "no-length", "", "suspect", "", "cut", kRunAgain, kSuspect, Left::suspect_file},
          {"no length, but whole", "no-length", "whole", "proven", "", "", "", "", Left::proven_file},
          {"gzip", "gzip", "", "suspect", "", "encoded", kRunAgain, kSuspect, Left::suspect_file},
          {"redirect at identification", "redirect", "", "suspect", "implausible", "redirect", kRunAgain, kSuspect,
           Left::nothing},
          {"redirect at the export", "redirect", "on=export", "suspect", "", "redirect", kRunAgain, kSuspect,
           Left::suspect_file},
          {"login page with status 200", "login-page", "", "suspect", "", "HTML", kRunAgain, kSuspect,
           Left::suspect_file},
          {"login page at identification", "login-page", "on=identify", "suspect", "implausible", "HTML", kRunAgain,
           kSuspect, Left::nothing},
          {"empty", "empty", "", "suspect", "", "empty", kRunAgain, kSuspect, Left::suspect_file},
          {"half of the bytes", "half-body", "", "suspect", "", "cut", kRunAgain, kSuspect, Left::suspect_file},
          {"an error with status 200", "error-in-200", "", "suspect", "", "begins like an error", kRunAgain, kSuspect,
           Left::suspect_file},
          // The maker does not say how its trailer is made: a changed byte inside whole bounds is not seen.
          {"the last byte is another one", "corrupt", "", "proven", "", "", "", "", Left::proven_file},
      });
}

TEST_CASE("whatever a recorder says of itself, it is taken for another one when it is another one") {
  check_faults(
      {.run_settings = kLimits},
      {
          {"XML bomb", "xml-bomb", "", "suspect", "implausible", "document type", kRunAgain, kSuspect, Left::nothing},
          {"XML that is too deep", "xml-deep", "50000", "suspect", "implausible", "too deep", kRunAgain, kSuspect,
           Left::nothing},
          {"another device's serial", "other-serial", "", "suspect", "", "SIM-OTHER-0001", kAccept, kSuspect,
           Left::suspect_file},
          {"another model", "other-model", "", "suspect", "", "SIM-OTHER-MODEL", kAccept, kSuspect, Left::suspect_file},
          {"half the size", "half-size", "", "suspect", "", "bytes expected", kAccept, kSuspect, Left::suspect_file},
          {"less than half the size", "set size", "80000", "suspect", "", "bytes expected", kAccept, kSuspect,
           Left::suspect_file},
          {"changes while it is read", "identity-changes", "", "suspect", "", "the device changed while it was read",
           kAccept, kSuspect, Left::suspect_file},
      });
}

TEST_CASE("a run for one device ends with that device's exit code") {
  Fleet fleet({.devices = 1});
  const std::vector<std::string> only{"--device", Fleet::display("NVR")};
  fleet.recorders().fault("NVR", "down");
  CHECK(fleet.run(only).exit_code == 7);
  fleet.recorders().heal("NVR");
  fleet.recorders().fault("NVR", "locked");
  CHECK(fleet.run(only).exit_code == 7);
  fleet.recorders().heal("NVR");
  fleet.recorders().fault("NVR", "login-page");
  CHECK(fleet.run(only).exit_code == 1);
  fleet.recorders().heal("NVR");
  CHECK(fleet.run(only).exit_code == 0);
}
