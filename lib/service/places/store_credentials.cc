#include "service/places/store_credentials.h"

#include <fmt/format.h>

#include <optional>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/credentials.h"
#include "service/keys/secrets.h"
#include "vault/wrap.h"

namespace coffre {

S3Credentials store_credentials(const Database& catalog, const SecretBytes& kek, const std::string& name) {
  std::optional<CredentialRow> row;
  catalog.read([&](Session& session) { row = find_credential(session, name); });
  if (!row) {
    throw Error(ErrorCode::usage, tr("looking up the bucket's key"),
                fmt::format(fmt::runtime(tr("there is no credential \"{}\"")), name),
                fmt::format(fmt::runtime(tr("Store it with: backupd secret set {} --user ACCESS-KEY")), name));
  }
  if (row->stopped) {
    throw Error(ErrorCode::locked_out, tr("looking up the bucket's key"),
                fmt::format(fmt::runtime(tr("credential \"{}\" is stopped: {} refused it ({})")), name, row->stopped_by,
                            row->stopped_reason),
                tr("A bucket and a device need credentials of their own: backupd secret set "
                   "NAME --user ACCESS-KEY, and write NAME as `writer:`"));
  }
  return {.access_key = row->user, .secret_key = unwrap_text(kek, credential_place(name), row->wrapped)};
}

}  // namespace coffre
