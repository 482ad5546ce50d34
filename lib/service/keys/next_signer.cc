#include "service/keys/next_signer.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/fault_point.h"
#include "base/translate.h"
#include "catalog/journal.h"
#include "config/settings_loader.h"
#include "os/file_error.h"
#include "os/folder.h"
#include "service/keys/key_ring.h"
#include "service/keys/secret_file.h"
#include "vault/key_files.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNextEnd = ".next";

PublicKey signer_of(const fs::path& file) {
  const KeyFile keys = read_key_file(file, "keys:");
  if (keys.signing_key) return keys.signing_key->public_key();
  throw Error(ErrorCode::no_key, tr("reading a key"),
              fmt::format(fmt::runtime(tr("the file holds no {}")), "coffre-signing-key"))
      .on(file.string());
}

void write_signing_key(const fs::path& file, const SigningKey& key) {
  KeyFile content;
  content.signing_key = key.clone();
  write_secret_file(file, write_key_file(content, tr("Signing key of this server")));
}

void put_on_record(Installation& at, const char* action, const PublicKey& key) {
  at.catalog.write([&](Session& session) {
    append_journal(session,
                   {.account = at.account,
                    .action = action,
                    .subject = to_hex(signer_id(key)),
                    .result = "done",
                    .ticket = {},
                    .detail = {}},
                   at.clock.now());
  });
}

}  // namespace

fs::path next_signing_key(const KeyFiles& files) {
  return files.signing.string() + kNextEnd;
}

NextSigner prepare_next_signer(const KeyFiles& files) {
  if (credentials_directory() == files.signing.parent_path()) {
    throw Error(ErrorCode::rule, tr("making the next signing key"), tr("systemd hands out the key in use"),
                tr("Run the command outside of the service, where keys/signing.key itself lies"))
        .on(files.signing.string());
  }
  if (const auto waiting = waiting_signer(files)) return {.key = *waiting, .made = false};
  write_signing_key(next_signing_key(files), SigningKey::generate());
  return {.key = signer_of(next_signing_key(files)), .made = true};
}

void record_next_signer(Installation& at, const PublicKey& key) {
  put_on_record(at, "signer_prepared", key);
}

std::optional<PublicKey> waiting_signer(const KeyFiles& files) {
  const fs::path next = next_signing_key(files);
  std::error_code ignored;
  if (!fs::exists(next, ignored)) return std::nullopt;
  return signer_of(next);
}

PublicKey signer_in_use(const KeyFiles& files) {
  return signer_of(files.signing);
}

bool may_sign(const SignerList& signers, const PublicKey& key, Instant now) {
  const Signer* const signer = signers.find(signer_id(key));
  return signer != nullptr && signer->valid_at(now) && !signer->revoked;
}

bool take_next_signer(Installation& at, const KeyFiles& files, const SignerList& signers) {
  const auto next = waiting_signer(files);
  if (!next || !may_sign(signers, *next, at.clock.now())) return false;
  put_on_record(at, "signer_taken", *next);
  const Folder folder = Folder::open(files.signing.parent_path().string());
  const std::string name = files.signing.filename().string();
  const int failed = folder.layer().rename(folder.fd(), name + kNextEnd, name);
  if (failed == ENOENT) return false;  // another command was faster
  if (failed != 0) throw file_error(failed, tr("taking the next signing key into use"), files.signing.string());
  folder.sync_folder("");
  fault_point("keys_install.signer");
  return true;
}

void require_valid_signer(const Installation& at) {
  const PublicKey& ours = at.keys->signing.public_key();
  if (may_sign(at.trust.signers.signers, ours, at.clock.now())) return;
  throw Error(ErrorCode::rule, tr("signing backups"),
              fmt::format(fmt::runtime(tr("the server's signing key {} does not count now: it is not in the signers "
                                          "list, or it has ended or was revoked there")),
                          to_hex(signer_id(ours))),
              tr("Make a new one: restore-cli keys new-signer; then have the holder of the root key sign it: "
                 "restore-cli keys rotate --signer FILE (restore-cli keys status shows the list)"));
}

}  // namespace coffre
