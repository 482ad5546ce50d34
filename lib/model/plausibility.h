// Whether a collected configuration can be what it claims to be (design.md section 6, "suspect"). Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/device_identity.h"

namespace coffre {

using PartSizes = std::map<std::string, std::uint64_t>;  // "restore/configuration.bin" -> bytes

// What is expected of a device: learned from its last accepted backup, changed only by `restore-cli accept`.
struct Expectation {
  DeviceIdentity identity;
  std::uint64_t restore_bytes = 0;  // size of the restore/ parts together
  PartSizes restore_parts = {};     // each of them; empty: only the sum is known
};

struct Collected {
  DeviceIdentity before;
  DeviceIdentity after;
  std::uint64_t restore_bytes = 0;
  PartSizes restore_parts = {};
};

enum class Doubt {
  identity_changed_during_run,  // before and after differ
  other_serial,                 // another device answers
  other_model,
  fewer_channels,      // any expected count fell by more than half
  size_dropped,        // restore/, or one part of it, is half of what is expected, or less
  empty,               // no restore/ bytes at all
  implausible_answer,  // an answer that cannot be an export (HTML page, error text, cut): found by the driver
};

std::string_view to_string(Doubt doubt);  // "other_serial", ...: stable, for catalog and --json

struct DoubtReason {
  Doubt doubt;
  std::string detail;  // "serial DS-1 expected, DS-2 found"
};

// At this share of the expected size, or below, a backup is suspect ("half the expected size", issue of the main job).
inline constexpr double kSmallestPlausibleShare = 0.5;
// A part below this many bytes is a short list, which one deleted entry may halve: only the sum judges it.
inline constexpr std::uint64_t kSmallestJudgedPart = 4096;

// Empty when plausible. Without an expectation (first backup) only the collection itself is judged.
// A firmware change alone is no doubt: updates happen. A serial or model that is expected and no longer told is a doubt
// (what answers may be something else); a count that is no longer told is not. One reason for each finding, translated.
std::vector<DoubtReason> doubts(const std::optional<Expectation>& expected, const Collected& collected);

}  // namespace coffre
