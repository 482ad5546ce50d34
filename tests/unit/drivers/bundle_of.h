// Runs a session against a scripted device into a bundle, and reads the bundle back.
#pragma once

#include <map>
#include <string>

#include "base/error.h"
#include "drivers/driver.h"
#include "scripted_device.h"

namespace coffre::test {

class PartsOf final : public PartVisitor {
 public:
  explicit PartsOf(PartVisitor& next) : next_(next) {}
  std::map<std::string, std::string> parts;
  void begin(std::string_view name, PartRole role) override {
    current_ = &parts[std::string(name)];
    next_.begin(name, role);
  }
  void data(ByteView bytes) override {
    *current_ += as_text(bytes);
    next_.data(bytes);
  }
  void end() override { next_.end(); }

 private:
  PartVisitor& next_;
  std::string* current_ = nullptr;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(ByteView bytes) : bytes_(bytes) {}
  std::size_t read(ByteSpan out) override {
    const std::size_t size = std::min(out.size(), bytes_.size());
    std::copy_n(bytes_.begin(), size, out.begin());
    bytes_ = bytes_.subspan(size);
    return size;
  }

 private:
  ByteView bytes_;
};

struct Backup {
  DeviceIdentity before;
  DeviceIdentity after;
  CollectionResult collected;
  std::map<std::string, std::string> parts;
  Understanding::Result understood;
};

inline Backup back_up(const Driver& driver, DeviceSession& session) {
  const Instant at = from_rfc3339("2026-01-10T02:00:00Z").value();
  Backup backup;
  backup.before = session.identify();
  MemorySink zip;
  BundleWriter writer(zip, at);
  backup.collected = session.collect(writer);
  backup.after = session.identify();
  session.close();
  Manifest manifest;
  manifest.collected_from = at;
  manifest.collected_to = at;
  manifest.before = backup.before;
  manifest.after = backup.after;
  writer.finish(std::move(manifest));
  const auto understanding = driver.understand();
  PartsOf visitor(*understanding);
  MemorySource source(zip.bytes());
  read_bundle(source, visitor);
  backup.understood = understanding->result();
  backup.parts = std::move(visitor.parts);
  return backup;
}

// Shows parts to `driver` as if a bundle had held them.
inline Understanding::Result understand(const Driver& driver, const std::map<std::string, std::string>& parts) {
  const auto understanding = driver.understand();
  for (const auto& [name, data] : parts) {
    understanding->begin(name, name.starts_with("restore/") ? PartRole::restore : PartRole::inspect);
    understanding->data(as_bytes(data));
    understanding->end();
  }
  return understanding->result();
}

// "code category: reason", or "" when nothing was thrown.
template <typename Call>
std::string failure_of(const Call& call) {
  try {
    call();
    return {};
  } catch (const Error& error) {
    std::string line(to_string(error.code()));
    if (!error.category().empty()) line.append(" ").append(error.category());
    return line.append(": ").append(error.reason());
  }
}

}  // namespace coffre::test
