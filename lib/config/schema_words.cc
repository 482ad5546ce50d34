#include "config/schema_words.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/translate.h"
#include "config/suggest.h"

namespace coffre {
namespace {

constexpr std::size_t kMaxShown = 40;  // characters of a value in a message

}  // namespace

std::string words_for_type(YamlType type) {
  switch (type) {
    case YamlType::null:
      return tr("empty");
    case YamlType::boolean:
      return tr("true or false");
    case YamlType::integer:
      return tr("a whole number");
    case YamlType::real:
      return tr("a number");
    case YamlType::text:
      return tr("a text");
    case YamlType::list:
      return tr("a list (lines `- value`)");
    case YamlType::map:
      return tr("a map (lines `key: value`)");
  }
  return {};
}

std::string words_for_json_type(std::string_view json_type) {
  if (json_type == "null") return words_for_type(YamlType::null);
  if (json_type == "boolean") return words_for_type(YamlType::boolean);
  if (json_type == "integer") return words_for_type(YamlType::integer);
  if (json_type == "number") return words_for_type(YamlType::real);
  if (json_type == "array") return words_for_type(YamlType::list);
  if (json_type == "object") return words_for_type(YamlType::map);
  return words_for_type(YamlType::text);
}

bool satisfies(YamlType type, std::string_view json_type) {
  switch (type) {
    case YamlType::null:
      return json_type == "null";
    case YamlType::boolean:
      return json_type == "boolean";
    case YamlType::integer:
      return json_type == "integer" || json_type == "number";
    case YamlType::real:
      return json_type == "number";
    case YamlType::text:
      return json_type == "string";
    case YamlType::list:
      return json_type == "array";
    case YamlType::map:
      return json_type == "object";
  }
  return false;
}

std::string shown(const YamlValue& value) {
  switch (value.type()) {
    case YamlType::boolean:
      return value.boolean() ? "true" : "false";
    case YamlType::integer:
      return std::to_string(value.integer());
    case YamlType::real:
      return fmt::format("{}", value.real());
    case YamlType::text:
      break;
    default:
      return words_for_type(value.type());
  }
  std::string_view text = value.text();
  if (text.size() <= kMaxShown) return fmt::format("\"{}\"", text);
  text = text.substr(0, kMaxShown);
  while (!is_utf8(text)) text.remove_suffix(1);  // not through the middle of a character
  return fmt::format("\"{}...\"", text);
}

std::string wrong_type_text(const YamlValue& value, YamlType given, const std::vector<std::string>& json_types) {
  std::vector<std::string> wanted;
  bool text_wanted = false;
  bool number_wanted = false;
  for (const std::string& type : json_types) {
    if (type != "null" || json_types.size() == 1)
      wanted.push_back(words_for_json_type(type));  // "or empty" helps nobody
    text_wanted = text_wanted || type == "string";
    number_wanted = number_wanted || type == "integer" || type == "number";
  }
  std::string out = fmt::format(fmt::runtime(tr("is {}, but has to be {}")), words_for_type(given),
                                join(wanted, std::string(" ") + tr("or") + " "));
  const bool scalar = given == YamlType::boolean || given == YamlType::integer || given == YamlType::real;
  if (scalar && text_wanted) out += std::string("; ") + tr("put it in quotes");
  if (given == YamlType::text && number_wanted && !value.text().empty() &&
      value.text().find_first_not_of("0123456789") == std::string::npos) {
    out += std::string("; ") + tr("write it without quotes and without leading zeros");
  }
  return out;
}

std::string unknown_key_text(const std::string& key, const std::vector<std::string>& allowed) {
  if (allowed.empty()) return tr("unknown key; nothing may stand here");
  const std::string meant = nearest(key, allowed);
  if (meant.empty()) return fmt::format(fmt::runtime(tr("unknown key; allowed: {}")), join(allowed, ", "));
  return fmt::format(fmt::runtime(tr("unknown key, is \"{}\" meant? Allowed: {}")), meant, join(allowed, ", "));
}

std::string not_one_of_text(const YamlValue& value, const std::vector<std::string>& allowed) {
  const std::string meant = value.is_text() ? nearest(value.text(), allowed) : "";
  if (meant.empty()) {
    return fmt::format(fmt::runtime(tr("{} is not allowed; allowed: {}")), shown(value), join(allowed, ", "));
  }
  return fmt::format(fmt::runtime(tr("{} is not allowed, is \"{}\" meant? Allowed: {}")), shown(value), meant,
                     join(allowed, ", "));
}

std::vector<std::string_view> schema_phrases() {
  return {
      tr_noop("a name of a time zone, as \"Europe/Paris\""),
      tr_noop("a duration, as \"30s\", \"5min\", \"2h\" or \"100d\""),
      tr_noop("a size, as \"64KiB\", \"256MiB\" or \"2GiB\""),
      tr_noop("a date, as 2026-12-31"),
      tr_noop("a mail address, as name@example.fr"),
      tr_noop("a path CLIENT/SITE/TYPE_NAME of capital letters, digits and \"-\""),
      tr_noop("an address that starts with https://, without user, password or path, as https://192.0.2.10:8443"),
      tr_noop("\"sha256//\" and 44 characters of base64, as `backupd device pin` prints it"),
      tr_noop("a network, as 192.0.2.0/24"),
      tr_noop("a time of day from 00:00 to 23:59, as \"01:30\""),
      tr_noop("the name of a driver: small letters, digits and \"-\""),
      tr_noop("the name of a stored credential: letters, digits, \".\", \"_\" and \"-\""),
      tr_noop("one line `coffre-recipient x25519 full|meta` and 64 hexadecimal digits"),
      tr_noop("an address that starts with https://, without bucket or path, as https://s3.gra.io.cloud.ovh.net"),
      tr_noop("a region's name, as \"gra\" or \"fr-par\""),
      tr_noop("a bucket's name: 3 to 63 small letters, digits, \".\" and \"-\""),
      tr_noop("FR, or a map of country, statement, by and date"),
      tr_noop("two capital letters, as FR"),
      tr_noop("not empty"),
      tr_noop("a path that starts with / and holds no blank"),
      tr_noop("lower-case letters, digits, _ and -, a letter first"),
      tr_noop("restore/... or inspect/..."),
      tr_noop("a media type like application/json"),
  };
}

}  // namespace coffre
