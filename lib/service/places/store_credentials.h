// The bucket's key as the catalog holds it: a credential like a device's (`backupd secret set NAME --user ACCESS-KEY`,
// the secret key as its password), wrapped under the KEK.
//
// Threads: as the catalog. Errors: usage when there is no such credential, locked_out when it was stopped (each names
// its command), no_key when the KEK does not open it.
#pragma once

#include <string>

#include "base/secret.h"
#include "catalog/database.h"
#include "net/s3_signature.h"

namespace coffre {

S3Credentials store_credentials(const Database& catalog, const SecretBytes& kek, const std::string& name);

}  // namespace coffre
