// The sidecar (.rwk) beside a .bak: further stanzas for new recipients. The .bak itself never changes.
// Format: schemas/bak-format.md, "Sidecar". Name: that of the .bak with `.<epoch>.rwk` instead of `.bak`.
//
// Not signed: what counts is that the key it gives fits the commitments of a signed file. Threads: values only.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "vault/bak_format.h"
#include "vault/seal.h"

namespace coffre {

struct Sidecar {
  FileId file_id{};
  Digest digest{};  // G2 of the .bak
  std::vector<Stanza> stanzas;
  std::array<std::uint8_t, 32> mac{};
};

// Magic to stanzas, and the exact length; the MAC needs the file key. refusal(E_SIDECAR).
Sidecar parse_sidecar(ByteView bytes);
// Whether this sidecar was made by somebody who had the file key. `bytes` as given to parse_sidecar.
[[nodiscard]] bool is_sidecar_genuine(ByteView bytes, const SecretBytes& file_key);

// 1..16 recipients with different keys, Error(rule) otherwise. Written at the station by whoever can open the file;
// Opened::rewrap_for is the usual way here.
Bytes make_sidecar(const FileId& file_id, const Digest& digest, const SecretBytes& file_key,
                   std::span<const Recipient> recipients, SealMaterial& material = system_seal_material());

// "X.bak", 7 -> "X.7.rwk". The epoch is that of the recipients list, without leading zeros.
std::string sidecar_name(std::string_view bak_name, std::uint32_t epoch);
// The epoch when `name` is that of a sidecar of `bak_name`.
std::optional<std::uint32_t> sidecar_epoch(std::string_view name, std::string_view bak_name);

}  // namespace coffre
