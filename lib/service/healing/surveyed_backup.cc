#include "service/healing/surveyed_backup.h"

#include "service/backup/learned_facts.h"

namespace coffre {
namespace {

std::string text_of(const MetadataRecord& metadata, const char* key) {
  return metadata.text(key).value_or("");
}

BackupRow row_of(const StoredFile& file, const BackupName& name, bool suspect) {
  const MetadataRecord& metadata = file.metadata;
  BackupRow row;
  row.digest = file.digest;
  row.file_id = file.file_id;
  row.name = name.text();
  row.device_id = file.device_id;
  row.sequence = file.sequence;
  row.prev_digest = file.prev_digest;
  row.kind = file.kind;
  row.created_at = file.created_at;
  row.file_size = file.file_size;
  row.suspect = suspect;
  row.build = text_of(metadata, "tool");
  row.epoch = static_cast<std::uint32_t>(metadata.integer("recipients_epoch").value_or(0));
  row.full_recipients = file.full_recipients;
  row.ticket = text_of(metadata, "ticket");
  row.operator_id = text_of(metadata, "operator");
  // Counts and sizes are inside the payload: not known without a FULL key, and so not expected.
  row.facts = format_facts({.identity = {.vendor = text_of(metadata, "vendor"),
                                         .model = text_of(metadata, "model"),
                                         .serial = text_of(metadata, "serial"),
                                         .firmware = text_of(metadata, "firmware"),
                                         .counts = {}},
                            .restore_bytes = 0,
                            .restore_parts = {}});
  return row;
}

}  // namespace

std::optional<SurveyedBackup> surveyed(const StoredFile& file) {
  const auto name = BackupName::parse(file.metadata.name());
  if (!name) return std::nullopt;
  const bool suspect = file.path == name->suspect_path();
  if (!suspect && file.path != name->path()) return std::nullopt;
  return SurveyedBackup{.row = row_of(file, *name, suspect), .device = name->device, .path = file.path};
}

void insert_surveyed(Session& session, const SurveyedBackup& backup, std::string_view replica, Instant now) {
  BackupRow row = backup.row;
  row.recorded_at = now;
  insert_backup(session, row);
  put_copy(session, row.digest,
           {.replica = std::string(replica), .path = backup.path, .seen_at = now, .state = "seen"});
  if (!row.suspect) add_evidence(session, row.digest, {EvidenceType::collected, row.created_at, ""});
  add_evidence(session, row.digest, {EvidenceType::sealed, row.created_at, ""});
}

}  // namespace coffre
