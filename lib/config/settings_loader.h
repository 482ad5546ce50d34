// coffre.yaml -> Settings. Relative paths are relative to the file's folder. Defaults are those of settings.h and
// schemas/config.schema.json; unknown keys, passwords and contradictions are findings, all of them at once.
//
// Reads the file and looks whether credential files exist; opens no key. Threads: no shared state.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "config/finding.h"
#include "config/settings.h"
#include "config/yaml_document.h"

namespace coffre {

struct SettingsResult {
  std::optional<Settings> settings;  // absent exactly when there are errors
  std::vector<Finding> errors;
  std::vector<Finding> warnings;  // worth a line in `check`, no reason to stop
};

// $CREDENTIALS_DIRECTORY of this process (systemd), if set.
std::optional<std::filesystem::path> credentials_directory();

SettingsResult read_settings(const std::filesystem::path& file,
                             const std::optional<std::filesystem::path>& credentials = credentials_directory());
// The same for a text already read; document.file() should be an absolute path.
SettingsResult read_settings(const Document& document, const std::optional<std::filesystem::path>& credentials);

// For programs that only want to go on: throws error_of(...) when there are errors.
Settings load_settings(const std::filesystem::path& file);

}  // namespace coffre
