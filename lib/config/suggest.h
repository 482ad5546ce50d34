// Help for what a person probably meant. Pure functions; input is UTF-8, anything else is passed through or dropped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace coffre {

// The candidate nearest to `word` (edit distance over bytes, letters compared without case and accents); "" when none
// is near enough to be meant. The first of equally near ones. When none is near: the one candidate of which `word` is
// the end, as of a path ("NVR-HALL" for "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL"); of two such ones neither.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// Latin letters without their accents, ligatures in two letters ("Œ" -> "OE"); other characters stay as they are.
std::string strip_accents(std::string_view text);

// Without accents, lower case, blanks and "-" as "_": how keys and column names are compared.
std::string folded(std::string_view text);

// A code ([A-Z0-9-]{1,32}) for a human name: accents stripped, upper case, runs of anything else one "-".
// "Siège Paris" -> "SIEGE-PARIS"; "" when nothing is left.
std::string suggested_code(std::string_view name);

// Whether a key of that name would hold a password or another secret, which never belongs into a file.
bool names_a_secret(std::string_view key);

}  // namespace coffre
