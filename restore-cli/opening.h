// What the commands that open backups have in common: their options, the keys that a person brings, and the places as
// far as they answer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/compose.h"
#include "service/keys/key_ring.h"
#include "service/places/stored_copy.h"
#include "service/reading/look_at_file.h"
#include "views.h"

namespace coffre {

// --identity, --signers, --sidecar, --any-signer, --s3-credentials.
std::vector<cli::Parameter> opening_options();

struct OpeningKeys {
  KeyRing ring;
  std::vector<Bytes> sidecars;
};

// At the terminal, or one line of standard input.
SecretString ask_passphrase(const std::filesystem::path& file);

// Hardens the process when an identity is given (no core, no swap), then reads the files; asks for passphrases.
// `made`: the installation at hand, null for none.
OpeningKeys opening_keys(const cli::Arguments& arguments, const cli::Composition* made);

// The sidecars that a person named with --sidecar, else the one beside the backup that fits the keys
// (service/keys/sidecars.h).
std::vector<Bytes> sidecars_in(const OpeningKeys& keys, Replica& place, const BackupRow& backup,
                               const RandomReader& file);
std::vector<Bytes> sidecars_beside(const OpeningKeys& keys, const BareFile& bare);

// A word with a slash, or the name of a file that is there, means that file; anything else a name of the catalog. Where
// there is no configuration, and so no catalog, a word that ends in .bak and is no file is Error(not_found).
bool names_a_file(const std::string& word, const cli::Context& context);

// For bare files: the installation named by --config, else the one found at the default places if it can be opened (a
// note says why not); nullptr: none, and none is needed.
std::unique_ptr<cli::Composition> installation_if_any(cli::Context& context);

// Opens both places of an installation composed without; one that does not answer is left out, with a note, and
// returned.
// `store_key_file`: the bucket's key, where this machine's KEK cannot give it (store_key.h); "" for the stored one.
std::vector<CopyCheck> add_places(cli::Composition& made, cli::Context& context,
                                  const std::string& store_key_file = {});

// The drivers that look into a bare file: the installation's, else the shipped ones.
const DriverRegistry& drivers_for(const cli::Composition* made, std::unique_ptr<DriverRegistry>& shipped);

// Roles by recipient id, from the recipients list and the key files.
RoleNames role_names(const cli::Composition* made, const KeyRing& ring);

// Says "origin not checked" aloud when --any-signer was given; the exit code then is at least 3.
int with_origin(int code, const KeyRing& ring, cli::Context& context);

// A note for each copy that could not be used.
void note_failed_copies(const std::vector<CopyCheck>& failed, cli::Context& context);

}  // namespace coffre
