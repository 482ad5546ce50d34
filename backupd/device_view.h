// How a device's answers look, in --json (schemas/cli-json.md) and to people: shared by the commands that speak to one
// device (device add, identify; driver test). Never contents: names, sizes, counts. Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "bundle/manifest.h"
#include "cli/json.h"
#include "drivers/driver.h"
#include "model/device_identity.h"
#include "model/zone.h"
#include "net/https_client.h"

namespace coffre {

// The certificate as people compare it; several lines.
std::string certificate_text(const ServerCertificate& shown, const Zone& zone);

std::string identity_text(const DeviceIdentity& identity);

// One request and what came of it: "identify: GET /x -> 200 (1.2 kB, 12 ms): as expected".
cli::Json step_json(const StepReport& step);
std::string step_text(const StepReport& step);

// What was collected, with sizes; a line each.
cli::Json parts_json(const std::vector<Part>& parts);
std::vector<std::string> part_lines(const std::vector<Part>& parts);

}  // namespace coffre
