// What the test puts into ZoneMinder through its own API, as a technician's browser would: monitors with passwords and
// hostile names, zones, more users than one page holds, groups, a state, storage, a server, a control, settings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "integration/zoneminder/api_client.h"

namespace coffre::test {

// The account that backs up: rights to look, not to change; a password with characters that forms must escape.
inline constexpr std::string_view kBackupUser = "sauvegarde";
inline constexpr std::string_view kBackupPassword = "Sauve&garde=\xC3\xA9+1%";
// An account whose right to use the API was forgotten, with the same password.
inline constexpr std::string_view kUserWithoutApi = "sansapi";

// In three monitors and one setting; random, so that no file of another run holds it.
const std::string& canary();

struct Made {
  std::string resource;  // "monitors": the list at /monitors.json
  std::string model;     // "Monitor": the object in each of its items
  Fields fields;         // as sent; passwords of users are left out, because the API never gives them
};

// Writes it all; call once. Throws std::runtime_error.
void make_content(const ApiClient& admin);
// What make_content writes, the same at each call.
const std::vector<Made>& content();

}  // namespace coffre::test
