// The commented files that `backupd init` leaves behind, in the language of current_language(): a coffre.yaml that
// loads as it is, and an example inventory whose entries are comments. Pure; no I/O.
#pragma once

#include <string>

#include "config/settings.h"

namespace coffre {

// What init knows; paths are written as given (relative ones are relative to the file).
struct TemplateChoices {
  std::string organization = "Mon entreprise";
  std::string local_path = "local";
  std::string local_location;  // "" = a text that asks for it
  EncryptionDemand encryption = EncryptionDemand::required;
  std::string cloud_directory = "cloud";
  std::string cloud_location;  // "" = a text that asks for it
};

std::string config_template(const TemplateChoices& choices);
std::string inventory_template();

}  // namespace coffre
