#include "service/backup/intent.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "catalog/anomalies.h"
#include "catalog/devices.h"
#include "catalog/journal.h"
#include "service/backup/learned_facts.h"

namespace coffre {
namespace {

using nlohmann::json;

json backup_json(const BackupRow& row) {
  return {{"digest", to_hex(row.digest)},
          {"file_id", row.file_id},
          {"name", row.name},
          {"device_id", row.device_id},
          {"sequence", row.sequence},
          {"prev_digest", to_hex(row.prev_digest)},
          {"kind", static_cast<int>(row.kind)},
          {"created_at", to_unix(row.created_at)},
          {"file_size", row.file_size},
          {"suspect", row.suspect},
          {"doubts", row.doubts},
          {"build", row.build},
          {"epoch", row.epoch},
          {"full_recipients", row.full_recipients},
          {"ticket", row.ticket},
          {"operator", row.operator_id},
          {"content_mark", row.content_mark},
          {"facts", row.facts}};
}

Kind kind_from(const json& value) {
  const auto number = value.get<std::uint64_t>();
  const auto kind = number <= UINT8_MAX ? kind_from_number(static_cast<std::uint8_t>(number)) : std::nullopt;
  if (!kind) throw Error(ErrorCode::damaged, "reading an intent", "unknown kind");
  return *kind;
}

BackupRow backup_from(const json& value) {
  BackupRow row;
  row.digest = digest_from_hex(value.at("digest").get<std::string>(), "an intent");
  row.file_id = value.at("file_id").get<std::string>();
  row.name = value.at("name").get<std::string>();
  row.device_id = value.at("device_id").get<std::string>();
  row.sequence = value.at("sequence").get<std::uint64_t>();
  row.prev_digest = digest_from_hex(value.at("prev_digest").get<std::string>(), "an intent");
  row.kind = kind_from(value.at("kind"));
  row.created_at = from_unix(value.at("created_at").get<std::int64_t>());
  row.file_size = value.at("file_size").get<std::uint64_t>();
  row.suspect = value.at("suspect").get<bool>();
  row.doubts = value.at("doubts").get<std::string>();
  row.build = value.at("build").get<std::string>();
  row.epoch = value.at("epoch").get<std::uint32_t>();
  row.full_recipients = value.at("full_recipients").get<std::vector<std::string>>();
  row.ticket = value.at("ticket").get<std::string>();
  row.operator_id = value.at("operator").get<std::string>();
  row.content_mark = value.at("content_mark").get<std::string>();
  row.facts = value.at("facts").get<std::string>();
  return row;
}

void update_device_state(Session& session, const Intent& intent, Instant now) {
  auto device = find_device_by_id(session, intent.backup.device_id);
  if (!device) return;
  device->last_attempt = now;
  if (!intent.backup.suspect) {
    device->last_success = intent.backup.created_at;
    device->last_error.clear();
    device->collect_requested = false;
  } else {
    device->last_error = intent.backup.doubts;
  }
  if (intent.learned) device->expectation = intent.learned;
  update_device(session, *device);
}

}  // namespace

std::string format_intent(const Intent& intent) {
  json value{{"backup", backup_json(intent.backup)}, {"path", intent.path}, {"evidence", json::array()}};
  for (const Evidence& evidence : intent.evidence) {
    value["evidence"].push_back(
        {{"type", to_string(evidence.type)}, {"at", to_unix(evidence.at)}, {"detail", evidence.detail}});
  }
  if (intent.learned) value["learned"] = format_facts(*intent.learned);
  // Foreign texts (a device's model, say) may be broken UTF-8: replaced, never thrown at.
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Intent parse_intent(std::string_view text) {
  try {
    const json value = json::parse(text);
    Intent intent;
    intent.backup = backup_from(value.at("backup"));
    intent.path = value.at("path").get<std::string>();
    for (const json& row : value.at("evidence")) {
      const auto type = evidence_type_from_string(row.at("type").get<std::string>());
      if (!type) throw Error(ErrorCode::damaged, "reading an intent", "unknown type of evidence");
      intent.evidence.push_back(
          {*type, from_unix(row.at("at").get<std::int64_t>()), row.at("detail").get<std::string>()});
    }
    if (value.contains("learned")) intent.learned = parse_facts(value.at("learned").get<std::string>());
    return intent;
  } catch (const json::exception& error) {
    throw Error(ErrorCode::damaged, "reading an intent", error.what());
  }
}

void record_backup(Session& session, const Intent& intent, const std::string& account, Instant now) {
  if (find_backup_by_digest(session, intent.backup.digest)) return;
  BackupRow row = intent.backup;
  row.recorded_at = now;
  insert_backup(session, row);
  put_copy(session, row.digest, {.replica = "local", .path = intent.path, .seen_at = now, .state = "good"});
  for (const Evidence& evidence : intent.evidence) add_evidence(session, row.digest, evidence);
  update_device_state(session, intent, now);
  append_journal(
      session,
      {.account = account,
       .action = "back_up",
       .subject = row.name,
       .result = row.suspect ? "suspect" : "sealed",
       .ticket = row.ticket,
       .detail = {{"digest", to_hex(row.digest)}, {"sequence", std::to_string(row.sequence)}, {"doubts", row.doubts}}},
      now);
}

}  // namespace coffre
