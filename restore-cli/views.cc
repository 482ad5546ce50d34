#include "views.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/identity_json.h"
#include "model/fact_word.h"

namespace coffre {

using cli::Json;

Json instant_json(const std::optional<Instant>& instant) {
  return instant ? Json(to_rfc3339(*instant)) : Json();
}

Json error_json(const std::optional<Error>& error) {
  if (!error) return {};
  return Json::object()
      .set("code", to_string(error->code()))
      .set("category", error->category())
      .set("message", error->what());
}

Json trust_json(const std::optional<TrustSource>& trust) {
  return trust ? Json(to_string(*trust)) : Json();
}

Json proof_json(const Proof& proof) {
  Json json = Json::object();
  json.set("level", proof.level ? Json(static_cast<int>(*proof.level)) : Json())
      .set("since", instant_json(proof.since));
  json.set("opened_by", proof.opened_by).set("understood_by", proof.understood_by);
  return json.set("missing", Json::array_of(proof.missing));
}

Json backup_json(const BackupView& view) {
  Json copies = Json::array();
  for (const CopyRow& copy : view.copies) {
    copies.add(Json::object()
                   .set("replica", copy.replica)
                   .set("path", copy.path)
                   .set("state", copy.state)
                   .set("seen_at", to_rfc3339(copy.seen_at)));
  }
  Json json = Json::object();
  json.set("name", view.backup.name).set("device", view.device).set("kind", to_string(view.backup.kind));
  json.set("created_at", to_rfc3339(view.backup.created_at)).set("sequence", view.backup.sequence);
  json.set("size", view.backup.file_size).set("digest", to_hex(view.backup.digest));
  json.set("suspect", view.backup.suspect).set("doubts", view.backup.doubts).set("ticket", view.backup.ticket);
  return json.set("proof", proof_json(view.proof)).set("copies", std::move(copies));
}

Json evidence_json(const std::vector<Evidence>& evidence) {
  Json list = Json::array();
  for (const Evidence& one : evidence) {
    list.add(Json::object().set("type", to_string(one.type)).set("at", to_rfc3339(one.at)).set("detail", one.detail));
  }
  return list;
}

namespace {

Json metadata_json(const MetadataRecord& metadata) {
  Json json = Json::object();
  for (const auto& entry : metadata.values()) {
    if (const auto text = metadata.text(entry.first)) json.set(entry.first, *text);
    if (const auto number = metadata.integer(entry.first)) json.set(entry.first, *number);
    if (const auto truth = metadata.truth(entry.first)) json.set(entry.first, *truth);
  }
  return json;
}

// Never the export password: `extract` shows it.
Json manifest_json(const Manifest& manifest) {
  Json parts = Json::array();
  for (const Part& part : manifest.parts) {
    parts.add(Json::object()
                  .set("name", part.name)
                  .set("role", part.role == PartRole::restore ? "restore" : "inspect")
                  .set("media_type", part.media_type)
                  .set("size", part.size)
                  .set("sha256", to_hex(part.sha256)));
  }
  return Json::object()
      .set("driver", manifest.driver)
      .set("driver_version", manifest.driver_version)
      .set("tool", manifest.tool)
      .set("collected_from", to_rfc3339(manifest.collected_from))
      .set("collected_to", to_rfc3339(manifest.collected_to))
      .set("before", cli::identity_json(manifest.before))
      .set("after", cli::identity_json(manifest.after))
      .set("operator", manifest.operator_id)
      .set("ticket", manifest.ticket)
      .set("export_has_password", !manifest.export_password.empty())
      .set("parts", std::move(parts));
}

std::string role_name(const std::string& id, const RoleNames& roles) {
  const auto role = roles.find(id);
  return role == roles.end() ? std::string() : role->second;
}

std::vector<std::string> full_ids(const FileView& view) {
  std::vector<std::string> ids;
  for (const Stanza& stanza : view.stanzas) {
    if (stanza.scope == Scope::full) ids.push_back(to_hex(stanza.key_id));
  }
  return ids;
}

std::string identity_text(const DeviceIdentity& identity) {
  std::string text = fmt::format(fmt::runtime(tr("{} {}, serial {}, firmware {}")), identity.vendor, identity.model,
                                 identity.serial, identity.firmware);
  for (const auto& entry : identity.counts) text += fmt::format(", {} {}", entry.second, fact_word(entry.first));
  return printable(text);
}

std::string when(Instant instant, const Zone* zone) {
  return zone == nullptr ? to_rfc3339(instant) : cli::dated_text(instant, *zone);
}

void add_manifest_lines(Lines& lines, const Manifest& manifest, const Zone* zone) {
  lines.add(tr("Device"), identity_text(manifest.after));
  lines.add(tr("Collected"), when(manifest.collected_from, zone) + " .. " + when(manifest.collected_to, zone));
  lines.add(tr("Driver"), printable(manifest.driver + " " + manifest.driver_version + ", " + manifest.tool));
  for (const Part& part : manifest.parts) {
    lines.add(tr("Part"), fmt::format("{} ({})", part.name, cli::size_text(part.size)));
  }
  if (!manifest.export_password.empty()) {
    lines.add(tr("Export password"), tr("there is one; `extract` shows it"));
  }
}

}  // namespace

Json recipients_json(const std::vector<std::string>& ids, const RoleNames& roles) {
  Json list = Json::array();
  for (const std::string& id : ids) list.add(Json::object().set("id", id).set("role", role_name(id, roles)));
  return list;
}

Json file_json(const FileView& view, const RoleNames& roles) {
  const FixedHeader& header = view.header;
  Json json = Json::object();
  json.set("kind", to_string(header.kind)).set("created_at", to_rfc3339(header.created_at));
  json.set("device_id", to_hex(ByteView(header.device_id))).set("sequence", header.device_seq);
  json.set("file_id", to_hex(ByteView(header.file_id))).set("prev_digest", to_hex(header.prev_digest));
  json.set("size", view.size).set("digest", to_hex(view.digest)).set("signer", to_hex(header.signer_id));
  json.set("origin_checked", view.origin_checked).set("trust", trust_json(view.trust));
  json.set("recipients", recipients_json(full_ids(view), roles));
  json.set("opened_with", view.opened_with ? Json(to_hex(*view.opened_with)) : Json());
  json.set("metadata", view.metadata ? metadata_json(*view.metadata) : Json());
  json.set("manifest", view.manifest ? manifest_json(*view.manifest) : Json());
  json.set("understood", view.understood).set("understood_by", view.understood_by);
  return json.set("problems", Json::array_of(view.problems));
}

void Lines::add(std::string label, std::string value) {
  if (!value.empty()) lines_.emplace_back(std::move(label), std::move(value));
}

std::string Lines::text() const {
  std::size_t widest = 0;
  for (const auto& line : lines_) widest = std::max(widest, cli::display_width(line.first));
  std::string text;
  for (const auto& line : lines_) {
    text += line.first + std::string(widest - cli::display_width(line.first) + 2, ' ') + line.second + "\n";
  }
  return text;
}

std::string origin_text(const FileView& view) {
  if (!view.origin_checked) return tr("not checked");
  if (!view.trust) return tr("signed by a trusted key");
  switch (*view.trust) {
    case TrustSource::signers_file:
      return tr("signed by a trusted key (from --signers)");
    case TrustSource::signed_list:
      return tr("signed by a trusted key (from a list signed by the root key)");
    case TrustSource::installation:
      return tr("signed by a trusted key (from this installation)");
    case TrustSource::key_file:
      return tr("signed by a trusted key (from the key file alone)");
  }
  return {};
}

std::string recipients_text(const std::vector<std::string>& ids, const RoleNames& roles) {
  std::vector<std::string> texts;
  for (const std::string& id : ids) {
    const std::string role = role_name(id, roles);
    texts.push_back(role.empty() ? id : cli::role_text(role) + " (" + id + ")");
  }
  return join(texts, ", ");
}

void add_file_lines(Lines& lines, const FileView& view, const RoleNames& roles, const Zone* zone) {
  const FixedHeader& header = view.header;
  if (view.metadata) lines.add(tr("Name"), printable(view.metadata->name()));
  lines.add(tr("Kind"), std::string(to_string(header.kind)));
  lines.add(tr("Taken"), when(header.created_at, zone));
  lines.add(tr("Device id"), to_hex(ByteView(header.device_id)));
  lines.add(tr("Sequence"), std::to_string(header.device_seq));
  lines.add(tr("Size"), cli::size_text(view.size));
  lines.add(tr("Digest"), to_hex(view.digest));
  lines.add(tr("Origin"), origin_text(view));
  lines.add(tr("Can be opened by"), recipients_text(full_ids(view), roles));
  if (view.opened_with) lines.add(tr("Opened with"), recipients_text({to_hex(*view.opened_with)}, roles));
  if (view.manifest) add_manifest_lines(lines, *view.manifest, zone);
  if (view.manifest) lines.add(tr("Understood"), view.understood ? word_text(view.understood_by) : tr("no"));
  for (const std::string& problem : view.problems) lines.add("", printable(problem));
}

std::string missing_text(const std::string& word) {
  const auto colon = word.find(':');
  const std::string kind = word.substr(0, colon);
  const std::string which = colon == std::string::npos ? std::string() : word.substr(colon + 1);
  if (kind == "replicated" && !which.empty()) {
    return fmt::format(fmt::runtime(tr("a read-back of the copy in {}")), word_text(which));
  }
  if (kind == "key_proof") {
    return fmt::format(fmt::runtime(tr("a key proof of {}: restore-cli verify NAME --identity FILE")),
                       cli::role_text(which));
  }
  if (kind == "suspect") return tr("it is suspect: restore-cli accept NAME, and a new backup");
  if (kind == "opened") return tr("an opening: restore-cli verify NAME --identity FILE");
  if (kind == "understood") return tr("that its content is understood");
  if (kind == "restored") return tr("a restore test");
  return word_text(word);
}

std::string word_text(const std::string& word) {
  // Marked here for the translators; what is not listed is a fact or count of a device.
  static constexpr const char* kWords[] = {
      tr_noop("good"),       tr_noop("seen"),    tr_noop("missing"),    tr_noop("damaged"),  tr_noop("unavailable"),
      tr_noop("expired"),    tr_noop("local"),   tr_noop("cloud"),      tr_noop("sealed"),   tr_noop("collected"),
      tr_noop("replicated"), tr_noop("opened"),  tr_noop("understood"), tr_noop("restored"), tr_noop("restore_bytes"),
      tr_noop("run"),        tr_noop("inspect"), tr_noop("artefact"),   tr_noop("op"),       tr_noop("drill"),
      tr_noop("recovery"),   tr_noop("written"), tr_noop("there"),      tr_noop("refused")};
  const auto* const known = std::ranges::find(kWords, word);
  return known == std::end(kWords) ? fact_word(word) : tr(*known);
}

std::string journal_text(const std::string& word) {
  static constexpr const char* kWords[] = {tr_noop("init"),
                                           tr_noop("secret_set"),
                                           tr_noop("secret_release"),
                                           tr_noop("secret_stop"),
                                           tr_noop("device_add"),
                                           tr_noop("device_pin"),
                                           tr_noop("back_up"),
                                           tr_noop("replicate"),
                                           tr_noop("verify"),
                                           tr_noop("accept"),
                                           tr_noop("extract"),
                                           tr_noop("clear_files_destroyed"),
                                           tr_noop("conclude"),
                                           tr_noop("inventory_sync"),
                                           tr_noop("keygen"),
                                           tr_noop("lists_seen"),
                                           tr_noop("keys_signed"),
                                           tr_noop("keys_install"),
                                           tr_noop("signer_prepared"),
                                           tr_noop("signer_taken"),
                                           tr_noop("rewrap"),
                                           tr_noop("begun"),
                                           tr_noop("replica_claim"),
                                           tr_noop("any_signer"),
                                           tr_noop("inventory_import"),
                                           tr_noop("inventory_accept"),
                                           tr_noop("rebuild_catalog"),
                                           tr_noop("done"),
                                           tr_noop("stopped"),
                                           tr_noop("failed"),
                                           tr_noop("partial"),
                                           tr_noop("suspect"),
                                           tr_noop("clear"),
                                           tr_noop("encrypted"),
                                           tr_noop("released")};
  const auto* const known = std::ranges::find(kWords, word);
  return known == std::end(kWords) ? word_text(word) : tr(*known);
}

}  // namespace coffre
