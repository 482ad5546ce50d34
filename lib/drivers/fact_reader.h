// Facts and values out of one parsed answer: the same function when a device answers and when a backup is opened.
//
// Threads: functions without state. Errors: Error(implausible) when the answer does not say what it has to say.
#pragma once

#include <map>
#include <string>

#include "drivers/content.h"
#include "drivers/definition.h"
#include "model/device_identity.h"

namespace coffre {

// Adds the facts of `request` in `content` to `identity`; the counts of following pages are added.
enum class Page { first, following };
void read_facts(const RequestSpec& request, const Content& content, Page page, DeviceIdentity& identity);

std::map<std::string, std::string> read_values(const RequestSpec& request, const Content& content);

}  // namespace coffre
