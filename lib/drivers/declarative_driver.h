// Driver by definition. Contract: driver.h.
#pragma once

#include <memory>
#include <string>

#include "drivers/definition.h"
#include "drivers/driver.h"
#include "drivers/transport.h"

namespace coffre {

class DeclarativeDriver final : public Driver {
 public:
  // `extra_note` joins the notes that people see ("" = none).
  explicit DeclarativeDriver(Definition definition, TransportFactory transport = https_transport,
                             const std::string& extra_note = {});

  [[nodiscard]] const DriverDescription& description() const override { return description_; }
  [[nodiscard]] std::unique_ptr<DeviceSession> open(DeviceAccess access, Random& random,
                                                    StepObserver observer) const override;
  [[nodiscard]] std::unique_ptr<Understanding> understand() const override;
  // For the later comparison: volatile and secret paths by part.
  [[nodiscard]] const Definition& definition() const { return definition_; }

 private:
  Definition definition_;
  TransportFactory transport_;
  DriverDescription description_;
};

}  // namespace coffre
