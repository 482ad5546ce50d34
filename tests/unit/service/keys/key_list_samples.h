// Signed lists of keys, and what a person at the station does with them, for tests of the use cases on keys.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "service/keys/install_lists.h"
#include "service/keys/sign_lists.h"
#include "unit/service/opening_samples.h"

namespace coffre::test {

inline RootKey root_of(const InstallationFixture& fixture) {
  return load_root_key(fixture.key_file("recovery"), no_passphrase);
}

inline KeyId rid_of(const InstallationFixture& fixture, std::string_view role) {
  return fixture.identities(role).at(0).recipient().id();
}

// A key that keygen would have made.
inline Recipient named(const Identity& identity, std::string role) {
  Recipient recipient = identity.recipient();
  recipient.role = std::move(role);
  return recipient;
}

inline InstallRequest request_of(InstallationFixture& fixture, const std::vector<SignedListText>& lists) {
  InstallRequest request{.files = fixture.settings().keys,
                         .data = fixture.settings().installation.data,
                         .root = fixture.at().trust.root,
                         .catalog_key = fixture.at().keys->catalog.public_key(),
                         .lists = {}};
  for (const SignedListText& list : lists) {
    request.lists.push_back({.source = list_name(list.type, list.epoch), .text = list.text});
  }
  return request;
}

inline InstallResult install(InstallationFixture& fixture, const std::vector<SignedListText>& lists) {
  return install_lists(fixture.at(), request_of(fixture, lists));
}

inline std::vector<SignedListText> next_recipients(InstallationFixture& fixture, RecipientsChange change) {
  return sign_lists(fixture.at().trust, {.recipients = std::move(change), .signers = {}}, root_of(fixture));
}

inline std::vector<SignedListText> next_signers(InstallationFixture& fixture, const SignersChange& change) {
  return sign_lists(fixture.at().trust, {.recipients = {}, .signers = change}, root_of(fixture));
}

}  // namespace coffre::test
