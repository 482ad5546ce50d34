// make_recorder of recorder.h: the one place that knows all makes.
#include <fmt/format.h>

#include <stdexcept>

#include "simulators/axis_recorder.h"
#include "simulators/hikvision_recorder.h"
#include "simulators/nx_recorder.h"

namespace coffre::simulator {

std::unique_ptr<Recorder> make_recorder(const Settings& settings) {
  Settings full = settings;
  complete(full);
  if (full.make == "hikvision") return std::make_unique<HikvisionRecorder>(full);
  if (full.make == "nx") return std::make_unique<NxRecorder>(full);
  if (full.make == "axis") return std::make_unique<AxisRecorder>(full);
  throw std::runtime_error(fmt::format("no make '{}': hikvision, nx or axis", full.make));
}

}  // namespace coffre::simulator
