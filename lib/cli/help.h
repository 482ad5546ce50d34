// The help texts, in the current language, from a program's table.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/command_line.h"

namespace coffre::cli {

// The one list: commands grouped by person, each with its summary; common options; exit codes; examples.
std::string help_of(const Program& program);

// One command: how it is typed, what it does, its words and options, its examples.
std::string help_of(const Program& program, const Command& command);

// "restore-cli extract NAME [FILE...] --identity FILE... [options]", what is required spelled out.
std::string usage_line(const Program& program, const Command& command);

// "--site SITE", "--json", "NAME": as it stands in help and man, value names translated.
std::string label_of(const Parameter& parameter);

// The exit codes of design.md section 11, in order, with what they mean (translated).
std::vector<std::pair<int, std::string>> exit_codes();

// "Technician", ... (translated).
std::string title_of(Person person);
inline constexpr Person kPersons[] = {Person::technician, Person::operation, Person::disaster};

}  // namespace coffre::cli
