// Inside of settings_loader.h: `replicas: cloud: s3:` of a configuration that fits its schema -> BucketSettings. What
// the schema cannot say becomes findings: ports and days that do not exist, a `residency: FR` that nobody knows of this
// endpoint, a region that is another one's.
#pragma once

#include <filesystem>
#include <vector>

#include "config/finding.h"
#include "config/settings.h"
#include "config/yaml_document.h"

namespace coffre {

// `folder`: where relative paths start.
BucketSettings bucket_settings_of(const YamlValue& s3, const std::filesystem::path& folder,
                                  std::vector<Finding>& findings);

}  // namespace coffre
