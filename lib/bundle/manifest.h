// The last part of a bundle, `manifest.json`: what was collected, from what, by whom, and the hash of each part.
// Format: schemas/manifest.md. Values only; reading is strict (unknown keys allowed, wrong types refused).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/secret.h"
#include "model/device_identity.h"

namespace coffre {

enum class PartRole {
  restore,  // the vendor's own export, byte for byte: what is imported
  inspect,  // readable reads of the same settings
};

struct Part {
  std::string name;  // "restore/configuration.bin", "inspect/users.xml": see is_part_name
  PartRole role = PartRole::inspect;
  std::string media_type;  // "application/octet-stream"
  std::uint64_t size = 0;
  Digest sha256{};
};

struct Manifest {
  std::string backup_name;     // by the convention
  std::string driver;          // "hikvision-isapi"
  std::string driver_version;  // of the definition
  std::string tool;            // "coffre 0.1.0"
  Instant collected_from;
  Instant collected_to;
  DeviceIdentity before;
  DeviceIdentity after;
  std::string operator_id;  // pseudonymous account id; "" for the nightly run
  std::string ticket;
  std::vector<Part> parts;       // in the order of the ZIP; every entry but the manifest itself
  SecretString export_password;  // where the make wants one; shown only by `extract` and `restore`
};

// "(restore|inspect)/" + 1..5 segments of [A-Za-z0-9._-]+, none of them "." or ".."; at most 200 bytes.
bool is_part_name(std::string_view name);

inline constexpr std::string_view kManifestName = "manifest.json";
inline constexpr std::size_t kMaxManifestBytes = 4 * 1024 * 1024;

// UTF-8 JSON, keys in a fixed order. The result holds the export password: keep it in the bundle only.
ClearBytes format_manifest(const Manifest& manifest);
// Throws Error(damaged).
Manifest parse_manifest(ByteView json);

}  // namespace coffre
