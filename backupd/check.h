// The pieces of `backupd check`: each looks at one subject and says what it found, line by line; none stops the others.
//
// Nothing here changes anything, but for one probe object in the second place (check_second_place), the anomaly of a
// list of keys that is refused, and the login that identifying a device takes. Threads: one.
#pragma once

#include <string>
#include <vector>

#include "cli/compose.h"

namespace coffre {

enum class CheckState { good, warning, failed, skipped };

// Which exit code a failed line stands for (design.md section 11).
enum class CheckArea { configuration, rule, device, other };

struct CheckLine {
  CheckArea area = CheckArea::other;
  CheckState state = CheckState::good;
  std::string subject;  // "configuration", "local volume", a device's path, ...: translated where it is a word
  std::string text;     // what was found
  std::string remedy;   // what to do; "" when nothing is to be done
};

using CheckLines = std::vector<CheckLine>;

// Settings and inventory with every finding, drivers. `settings` is filled when the configuration can be read.
CheckLines check_configuration(const std::string& config_option, std::optional<Settings>& settings);
// Key files and their modes, signed lists, no identity lying around, process guard.
CheckLines check_keys(const Settings& settings);
// Local volume: mounted, encrypted, ours, space.
CheckLines check_local_place(const Settings& settings, const std::string& installation_id);
// Second place: ours, keeps what is put and gives it back, locks what it is asked to lock.
CheckLines check_second_place(cli::Composition& made);
// Catalog: integrity, journal chain, clock, key proofs, devices lost by the inventory, stopped credentials.
CheckLines check_catalog(cli::Composition& made);
// Each device: reachable, pinned, identified. `only`: one device's path, "" for all.
CheckLines check_devices(cli::Composition& made, const std::string& only);

// 0 all in order (warnings allowed), 2 configuration, 4 a rule, 3 devices only, 1 otherwise.
int exit_code_of(const CheckLines& lines);

}  // namespace coffre
