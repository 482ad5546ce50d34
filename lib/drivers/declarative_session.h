// DeviceSession by definition: runs its requests in order, stores parts, reads facts.
// Contract: driver.h. Threads: one job's own.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "drivers/definition.h"
#include "drivers/device_link.h"
#include "drivers/driver.h"

namespace coffre {

// Where the engine itself says what a backup does not hold.
inline constexpr std::string_view kNotesPart = "inspect/coffre-notes.txt";
// The value whose name makes it part of the manifest.
inline constexpr std::string_view kExportPassword = "export_password";

class DeclarativeSession final : public DeviceSession {
 public:
  DeclarativeSession(const Definition& definition, DeviceAccess access, Random& random, StepObserver observer,
                     const TransportFactory& make_transport);
  ~DeclarativeSession() override;

  DeviceIdentity identify() override;
  CollectionResult collect(BundleWriter& bundle) override;
  void close() noexcept override;

 private:
  struct Target;
  void run(const RequestGroup& group, Target& target);
  Verdict run(const std::string& id, const RequestSpec& request, Target& target);
  Verdict run_pages(const std::string& id, const RequestSpec& request, Target& target);
  DeviceLink::Answer exchange(const std::string& id, const RequestSpec& request, const std::string& part,
                              AnswerBody& body, Target& target);
  void write_notes(BundleWriter& bundle) const;

  const Definition& definition_;
  DeviceLink link_;
  std::set<std::string> not_available_;  // ids of optional requests that this device does not have
};

}  // namespace coffre
