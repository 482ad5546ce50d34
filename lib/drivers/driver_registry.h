// The drivers of an installation: shipped definitions, and the site's own ones in `drivers.d/`.
//
// A definition of the same name in drivers.d/ replaces the shipped one; its description carries a note that says so,
// and the log a warning. Files are *.yaml, read in name order; nothing below subfolders. Threads: the registry is
// immutable. Errors: bad files become findings with FILE:LINE:COLUMN, and are left out.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "config/finding.h"
#include "drivers/driver.h"
#include "drivers/transport.h"

namespace coffre {

// `site` may be empty or absent; an absent `shipped` is a finding.
std::unique_ptr<DriverRegistry> load_drivers(const std::filesystem::path& shipped, const std::filesystem::path& site,
                                             std::vector<Finding>& findings,
                                             const TransportFactory& transport = https_transport);

// One file (`backupd driver test FILE`); nullptr when there are findings.
std::unique_ptr<Driver> load_driver(const std::filesystem::path& file, std::vector<Finding>& findings,
                                    const TransportFactory& transport = https_transport);

// "../share/coffre/drivers" beside the running program: in the build tree as when installed.
std::filesystem::path shipped_drivers_directory();

}  // namespace coffre
