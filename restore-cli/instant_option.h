// Instants that a person types behind an option.
#pragma once

#include <string>

#include "base/clock.h"
#include "model/zone.h"

namespace coffre {

// "2026-11-21T03:00:00Z"; with a zone also "2026-11-21", its midnight there. Error(usage) naming the option.
Instant instant_from(const char* option, const std::string& text, const Zone* zone);

}  // namespace coffre
