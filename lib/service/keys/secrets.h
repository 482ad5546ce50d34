// Device accounts, as a person handles them: `backupd secret set|release|list`. The password is wrapped under the KEK
// before it reaches the catalog, and nothing here ever gives it back.
#pragma once

#include <string>
#include <vector>

#include "base/secret.h"
#include "catalog/credentials.h"
#include "service/installation.h"
#include "vault/wrap.h"

namespace coffre {

// Where a credential's password lies in the catalog: authenticated with it (vault/wrap.h).
WrapPlace credential_place(const std::string& name);

// Stores or replaces; a new password also releases a stop. Journal row. Error(usage) for an empty password or a name
// that an inventory could not hold: letters, digits, ".", "_" and "-", 64 at most, a letter or digit first.
void set_secret(Installation& at, const std::string& name, const std::string& user, const SecretString& password);

// Releases a stopped credential; closes its anomaly. False when it was not stopped. Error(not_found) for an unknown
// name.
bool release_secret(Installation& at, const std::string& name, const std::string& ticket, const std::string& reason);

// For display: wrapped bytes are left out.
std::vector<CredentialRow> secrets(Installation& at);

}  // namespace coffre
