// How backups and opened files look, in --json (schemas/cli-json.md) and as lines for people: shared by the commands.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/json.h"
#include "cli/output.h"
#include "model/zone.h"
#include "service/places/stored_copy.h"
#include "service/reading/listing.h"
#include "service/reading/look_at_file.h"

namespace coffre {

cli::Json instant_json(const std::optional<Instant>& instant);
cli::Json error_json(const std::optional<Error>& error);
cli::Json trust_json(const std::optional<TrustSource>& trust);
cli::Json proof_json(const Proof& proof);
cli::Json backup_json(const BackupView& view);
cli::Json evidence_json(const std::vector<Evidence>& evidence);
// Header, and what more is known; `names` gives a recipient's role by its id, for people.
using RoleNames = std::map<std::string, std::string>;
cli::Json file_json(const FileView& view, const RoleNames& roles);
cli::Json recipients_json(const std::vector<std::string>& ids, const RoleNames& roles);

// "label    value" lines.
class Lines {
 public:
  void add(std::string label, std::string value);  // an empty value is left out
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

// `zone`: for its dates; nullptr = UTC, as --json has them.
void add_file_lines(Lines& lines, const FileView& view, const RoleNames& roles, const Zone* zone);
// Whose word says that the signer counts: "signed by a trusted key (...)", or "not checked".
std::string origin_text(const FileView& view);
std::string recipients_text(const std::vector<std::string>& ids, const RoleNames& roles);
// A word of Proof::missing as a sentence.
std::string missing_text(const std::string& word);
// A stable word of the catalog ("good", "local", "opened", "serial") in the person's language.
std::string word_text(const std::string& word);
// An action or a result of the journal, likewise.
std::string journal_text(const std::string& word);

}  // namespace coffre
