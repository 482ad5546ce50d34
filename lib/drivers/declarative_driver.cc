#include "drivers/declarative_driver.h"

#include <utility>

#include "drivers/bundle_understanding.h"
#include "drivers/declarative_session.h"

namespace coffre {

DeclarativeDriver::DeclarativeDriver(Definition definition, TransportFactory transport, const std::string& extra_note)
    : definition_(std::move(definition)), transport_(std::move(transport)) {
  description_ = {definition_.name,
                  definition_.version,
                  definition_.vendor,
                  definition_.title,
                  definition_.tested,
                  definition_.notes,
                  definition_.login.scheme != LoginScheme::none};
  if (!extra_note.empty()) description_.notes.push_back(extra_note);
}

std::unique_ptr<DeviceSession> DeclarativeDriver::open(DeviceAccess access, Random& random,
                                                       StepObserver observer) const {
  return std::make_unique<DeclarativeSession>(definition_, std::move(access), random, std::move(observer), transport_);
}

std::unique_ptr<Understanding> DeclarativeDriver::understand() const {
  return std::make_unique<BundleUnderstanding>(definition_);
}

}  // namespace coffre
