// Backups, where their copies lie, and the dated evidence about each digest. Evidence is only ever added.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "catalog/database.h"
#include "model/backup_name.h"
#include "model/proof.h"

namespace coffre {

struct BackupRow {
  Digest digest{};          // G2: the key
  std::string file_id{};    // 32 hex digits
  std::string name{};       // by the convention
  std::string device_id{};  // 32 hex digits
  std::uint64_t sequence = 0;
  Digest prev_digest{};
  Kind kind = Kind::hebdo;
  Instant created_at{};   // start of collection, signed
  Instant recorded_at{};  // when we wrote this row
  std::uint64_t file_size = 0;
  bool suspect = false;
  std::string doubts{};                        // "other_serial: ...; size_dropped: ...", "" unless suspect
  std::string build{};                         // that sealed it ("coffre 0.1.0"); "" when unknown (rebuilt)
  std::uint32_t epoch = 0;                     // of the recipients list; 0 when unknown
  std::vector<std::string> full_recipients{};  // hex rids
  std::string ticket{};
  std::string operator_id{};
  std::string content_mark{};  // HMAC under DEDUP of the normalized content, hex; "" when unknown
  std::string facts{};         // what the device said of itself (service/backup/learned_facts.h); "" when unknown
  // Kept by catalog/retention.h; not written by insert_backup.
  std::optional<Instant> first_proven{};
  std::optional<Instant> expired_at{};  // no copy is left, as the policy says
};

struct CopyRow {
  std::string replica{};  // "local", "cloud"
  std::string path{};
  Instant seen_at{};  // when it was last looked at, whatever was found
  // "good", "missing", "damaged"; "seen": there, but not read back since the catalog was rebuilt; "expired": removed
  std::string state{};
};

// The digest and the name are unique; a second insert of either is Error(conflict). The device must have been inserted
// (devices.h): otherwise Error(not_found). Equal sequence numbers are stored: a twin is an anomaly, not a refusal.
void insert_backup(Session& session, const BackupRow& row);
std::optional<BackupRow> find_backup_by_name(Session& session, std::string_view name);
std::optional<BackupRow> find_backup_by_digest(Session& session, const Digest& digest);

struct BackupFilter {
  std::string client{};           // codes of the device today (names keep those of their time); "" = any
  std::string site{};             // with client; alone it is Error(internal)
  std::string device_id{};        // "" = any
  std::optional<Instant> from{};  // of created_at, included
  std::optional<Instant> to{};    // of created_at, excluded
};
// By device key, then newest first (sequence descending). Those that have expired are not listed.
std::vector<BackupRow> list_backups(Session& session, const BackupFilter& filter);

// As list_backups of a device, with those that have expired: every number that was given.
std::vector<BackupRow> list_all_of_device(Session& session, std::string_view device_id);

// Those without a copy in state "good" in that replica, suspects included, oldest first; not those that expiry has
// begun to remove, from whichever place.
std::vector<BackupRow> backups_without_good_copy(Session& session, std::string_view replica);

// Newest non-suspect one of the device, of any kind / of that kind.
std::optional<BackupRow> newest_good_backup(Session& session, std::string_view device_id);
std::optional<BackupRow> newest_good_backup(Session& session, std::string_view device_id, Kind kind);
// The greatest sequence number known for the device, with its digest.
struct SequenceHead {
  std::uint64_t sequence = 0;
  Digest digest{};
};
std::optional<SequenceHead> sequence_head(Session& session, std::string_view device_id);

// Of a digest without a backup: Error(not_found), as for evidence.
void put_copy(Session& session, const Digest& digest, const CopyRow& copy);  // one row per digest and replica: upsert
std::vector<CopyRow> copies_of(Session& session, const Digest& digest);      // by replica

void add_evidence(Session& session, const Digest& digest, const Evidence& evidence);
std::vector<Evidence> evidence_of(Session& session, const Digest& digest);  // in the order of adding

// Key proofs (model/proof.h).
void add_key_proof(Session& session, const KeyProof& proof);
std::vector<KeyProof> key_proofs(Session& session);

}  // namespace coffre
