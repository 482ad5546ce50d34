#include "model/anomaly.h"

#include <array>
#include <cstddef>

#include "base/translate.h"

namespace coffre {
namespace {

constexpr std::string_view kConclude = "restore-cli conclude NUMBER --ticket T --reason R";

constexpr std::array kRules = {
    AnomalyRule{AnomalyCode::backup_missing, "backup_missing", "SAUVEGARDE_MANQUANTE", Severity::major, Closing::proof,
                tr_noop("missing backup"), tr_noop("a backup of the device of proof level 2 or higher"),
                tr_noop("See why with `backupd check`, then run `backupd run --device DEVICE`")},
    AnomalyRule{AnomalyCode::backup_suspect, "backup_suspect", "SAUVEGARDE_SUSPECTE", Severity::major, Closing::proof,
                tr_noop("suspect backup"), tr_noop("a plausible backup of the device of proof level 2 or higher"),
                tr_noop("Compare with `restore-cli show NAME`; if the device really changed: "
                        "`restore-cli accept NAME --ticket T --reason R`"),
                "restore-cli accept NAME --ticket T --reason R"},
    AnomalyRule{AnomalyCode::device_unreachable, "device_unreachable", "EQUIPEMENT_INJOIGNABLE", Severity::major,
                Closing::fact, tr_noop("unreachable device"), tr_noop("the device answers again"),
                tr_noop("Check the tunnel and the device, then run `backupd run --device DEVICE`")},
    AnomalyRule{AnomalyCode::pin_changed, "pin_changed", "EMPREINTE_CHANGEE", Severity::critical,
                Closing::justification, tr_noop("another certificate answers"),
                tr_noop("the new fingerprint confirmed by a person, with a reason"),
                tr_noop("Ask on site whether the certificate was changed, then compare and confirm with "
                        "`backupd device pin DEVICE --reason R`"),
                "backupd device pin DEVICE --reason R"},
    AnomalyRule{AnomalyCode::credential_stopped, "credential_stopped", "IDENTIFIANTS_ARRETES", Severity::major,
                Closing::justification, tr_noop("credential refused once and stopped"),
                tr_noop("the credential released by a person"),
                tr_noop("If the password was wrong, set the right one with `backupd secret set NAME`; or, if it is "
                        "right after all, "
                        "`backupd secret release NAME --reason R`"),
                "backupd secret release NAME --reason R"},
    AnomalyRule{AnomalyCode::replica_unavailable, "replica_unavailable", "EMPLACEMENT_INDISPONIBLE", Severity::critical,
                Closing::fact, tr_noop("replica not available"), tr_noop("the replica can be read and written again"),
                tr_noop("Mount, free or reconnect the replica until `backupd check` says that it is in order")},
    AnomalyRule{AnomalyCode::replica_damaged, "replica_damaged", "COPIE_ENDOMMAGEE", Severity::critical, Closing::proof,
                tr_noop("damaged copy"), tr_noop("the copy read back and found identical"),
                tr_noop("Run `restore-cli scrub`: it keeps the damaged copy aside and puts a good one from the other "
                        "place. When that does not end it, look at the other copy with `restore-cli verify NAME`")},
    AnomalyRule{AnomalyCode::replica_missing, "replica_missing", "COPIE_MANQUANTE", Severity::major, Closing::proof,
                tr_noop("missing copy"), tr_noop("both copies read back and found identical"),
                tr_noop("See with `backupd check` whether both places answer, then run `backupd run`: it copies from "
                        "the other place")},
    AnomalyRule{AnomalyCode::volume_not_encrypted, "volume_not_encrypted", "VOLUME_NON_CHIFFRE", Severity::critical,
                Closing::fact, tr_noop("volume not encrypted"), tr_noop("the local volume lies on an encrypted device"),
                tr_noop("Put the local volume on LUKS; `backupd check` shows what was found")},
    AnomalyRule{AnomalyCode::key_proof_missing, "key_proof_missing", "ESSAI_DE_CLE_MANQUANT", Severity::major,
                Closing::proof, tr_noop("key not proven"),
                tr_noop("each identity opened a backup of this build and recipients list"),
                tr_noop("At the restore station, run `restore-cli verify NAME --identity FILE` with each identity")},
    AnomalyRule{
        AnomalyCode::proof_insufficient, "proof_insufficient", "PREUVE_INSUFFISANTE", Severity::major, Closing::proof,
        tr_noop("backup not proven far enough"), tr_noop("a backup of the device of the required proof level"),
        tr_noop(
            "See what is missing with `restore-cli show NAME`; then, at the restore station, run `restore-cli verify "
            "NAME --identity FILE` with each identity")},
    AnomalyRule{AnomalyCode::sequence_gap, "sequence_gap", "TROU_DE_SEQUENCE", Severity::critical,
                Closing::justification, tr_noop("gap or twin in the sequence of backups"),
                tr_noop("a conclusion of the security manager"),
                tr_noop("Look for the missing numbers with `restore-cli list --device DEVICE` and "
                        "`restore-cli journal --verify`, then write down what was found with "
                        "`restore-cli conclude NUMBER --ticket T --reason R`"),
                kConclude},
    AnomalyRule{AnomalyCode::inventory_shrunk, "inventory_shrunk", "INVENTAIRE_REDUIT", Severity::critical,
                Closing::fact, tr_noop("inventory lost devices"),
                tr_noop("the inventory loads again: the devices are back, or marked as retired"),
                tr_noop("Put the devices back, or give each `retired: {date, by, reason}`, or accept the loss with "
                        "`backupd inventory accept --ticket T --reason R`"),
                "backupd inventory accept --ticket T --reason R"},
    AnomalyRule{AnomalyCode::clear_extract, "clear_extract", "EXTRACTION_EN_CLAIR", Severity::major,
                Closing::justification, tr_noop("clear files on an unencrypted volume"),
                tr_noop("a person's statement that the files are destroyed"),
                tr_noop("Destroy the extracted files, then state it with `restore-cli destroyed NAME --reason R`"),
                "restore-cli destroyed NAME --reason R"},
    AnomalyRule{
        AnomalyCode::journal_damaged, "journal_damaged", "JOURNAL_ENDOMMAGE", Severity::critical,
        Closing::justification, tr_noop("damaged journal"), tr_noop("a conclusion of the security manager"),
        tr_noop("Keep the catalog as it is and run `restore-cli journal --verify` to find the first bad row; then "
                "write down what was found with `restore-cli conclude NUMBER --ticket T --reason R`"),
        kConclude},
    AnomalyRule{AnomalyCode::disk_space, "disk_space", "ESPACE_DISQUE", Severity::major, Closing::fact,
                tr_noop("disk space"), tr_noop("enough free space again"),
                tr_noop("Enlarge the volume; `backupd check` shows how much is free")},
    AnomalyRule{AnomalyCode::expiry_stopped, "expiry_stopped", "EXPIRATION_ARRETEE", Severity::minor, Closing::fact,
                tr_noop("expiry stopped"), tr_noop("an expiry that nothing stops"),
                tr_noop("Look at what is in doubt and mend it: `restore-cli expire --plan`. To go on all the same: "
                        "`restore-cli expire --resume --ticket T --reason R`"),
                "restore-cli expire --resume --ticket T --reason R"},
    AnomalyRule{
        AnomalyCode::trust_list_refused, "trust_list_refused", "LISTE_DE_CLES_REFUSEE", Severity::critical,
        Closing::fact, tr_noop("list of keys refused"), tr_noop("the lists are valid again"),
        tr_noop("Find out who changed it, put the right list back from a replica's folder _coffre with `restore-cli "
                "keys install FILE`, then run `backupd check` and `backupd run`")},
    AnomalyRule{AnomalyCode::lock_broken, "lock_broken", "VERROU_SANS_EFFET", Severity::critical, Closing::fact,
                tr_noop("a locked copy could be deleted"),
                tr_noop("the second place deletes an unlocked version and refuses a locked one"),
                tr_noop("Take the key that may delete out of use and ask the store's provider why its locks do not "
                        "hold; move to a bucket whose locks do, and run `restore-cli check-replica`")},
    AnomalyRule{AnomalyCode::backup_lost, "backup_lost", "SAUVEGARDE_PERDUE", Severity::critical,
                Closing::justification, tr_noop("a backup is lost in both places"),
                tr_noop("a copy read back and found identical, or a conclusion of the security manager"),
                tr_noop("Look for a further copy (an older version of the bucket, a copy of the volume), put it back "
                        "under its name and run `restore-cli scrub`; otherwise write down what was lost with "
                        "`restore-cli conclude NUMBER --ticket T --reason R`"),
                kConclude},
    AnomalyRule{AnomalyCode::foreign_object, "foreign_object", "OBJET_ETRANGER", Severity::major,
                Closing::justification, tr_noop("objects that are no backups of this installation"),
                tr_noop("none is left, or a conclusion of the security manager"),
                tr_noop("See them with `restore-cli scrub` and find out who put them there; take them away, or write "
                        "down why they stay with `restore-cli conclude NUMBER --ticket T --reason R`"),
                kConclude},
};

constexpr std::size_t kCodeCount = static_cast<std::size_t>(AnomalyCode::foreign_object) + 1;

// rule_of() indexes the table by code.
constexpr bool in_order_of_codes() {
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    if (static_cast<std::size_t>(kRules[i].code) != i) return false;
  }
  return kRules.size() == kCodeCount;
}
static_assert(in_order_of_codes(), "one rule for each AnomalyCode, in the order of the enum");

// What only a person ends, a command of ours lets that person end.
constexpr bool justified_ones_have_a_release() {
  for (const AnomalyRule& rule : kRules) {
    if (rule.closing == Closing::justification && rule.release.empty()) return false;
  }
  return true;
}
static_assert(justified_ones_have_a_release());

}  // namespace

bool is_concluded(const AnomalyRule& rule) {
  return rule.release == kConclude;
}

std::span<const AnomalyRule> anomaly_rules() {
  return kRules;
}

const AnomalyRule& rule_of(AnomalyCode code) {
  return kRules.at(static_cast<std::size_t>(code));
}

std::string_view to_string(AnomalyCode code) {
  return rule_of(code).name;
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::minor:
      return "minor";
    case Severity::major:
      return "major";
    case Severity::critical:
      return "critical";
  }
  return "";
}

std::string_view to_string(Closing closing) {
  switch (closing) {
    case Closing::proof:
      return "proof";
    case Closing::justification:
      return "justification";
    case Closing::fact:
      return "fact";
  }
  return "";
}

std::optional<AnomalyCode> anomaly_code_from_string(std::string_view name) {
  for (const AnomalyRule& rule : kRules) {
    if (rule.name == name) return rule.code;
  }
  return std::nullopt;
}

}  // namespace coffre
