#include "service/keys/secrets.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/journal.h"

namespace coffre {
namespace {

constexpr std::size_t kMaxNameLength = 64;

// As schemas/inventory.schema.json has it: what an inventory may name must have a password.
void require_name(const std::string& name) {
  constexpr std::string_view kFirst = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const auto fits = [&](char c) {
    return kFirst.find(c) != std::string_view::npos || c == '.' || c == '_' || c == '-';
  };
  const bool named = !name.empty() && name.size() <= kMaxNameLength &&
                     kFirst.find(name.front()) != std::string_view::npos && std::ranges::all_of(name, fits);
  if (named) return;
  throw Error(ErrorCode::usage, tr("naming a credential"),
              fmt::format(fmt::runtime(tr("\"{}\" is no name: letters, digits, \".\", \"_\" and \"-\", 64 at most, "
                                          "a letter or digit first")),
                          name));
}

}  // namespace

WrapPlace credential_place(const std::string& name) {
  return {.table = "credentials", .column = "password", .row = name};
}

void set_secret(Installation& at, const std::string& name, const std::string& user, const SecretString& password) {
  require_name(name);
  if (password.empty()) throw Error(ErrorCode::usage, tr("storing a credential"), tr("the password is empty")).on(name);
  const Instant now = at.clock.now();
  const SecretBytes bytes = SecretBytes::copy_of(as_bytes(password.reveal_text()));
  CredentialRow row{.name = name, .user = user, .wrapped = wrap_secret(at.keys->kek, credential_place(name), bytes)};
  row.set_at = now;
  at.catalog.write([&](Session& session) {
    put_credential(session, row);
    close_anomaly(session, AnomalyCode::credential_stopped, name, "a new password was set", now);
    append_journal(session,
                   {.account = at.account,
                    .action = "secret_set",
                    .subject = name,
                    .result = "done",
                    .ticket = {},
                    .detail = {{"user", user}}},
                   now);
  });
}

bool release_secret(Installation& at, const std::string& name, const std::string& ticket, const std::string& reason) {
  const Instant now = at.clock.now();
  bool known = false;
  bool released = false;
  at.catalog.write([&](Session& session) {
    const auto row = find_credential(session, name);
    known = row.has_value();
    if (!known || !row->stopped) return;
    released = release_credential(session, name);
    close_anomaly(session, AnomalyCode::credential_stopped, name, reason, now);
    append_journal(session,
                   {.account = at.account,
                    .action = "secret_release",
                    .subject = name,
                    .result = "done",
                    .ticket = ticket,
                    .detail = {{"reason", reason}, {"stopped_by", row->stopped_by}}},
                   now);
  });
  if (!known) {
    throw Error(ErrorCode::not_found, tr("releasing a credential"),
                fmt::format(fmt::runtime(tr("there is no credential \"{}\"")), name),
                tr("List them with: backupd secret list"));
  }
  return released;
}

std::vector<CredentialRow> secrets(Installation& at) {
  std::vector<CredentialRow> rows;
  at.catalog.read([&](Session& session) { rows = list_credentials(session); });
  for (CredentialRow& row : rows) row.wrapped.clear();
  return rows;
}

}  // namespace coffre
