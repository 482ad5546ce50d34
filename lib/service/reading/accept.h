// Releases a suspect backup (rule 10 of design.md section 3): a person has compared and says that the device is right
// and our expectation was wrong. What is *expected* changes, and a new collection is queued; the suspect file stays
// where it is, and SAUVEGARDE_SUSPECTE stays open until a new backup is proven.
//
// Two steps, so that old and new can be shown in between: review_suspect() reads, accept_suspect() writes (one
// transaction; a crash leaves the old state).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/device_identity.h"
#include "model/plausibility.h"
#include "service/installation.h"

namespace coffre {

struct SuspectReview {
  DeviceKey device;
  std::string device_id;
  std::string backup;                     // name of the suspect file; "" when the attempt left none
  std::string doubts;                     // why it is suspect; of the anomaly when there is no file
  std::optional<Expectation> expected{};  // now
  // After acceptance. nullopt: nothing is expected any more, the next plausible collection is learned from (no file was
  // left, or the catalog does not know what the device said).
  std::optional<Expectation> accepted{};
};

// Whether what came can be right at all: an answer that is no export (an HTML page, an empty or a cut one) is never
// what to expect of a device. `doubts` as the catalog has them.
bool can_be_right(std::string_view doubts);

// `subject`: the name of a suspect backup (with or without ".bak"), or a device path, which means its newest backup if
// that is suspect, or else the attempt that left no file. Errors: not_found (no such backup or device), usage (nothing
// suspect there), rule (can_be_right says no), conflict (a newer backup of the device is good already).
SuspectReview review_suspect(const Installation& at, const std::string& subject);

// Error(usage) for an empty ticket or reason; Error(conflict) when the device's expectation is no longer the one that
// was shown.
void accept_suspect(Installation& at, const SuspectReview& review, const std::string& ticket,
                    const std::string& reason);

// Old and new, row by row: "serial", "A1", "B7". Every field, counts last by name; "" where one side does not say.
struct ComparedFact {
  std::string name;
  std::string expected;
  std::string accepted;
};
std::vector<ComparedFact> compare_facts(const SuspectReview& review);

}  // namespace coffre
