#include "opening.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/translate.h"
#include "cli/output.h"
#include "drivers/driver_registry.h"
#include "os/process_guard.h"
#include "os/terminal.h"
#include "replicas/installation.h"
#include "service/keys/sidecars.h"
#include "service/places/places.h"
#include "store_key.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

constexpr int kPartial = 3;
constexpr std::string_view kBackupEnding = ".bak";

std::vector<fs::path> paths_of(const std::vector<std::string>& words) {
  return {words.begin(), words.end()};
}

template <typename Open>
auto open_or_note(std::string_view name, cli::Context& context, std::vector<CopyCheck>& away, Open open)
    -> decltype(open()) {
  try {
    return open();
  } catch (const Error& error) {
    away.push_back({.replica = std::string(name), .path = {}, .state = "unavailable", .error = error});
    cli::note(context, error.what());
    return nullptr;
  }
}

}  // namespace

std::vector<cli::Parameter> opening_options() {
  return {
      cli::repeatable(
          cli::option("--identity", cli::Takes::file, tr_noop("FILE"),
                      tr_noop("a key file that can open it; its passphrase is asked, or is a line of stdin"))),
      cli::option("--signers", cli::Takes::file, tr_noop("FILE"),
                  tr_noop("whose signature counts, instead of the key file's")),
      cli::repeatable(
          cli::option("--sidecar", cli::Takes::file, tr_noop("FILE"), tr_noop("further access (.rwk), newest first"))),
      cli::flag("--any-signer", tr_noop("disaster only: do not check who made the file (exit code 3)")),
      store_key_option(),
  };
}

SecretString ask_passphrase(const fs::path& file) {
  SystemTerminal terminal;
  try {
    return terminal.ask_secret(fmt::format(fmt::runtime(tr("Passphrase of {}: ")), file.string()));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::usage) throw;
    throw Error(ErrorCode::no_key, tr("unlocking a key"),
                fmt::format(fmt::runtime(tr("a passphrase locks it: {}")), error.reason()),
                tr("Run this on a terminal, or give the passphrase as one line of standard input"))
        .on(file.string());
  }
}

OpeningKeys opening_keys(const cli::Arguments& arguments, const cli::Composition* made) {
  KeyRingRequest request;
  request.identities = paths_of(arguments.all("--identity"));
  request.signers = arguments.text("--signers");
  if (made != nullptr) request.installation = &made->at->trust;
  if (arguments.has("--any-signer")) request.origin = OriginCheck::any_signer;
  if (!request.identities.empty()) guard_process();
  OpeningKeys keys;
  keys.ring = load_key_ring(request, ask_passphrase);
  keys.sidecars = read_sidecars(paths_of(arguments.all("--sidecar")));
  return keys;
}

std::vector<Bytes> sidecars_in(const OpeningKeys& keys, Replica& place, const BackupRow& backup,
                               const RandomReader& file) {
  if (!keys.sidecars.empty()) return keys.sidecars;
  return fitting_sidecar(file, keys.ring.identities, [&] { return stored_sidecars(place, object_path(backup)); });
}

std::vector<Bytes> sidecars_beside(const OpeningKeys& keys, const BareFile& bare) {
  if (!keys.sidecars.empty()) return keys.sidecars;
  return fitting_sidecar(*bare.content, keys.ring.identities, [&] { return sidecars_beside(bare.path); });
}

bool names_a_file(const std::string& word, const cli::Context& context) {
  std::error_code ignored;
  if (word.find('/') != std::string::npos || fs::is_regular_file(word, ignored)) return true;
  const bool may_be_known = !context.config_file.empty() || cli::has_configuration({});
  if (may_be_known || !word.ends_with(kBackupEnding)) return false;
  throw Error(ErrorCode::not_found, tr("looking for the backup"),
              tr("there is no such file, and no configuration whose catalog could know it by this name"),
              cli::configuration_hint())
      .on(word);
}

std::unique_ptr<cli::Composition> installation_if_any(cli::Context& context) {
  if (!context.config_file.empty()) return cli::compose(context.config_file, cli::Needs::catalog);
  if (!cli::has_configuration({})) return nullptr;
  try {
    return cli::compose({}, cli::Needs::catalog);
  } catch (const Error& error) {
    cli::note(context, fmt::format(fmt::runtime(tr("Going on without the installation: {}")), error.what()));
    return nullptr;
  }
}

std::vector<CopyCheck> add_places(cli::Composition& made, cli::Context& context, const std::string& store_key_file) {
  StoreAccess access = cli::store_access(made);
  if (!store_key_file.empty()) access.key = [&](const std::string&) { return read_store_key(store_key_file); };
  std::vector<CopyCheck> away;
  made.at->local = open_or_note(kLocalReplica, context, away, [&] {
    auto local = open_local(made.settings);
    require_installation(*local, made.at->id);
    return local;
  });
  made.at->cloud = open_or_note(kCloudReplica, context, away, [&] {
    auto cloud = open_cloud(made.settings, access);
    require_installation(*cloud, made.at->id);
    return cloud;
  });
  if (!made.at->local && !made.at->cloud) throw *away.front().error;
  return away;
}

const DriverRegistry& drivers_for(const cli::Composition* made, std::unique_ptr<DriverRegistry>& shipped) {
  if (made != nullptr) return *made->at->drivers;
  std::vector<Finding> findings;  // a shipped definition that does not load only leaves its backups "not understood"
  shipped = load_drivers(shipped_drivers_directory(), {}, findings);
  return *shipped;
}

RoleNames role_names(const cli::Composition* made, const KeyRing& ring) {
  RoleNames roles = ring.roles;
  if (made == nullptr) return roles;
  for (const Recipient& recipient : made->at->trust.recipients.recipients) {
    roles[to_hex(recipient.id())] = recipient.role;
  }
  return roles;
}

int with_origin(int code, const KeyRing& ring, cli::Context& context) {
  if (ring.origin == OriginCheck::required) return code;
  context.err << tr("origin not checked: nobody knows who made this file") << "\n";
  return code == 0 ? kPartial : code;
}

void note_failed_copies(const std::vector<CopyCheck>& failed, cli::Context& context) {
  for (const CopyCheck& copy : failed) {
    const std::string why = copy.error ? copy.error->what() : tr("the object is not there");
    cli::note(context,
              fmt::format(fmt::runtime(tr("{}: not used ({}); the other copy is")), word_text(copy.replica), why));
  }
}

}  // namespace coffre
