// Takes new lists of keys into use on the server: `restore-cli keys install`, the second half of a rotation
// (service/keys/sign_lists.h is the first). Also the way back to the right list, when somebody changed a file: that
// list again, from a replica.
//
// Refused, before anything is changed: a list that our root did not sign, or whose epoch is neither the next one nor
// the present one with the same content (E_LIST); one with which some stored backup could be opened by no key
// (LAST_KEY, with their number); one that loses the key by which the server reads its metadata, or a signer, or that
// ends a signer before backups that it signed (SIGNER_LOST); one that leaves this server without a key to sign with
// (NO_SIGNER).
//
//   crash after                   leaves
//   journal "begun"               the old lists
//   each list's file              the old and the new one, which fit together; the next command notes what it sees
//   the waiting signing key       taken by whoever loads the server's keys next (service/keys/next_signer.h)
//   files                         the new lists; a run puts them into the replicas
// Calling again with the same lists finishes the work.
//
// Threads: one at a time, by a lock in the data folder (Error(conflict)).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/settings.h"
#include "service/installation.h"
#include "service/places/stored_copy.h"
#include "vault/signed_list.h"

namespace coffre {

struct ListFile {
  std::string source;  // for messages: its path
  std::string text;
};

struct InstallRequest {
  const KeyFiles& files;             // where the server has them
  const std::filesystem::path data;  // folder of the lock
  PublicKey root{};                  // of the configuration; what the catalog has seen comes first
  PublicKey catalog_key{};           // by which this server reads metadata: META in every list
  std::vector<ListFile> lists;       // one or two, of different type
};

struct InstallResult {
  TrustLists lists;             // in use now
  bool new_recipients = false;  // backups are sealed to another list from now on
  bool changed = false;         // false: they were all there
  bool signer_taken = false;    // the waiting signing key
  std::vector<CopyCheck> away;  // places that did not answer: a run puts the lists there
};

// `at`: composed without trust and secrets, with the places that answer; its `trust` is what was installed afterwards.
InstallResult install_lists(Installation& at, const InstallRequest& request);

// How many backups of these times may have been signed by somebody who could sign then by the list before, and could
// not by the list after. Pure; revocations are another matter.
std::size_t outside_validity(const SignerList& before, const SignerList& after, const std::vector<Instant>& created);

}  // namespace coffre
