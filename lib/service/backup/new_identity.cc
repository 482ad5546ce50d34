#include "service/backup/new_identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/journal.h"
#include "service/estate/init_installation.h"
#include "service/keys/secret_file.h"
#include "vault/key_files.h"

namespace coffre {
namespace {

constexpr std::array<std::string_view, 3> kRoles = {"op", "drill", "recovery"};

void require_usable(const NewIdentityRequest& request) {
  if (std::ranges::find(kRoles, request.role) == kRoles.end()) {
    throw Error(ErrorCode::usage, tr("making a key"), tr("the role is op, drill or recovery"));
  }
  if (request.passphrase && request.passphrase->size() < kShortestPassphrase) {
    throw Error(ErrorCode::usage, tr("locking the key"),
                fmt::format(fmt::runtime(tr("the passphrase has less than {} characters")), kShortestPassphrase));
  }
}

KeyFile key_file_of(const NewIdentityRequest& request, const Identity& identity, const Recipient& recipient) {
  KeyFile file;
  file.recipients.push_back(recipient);
  if (request.passphrase) {
    file.locked_identities.push_back(lock(identity, *request.passphrase));
  } else {
    file.identities.push_back(identity.clone());
  }
  if (request.trust) {
    file.root = request.trust->root;
    file.signers = request.trust->signers.signers;
  }
  return file;
}

}  // namespace

NewIdentity make_identity(const NewIdentityRequest& request) {
  require_usable(request);
  const Identity identity = Identity::generate(Scope::full);
  Recipient recipient = identity.recipient();
  recipient.role = request.role;
  const KeyFile file = key_file_of(request, identity, recipient);
  const SecretString text = write_key_file(file, fmt::format("Coffre: {} key", request.role));

  if (write_secret_file(request.file, text) == PublishResult::exists) {
    throw Error(ErrorCode::conflict, tr("writing the key"), tr("a file of this name is there already"),
                tr("Choose another name: a key is never overwritten"))
        .on(std::filesystem::absolute(request.file).string());
  }
  return {.recipient_line = to_line(recipient), .recipient_id = to_hex(recipient.id())};
}

void record_new_identity(Installation& at, const NewIdentityRequest& request, const NewIdentity& made) {
  at.catalog.write([&](Session& session) {
    append_journal(session,
                   {.account = at.account,
                    .action = "keygen",
                    .subject = request.role,
                    .result = "done",
                    .ticket = {},
                    .detail = {{"recipient", made.recipient_id}, {"locked", request.passphrase ? "yes" : "no"}}},
                   at.clock.now());
  });
}

}  // namespace coffre
