// The named instants at which the tests of this folder kill a program. points_test.cc holds them against the sources.
#pragma once

#include <string>
#include <vector>

namespace coffre::test {

// Passed by every run that makes a backup, in this order.
inline const std::vector<std::string>& run_points() {
  static const std::vector<std::string> kPoints{
      "back_up.locked",    "back_up.leased",           "back_up.identified", "back_up.header_written",
      "back_up.collected", "back_up.identified_again", "back_up.sealed",     "back_up.synced",
      "back_up.opened",    "back_up.intent",           "back_up.linked",     "back_up.recorded",
      "replicate.put",     "replicate.read_back",      "replicate.recorded"};
  return kPoints;
}

inline const std::vector<std::string>& verify_points() {
  static const std::vector<std::string> kPoints{"verify.copy_read", "verify.recorded"};
  return kPoints;
}

// In order. From the last one on the new catalog is in place.
inline const std::vector<std::string>& rebuild_points() {
  static const std::vector<std::string> kPoints{
      "rebuild_catalog.begun", "rebuild_catalog.inserted", "rebuild_catalog.carried", "rebuild_catalog.filled",
      "rebuild_catalog.aside", "rebuild_catalog.cleared",  "rebuild_catalog.placed"};
  return kPoints;
}

// In order; "@2" where the second passing is another step. Of installing a recipients list and a signers list together,
// with a signing key that waits.
inline const std::vector<std::string>& install_points() {
  static const std::vector<std::string> kPoints{"keys_install.begun", "keys_install.list", "keys_install.signer",
                                                "keys_install.recorded", "keys_install.stored"};
  return kPoints;
}

// Of a copy that is read, then of one that is damaged: found, set aside, put anew.
inline const std::vector<std::string>& scrub_points() {
  static const std::vector<std::string> kPoints{"scrub.read", "scrub.recorded"};
  return kPoints;
}
inline const std::vector<std::string>& repair_points() {
  static const std::vector<std::string> kPoints{"repair.set_aside", "replicate.repaired"};
  return kPoints;
}

inline const std::vector<std::string>& rewrap_points() {
  static const std::vector<std::string> kPoints{"rewrap.made", "rewrap.put", "rewrap.recorded"};
  return kPoints;
}

// Passed twice for each backup that goes: in the second place, then in the local one.
inline const std::vector<std::string>& expire_points() {
  static const std::vector<std::string> kPoints{"expire.remove", "expire.record"};
  return kPoints;
}

inline const std::vector<std::string>& extract_points() {
  static const std::vector<std::string> kPoints{"extract.part_written"};
  return kPoints;
}

}  // namespace coffre::test
