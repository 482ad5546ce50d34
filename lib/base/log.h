// The service's log: one line an event, for the operator of the machine. Never a secret, never configuration content.
// (The journal, for auditors, is catalog/journal.h.)
//
// Lines are "level subject: text", to stderr (or the systemd journal when started by it). A text that begins
// with the subject does not say it twice. Thread-safe.
#pragma once

#include <string_view>

namespace coffre {

enum class LogLevel { debug, info, warning, error, off };

void set_log_level(LogLevel level);  // default: warning for the tools, info for the daemon
void log(LogLevel level, std::string_view subject, std::string_view text);

}  // namespace coffre
