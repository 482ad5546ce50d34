// What a new catalog takes over from the one that it replaces, row by row as it stood there: nothing is made anew, so
// nothing is claimed that the old one did not say. Which of these are to be trusted is service/healing/old_catalog.h's
// to say.
//
// `from` and `to` are transactions of two databases; both stay the caller's. Errors: those of Session; a row that the
// new database does not take (a broken chain, a code that is unknown) is Error(damaged).
#pragma once

#include <cstdint>

#include "catalog/database.h"

namespace coffre {

// The whole chain with its texts. `to` must hold no row yet: the next append_journal() continues the old chain, and
// verify_journal() recomputes both parts alike.
std::uint64_t carry_journal(Session& from, Session& to);
// Open and closed ones, under their old numbers.
std::uint64_t carry_anomalies(Session& from, Session& to);
// As they are wrapped; a stopped one stays stopped (rule 5).
std::uint64_t carry_credentials(Session& from, Session& to);
// What a person keeps stays kept.
std::uint64_t carry_holds(Session& from, Session& to);
// A client whose contract ends stays ended: who said so, and whether it was attested, lies in no file.
std::uint64_t carry_closures(Session& from, Session& to);
// Backups that have expired, of devices that `to` knows: no file tells of them any more, and without their rows their
// numbers would be gaps. One that a file does tell of is passed over.
std::uint64_t carry_expired(Session& from, Session& to);
// What two persons let go, of the backups that `to` knows (also expired ones: carry_expired comes first).
std::uint64_t carry_releases(Session& from, Session& to);

}  // namespace coffre
