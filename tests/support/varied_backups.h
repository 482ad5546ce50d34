// An installation that has one of everything that a catalog made anew has to find again: several clients and sites,
// every kind, PRE and POST under a ticket, suspect ones, twins of one minute, small files and such of many blocks.
#pragma once

#include "support/installation_fixture.h"

namespace coffre::test {

// kHall and kQuai of one client, kMusee of another.
inline constexpr std::string_view kMusee = "MUSEE/RESERVES/VMS_SALLE-1";
inline constexpr std::size_t kVariedBackups = 9;  // of which
inline constexpr std::size_t kVariedSuspects = 2;

// Of a new fixture: adds the devices that it lacks, and makes the backups, read back from both of its places. The clock
// moves on by minutes.
void make_varied_backups(InstallationFixture& fixture);

}  // namespace coffre::test
