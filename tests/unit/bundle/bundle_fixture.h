// What the bundle tests share: a manifest, sources over text, a visitor that remembers.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "base/error.h"
#include "bundle/bundle_reader.h"

namespace coffre::test {

class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string_view text, std::size_t at_most = 1 << 16) : text_(text), at_most_(at_most) {}
  std::size_t read(ByteSpan out) override {
    const std::size_t size = std::min({out.size(), text_.size(), at_most_});
    std::copy_n(as_bytes(text_).begin(), size, out.begin());
    text_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view text_;
  std::size_t at_most_;
};

class RememberingVisitor final : public PartVisitor {
 public:
  std::map<std::string, std::string> parts;
  int ended = 0;

  void begin(std::string_view name, PartRole /*role*/) override { current_ = &parts[std::string(name)]; }
  void data(ByteView bytes) override { *current_ += as_text(bytes); }
  void end() override { ++ended; }

 private:
  std::string* current_ = nullptr;
};

inline Manifest example_manifest() {
  Manifest manifest;
  manifest.backup_name = "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20250510_0300_HEBDO";
  manifest.driver = "hikvision-isapi";
  manifest.driver_version = "1";
  manifest.tool = "coffre 0.1.0";
  manifest.collected_from = from_rfc3339("2025-05-10T01:00:00Z").value();
  manifest.collected_to = from_rfc3339("2025-05-10T01:00:04Z").value();
  manifest.before = {"Hikvision", "DS-7616NI-X", "SERIAL0001", "V4.50.000", {{"channels", 16}, {"users", 3}}};
  manifest.after = manifest.before;
  manifest.operator_id = "u-17";
  manifest.ticket = "T-4711";
  return manifest;
}

inline Part part_of(std::string name, std::string_view data) {
  const auto role = name.starts_with("restore/") ? PartRole::restore : PartRole::inspect;
  return {std::move(name), role, "application/octet-stream", data.size(), sha256(as_bytes(data))};
}

inline std::string manifest_text(std::vector<Part> parts) {
  Manifest manifest = example_manifest();
  manifest.parts = std::move(parts);
  return std::string(as_text(format_manifest(manifest)));
}

// The sentence of the refusal, "" when the bundle was accepted.
inline std::string refusal_of(std::string_view zip, const BundleLimits& limits = {}) {
  TextSource source(zip);
  RememberingVisitor visitor;
  try {
    read_bundle(source, visitor, limits);
    return {};
  } catch (const Error& error) {
    return error.code() == ErrorCode::damaged ? error.reason() : "other code: " + std::string(error.what());
  }
}

}  // namespace coffre::test
