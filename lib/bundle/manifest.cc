#include "bundle/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"

namespace coffre {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr int kDeepest = 8;  // the format needs 4; more can only be an attack on the reader
constexpr std::size_t kMaxNameBytes = 200;
constexpr std::size_t kMaxSegments = 5;

[[noreturn]] void refuse(std::string why) {
  throw Error(ErrorCode::damaged, tr("reading the manifest"), std::move(why));
}

Json to_json(const DeviceIdentity& identity) {
  Json counts = Json::object();
  for (const auto& [name, count] : identity.counts) counts[name] = count;
  return Json{{"vendor", identity.vendor},
              {"model", identity.model},
              {"serial", identity.serial},
              {"firmware", identity.firmware},
              {"counts", std::move(counts)}};
}

Json to_json(const Part& part) {
  return Json{{"name", part.name},
              {"role", part.role == PartRole::restore ? "restore" : "inspect"},
              {"media_type", part.media_type},
              {"size", part.size},
              {"sha256", to_hex(part.sha256)}};
}

// A JSON string written straight into wiped memory: nlohmann would leave copies of the password in ordinary strings.
void append_json_string(ClearBytes& out, std::string_view text) {
  const auto put = [&out](std::string_view more) { out.insert(out.end(), more.begin(), more.end()); };
  put("\"");
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      put("\\");
      out.push_back(byte);
    } else if (byte < 0x20) {
      put(fmt::format("\\u{:04x}", byte));
    } else {
      out.push_back(byte);
    }
  }
  put("\"");
}

const Json& member(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) refuse(fmt::format(fmt::runtime(tr("\"{}\" is missing")), key));
  return *found;
}

std::string text_of(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (!value.is_string()) refuse(fmt::format(fmt::runtime(tr("\"{}\" is not a text")), key));
  return value.get<std::string>();
}

std::uint64_t unsigned_of(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (!value.is_number_unsigned()) refuse(fmt::format(fmt::runtime(tr("\"{}\" is not a whole number")), key));
  return value.get<std::uint64_t>();
}

const Json& object_of(const Json& object, const char* key) {
  const Json& value = member(object, key);
  if (!value.is_object()) refuse(fmt::format(fmt::runtime(tr("\"{}\" is not an object")), key));
  return value;
}

Instant instant_of(const Json& object, const char* key) {
  const auto instant = from_rfc3339(text_of(object, key));
  if (!instant) refuse(fmt::format(fmt::runtime(tr("\"{}\" is not a time")), key));
  return *instant;
}

DeviceIdentity identity_of(const Json& object) {
  DeviceIdentity identity{
      text_of(object, "vendor"), text_of(object, "model"), text_of(object, "serial"), text_of(object, "firmware"), {}};
  const Json& counts = object_of(object, "counts");
  for (const auto& item : counts.items()) {
    constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!item.value().is_number_integer() ||
        (item.value().is_number_unsigned() && item.value().get<std::uint64_t>() > kLargest)) {
      refuse(fmt::format(fmt::runtime(tr("the count \"{}\" is not a whole number")), printable(item.key())));
    }
    identity.counts[item.key()] = item.value().get<std::int64_t>();
  }
  return identity;
}

Part part_of(const Json& object) {
  if (!object.is_object()) refuse(tr("a part is not an object"));
  Part part;
  part.name = text_of(object, "name");
  if (!is_part_name(part.name)) refuse(fmt::format(fmt::runtime(tr("bad part name \"{}\"")), printable(part.name)));
  part.role = part.name.starts_with("restore/") ? PartRole::restore : PartRole::inspect;
  if (text_of(object, "role") != (part.role == PartRole::restore ? "restore" : "inspect")) {
    refuse(fmt::format(fmt::runtime(tr("the role of \"{}\" is not that of its folder")), part.name));
  }
  part.media_type = text_of(object, "media_type");
  part.size = unsigned_of(object, "size");
  part.sha256 = digest_from_hex(text_of(object, "sha256"), "sha256");
  return part;
}

// One value for one text: nlohmann keeps the last of two equal keys silently, another reader the first.
Json parse_strictly(ByteView json) {
  std::vector<std::set<std::string>> keys;
  const auto check = [&keys](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kDeepest) refuse(tr("nested too deeply"));
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second) {
      refuse(fmt::format(fmt::runtime(tr("\"{}\" is there twice")), printable(parsed.get<std::string>())));
    }
    return true;
  };
  try {
    return Json::parse(json.begin(), json.end(), check);
  } catch (const Json::exception& e) {
    refuse(tr("it is not JSON"));
  }
}

Manifest manifest_of(Json& root) {
  if (!root.is_object()) refuse(tr("it is not an object"));
  if (unsigned_of(root, "format") != kFormat) refuse(tr("its format is not known to this version"));
  Manifest manifest;
  manifest.backup_name = text_of(root, "backup_name");
  manifest.driver = text_of(root, "driver");
  manifest.driver_version = text_of(root, "driver_version");
  manifest.tool = text_of(root, "tool");
  manifest.collected_from = instant_of(root, "collected_from");
  manifest.collected_to = instant_of(root, "collected_to");
  manifest.before = identity_of(object_of(root, "before"));
  manifest.after = identity_of(object_of(root, "after"));
  manifest.operator_id = text_of(root, "operator");
  manifest.ticket = text_of(root, "ticket");
  const Json& parts = member(root, "parts");
  if (!parts.is_array()) refuse(tr("\"parts\" is not a list"));
  for (const Json& part : parts) manifest.parts.push_back(part_of(part));
  const auto password = root.find("export_password");
  if (password == root.end()) return manifest;
  if (!password->is_string()) refuse(tr("\"export_password\" is not a text"));
  auto& text = password->get_ref<std::string&>();
  manifest.export_password = SecretString::copy_of(text);
  wipe(text);
  return manifest;
}

}  // namespace

bool is_part_name(std::string_view name) {
  if (name.size() > kMaxNameBytes) return false;
  const auto segments = split(name, '/');
  if (segments.size() < 2 || segments.size() > kMaxSegments + 1) return false;
  if (segments[0] != "restore" && segments[0] != "inspect") return false;
  return std::all_of(segments.begin() + 1, segments.end(), [](std::string_view segment) {
    if (segment.empty() || segment == "." || segment == "..") return false;
    return std::all_of(segment.begin(), segment.end(), [](char c) {
      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
             c == '-';
    });
  });
}

ClearBytes format_manifest(const Manifest& manifest) {
  Json parts = Json::array();
  for (const Part& part : manifest.parts) parts.push_back(to_json(part));
  const Json root{{"format", kFormat},
                  {"backup_name", manifest.backup_name},
                  {"driver", manifest.driver},
                  {"driver_version", manifest.driver_version},
                  {"tool", manifest.tool},
                  {"collected_from", to_rfc3339(manifest.collected_from)},
                  {"collected_to", to_rfc3339(manifest.collected_to)},
                  {"before", to_json(manifest.before)},
                  {"after", to_json(manifest.after)},
                  {"operator", manifest.operator_id},
                  {"ticket", manifest.ticket},
                  {"parts", std::move(parts)}};
  // A device's answer may hold anything; what is not UTF-8 is replaced rather than losing the backup.
  const std::string text = root.dump(1, ' ', false, Json::error_handler_t::replace);
  constexpr std::string_view kEnd = "\n}";
  ClearBytes out(text.begin(), text.end() - (manifest.export_password.empty() ? 0 : kEnd.size()));
  if (!manifest.export_password.empty()) {
    constexpr std::string_view kKey = ",\n \"export_password\": ";
    out.reserve(text.size() + kKey.size() + 6 * manifest.export_password.size() + 8);
    out.insert(out.end(), kKey.begin(), kKey.end());
    append_json_string(out, manifest.export_password.reveal_text());
    out.insert(out.end(), kEnd.begin(), kEnd.end());
  }
  out.push_back('\n');
  if (out.size() > kMaxManifestBytes) {
    throw Error(ErrorCode::internal, tr("writing the manifest"), tr("it is too large"));
  }
  return out;
}

Manifest parse_manifest(ByteView json) {
  if (json.size() > kMaxManifestBytes) refuse(tr("it is too large"));
  Json root = parse_strictly(json);
  return manifest_of(root);
}

}  // namespace coffre
