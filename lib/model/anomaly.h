// An open matter with an owner and a 24-hour deadline. Closed list of codes; one open row per code and subject.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace coffre {

enum class AnomalyCode {
  backup_missing,        // SAUVEGARDE_MANQUANTE: a due backup did not come about
  backup_suspect,        // SAUVEGARDE_SUSPECTE: collected, not plausible
  device_unreachable,    // EQUIPEMENT_INJOIGNABLE
  pin_changed,           // EMPREINTE_CHANGEE: another certificate answers
  credential_stopped,    // IDENTIFIANTS_ARRETES: refused once, stopped everywhere
  replica_unavailable,   // EMPLACEMENT_INDISPONIBLE: not mounted, full, read-only, foreign, unreachable
  replica_damaged,       // COPIE_ENDOMMAGEE: read-back differs
  replica_missing,       // COPIE_MANQUANTE: not (yet) in both places
  volume_not_encrypted,  // VOLUME_NON_CHIFFRE
  key_proof_missing,     // ESSAI_DE_CLE_MANQUANT
  proof_insufficient,    // PREUVE_INSUFFISANTE: below required_proof
  sequence_gap,          // TROU_DE_SEQUENCE: numbers missing, or a twin
  inventory_shrunk,      // INVENTAIRE_REDUIT: load refused
  clear_extract,         // EXTRACTION_EN_CLAIR: clear files on an unencrypted target until destroyed
  journal_damaged,       // JOURNAL_ENDOMMAGE
  disk_space,            // ESPACE_DISQUE
  expiry_stopped,        // EXPIRATION_ARRETEE: what is due to expire stays, something is in doubt
  trust_list_refused,    // LISTE_DE_CLES_REFUSEE: another root, an older list, or a replica that knows better
  lock_broken,           // VERROU_SANS_EFFET: the second place deleted a locked version
  backup_lost,           // SAUVEGARDE_PERDUE: neither place has a good copy of it any more
  foreign_object,        // OBJET_ETRANGER: named like a backup, and none of this installation's
};

enum class Severity { minor, major, critical };

// What ends the matter: a proof, a person's justification, or a fact that holds again.
enum class Closing { proof, justification, fact };

struct AnomalyRule {
  AnomalyCode code;
  std::string_view name;    // stable English, snake_case: catalog, --json
  std::string_view french;  // code in mails and pages
  Severity severity;
  Closing closing;
  const char* title;      // the matter in words; these three are English msgids: the caller shows tr(rule.title)
  const char* closed_by;  // "a backup of proof level 2 or higher"
  const char* remedy;     // what to do, with the command
  // The command that ends it once a person has looked (rule 10); "" where a proof or a fact does. It stands in
  // `remedy`.
  std::string_view release{};
};

// Ended by the security manager's conclusion alone: no other command releases it.
bool is_concluded(const AnomalyRule& rule);

// Every code once, in the order of the enum.
std::span<const AnomalyRule> anomaly_rules();
const AnomalyRule& rule_of(AnomalyCode code);
std::string_view to_string(AnomalyCode code);   // the rule's name
std::string_view to_string(Severity severity);  // "minor", "major", "critical": stable, for --json
std::string_view to_string(Closing closing);    // "proof", "justification", "fact"
std::optional<AnomalyCode> anomaly_code_from_string(std::string_view name);

inline constexpr Seconds kAnomalyDeadline = std::chrono::hours{24};

struct Anomaly {
  std::int64_t number = 0;
  AnomalyCode code;
  std::string subject;  // device path, replica, credential name, ...
  std::string detail;   // what was found; printable, no secret
  Instant opened;
  Instant due;  // opened + 24 h
  std::optional<Instant> closed;
  std::string closed_by;  // evidence or justification
};

}  // namespace coffre
