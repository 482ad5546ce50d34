#include "config/inventory_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/translate.h"
#include "config/inventory_render.h"
#include "config/yaml_document.h"
#include "config/yaml_lines.h"

namespace coffre {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kUsualIndent = 2;

// What is asked for: the entry `key` of the map `section`.
struct Edit {
  std::string_view file;
  std::string section;
  std::string key;
};

Error cannot_edit(const Edit& edit, const Position& at, const char* why) {
  return {ErrorCode::unsupported, fmt::format(fmt::runtime(tr("writing {} into the inventory")), edit.key),
          fmt::format("{}:{}:{}: {}", edit.file, at.line, at.column, why), tr("Change the file by hand")};
}

const char* in_braces() {
  return tr("this part is written in braces, which cannot be edited line by line");
}
const char* not_what_was_asked() {
  return tr("the change would not give what was asked for");
}

// The member of that name, null values included.
std::optional<YamlValue> member_of(const YamlValue& map, std::string_view name) {
  for (const YamlValue::Member& member : map.members()) {
    if (member.name == name) return member.value;
  }
  return std::nullopt;
}

bool same(const YamlValue& a, const YamlValue& b) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case YamlType::null:
      return true;
    case YamlType::boolean:
      return a.boolean() == b.boolean();
    case YamlType::integer:
      return a.integer() == b.integer();
    case YamlType::real:
      return a.real() == b.real();
    case YamlType::text:
      return a.text() == b.text();
    case YamlType::list: {
      const std::vector<YamlValue> left = a.items();
      const std::vector<YamlValue> right = b.items();
      return std::equal(left.begin(), left.end(), right.begin(), right.end(), same);
    }
    case YamlType::map:
      break;
  }
  const std::vector<YamlValue::Member> members = a.members();
  return members.size() == b.members().size() && std::all_of(members.begin(), members.end(), [&](const auto& member) {
           const std::optional<YamlValue> other = member_of(b, member.name);
           return other && same(member.value, *other);
         });
}

// Whether all members of `before` but `except` are in `after`, equal, and nothing but `except` came in addition.
bool same_but_for(const std::vector<YamlValue::Member>& before, const YamlValue& after, const std::string& except) {
  for (const YamlValue::Member& member : before) {
    if (member.name == except) continue;
    const std::optional<YamlValue> now = member_of(after, member.name);
    if (!now || !same(member.value, *now)) return false;
  }
  const auto known = [&](const std::string& name) {
    return name == except ||
           std::any_of(before.begin(), before.end(), [&](const auto& member) { return member.name == name; });
  };
  const std::vector<YamlValue::Member> now = after.members();
  return std::all_of(now.begin(), now.end(), [&](const auto& member) { return known(member.name); });
}

// The net below everything here: whatever the lines looked like, only the named entry may differ.
std::optional<Document> checked(const Document& before, const std::string& after, const Edit& edit) {
  std::vector<Finding> findings;
  std::optional<Document> document = Document::parse(after, std::string(edit.file), findings);
  if (!document || !same_but_for(before.root().members(), document->root(), edit.section)) return std::nullopt;
  const std::optional<YamlValue> old_section = member_of(before.root(), edit.section);
  const std::optional<YamlValue> new_section = member_of(document->root(), edit.section);
  const std::vector<YamlValue::Member> old_entries =
      old_section ? old_section->members() : std::vector<YamlValue::Member>();
  if (!new_section || !same_but_for(old_entries, *new_section, edit.key)) return std::nullopt;
  if (!member_of(*new_section, edit.key)) return std::nullopt;
  return document;
}

std::vector<std::string> indented(const std::vector<std::string>& lines, std::size_t by) {
  std::vector<std::string> out;
  for (const std::string& line : lines) out.push_back(std::string(by, ' ') + line);
  return out;
}

std::vector<std::string> entry_lines(const Edit& edit, const std::vector<std::string>& body, std::size_t indent) {
  std::vector<std::string> out = {std::string(indent, ' ') + edit.key + ":"};
  for (std::string& line : indented(body, indent + kUsualIndent)) out.push_back(std::move(line));
  return out;
}

// `devices:` with nothing in it, or with `{}`: made ready to take lines.
void open_empty_section(YamlLines& lines, const YamlValue& section, const Edit& edit) {
  if (section.type() == YamlType::null) return;
  std::string& line = lines.at(section.key_at().line);
  const std::size_t braces = line.find("{}");
  if (braces == std::string::npos) throw cannot_edit(edit, section.key_at(), in_braces());
  const std::size_t before = line.find_last_not_of(' ', braces - 1) + 1;
  line.erase(before, braces + 2 - before);
}

void insert_new(YamlLines& lines, const Document& document, const Edit& edit, const std::vector<std::string>& body) {
  const std::optional<YamlValue> section = member_of(document.root(), edit.section);
  if (!section) {
    std::vector<std::string> added = {edit.section + ":"};
    if (lines.count() > 0 && !trim(lines.at(lines.count())).empty()) added.insert(added.begin(), "");
    for (std::string& line : entry_lines(edit, body, kUsualIndent)) added.push_back(std::move(line));
    lines.replace(lines.count() + 1, lines.count() + 1, added);
    return;
  }
  const std::vector<YamlValue::Member> entries = section->members();
  const std::size_t section_line = section->key_at().line;
  const std::size_t section_indent = section->key_at().column - 1;
  std::size_t indent = section_indent + kUsualIndent;
  if (entries.empty()) {
    open_empty_section(lines, *section, edit);
  } else {
    const Position first = entries.front().value.key_at();
    if (first.line == section_line) throw cannot_edit(edit, first, in_braces());
    indent = first.column - 1;
  }
  const std::size_t end = lines.end_of_block(section_line, section_indent);
  lines.replace(end, end, entry_lines(edit, body, indent));
}

void replace_entry(YamlLines& lines, const YamlValue& entry, const Edit& edit, const std::vector<std::string>& body) {
  const Position at = entry.key_at();
  const std::size_t indent = at.column - 1;
  if (indent_of(lines.at(at.line)) != indent) throw cannot_edit(edit, at, in_braces());
  lines.replace(at.line, lines.end_of_block(at.line, indent), entry_lines(edit, body, indent));
}

std::string put_entry(std::string_view yaml, const Edit& edit, const std::vector<std::string>& body) {
  const std::string_view mark = yaml.starts_with(kByteOrderMark) ? kByteOrderMark : std::string_view();
  const Document before = Document::parse(yaml, std::string(edit.file));
  const std::string wanted_text = join(entry_lines(edit, body, 0), "\n") + "\n";
  const Document wanted = Document::parse(wanted_text, "entry");
  const YamlValue wanted_entry = member_of(wanted.root(), edit.key).value();

  YamlLines lines(before.text());
  const std::optional<YamlValue> section = member_of(before.root(), edit.section);
  const std::optional<YamlValue> entry = section ? member_of(*section, edit.key) : std::nullopt;
  if (entry && same(*entry, wanted_entry)) return std::string(yaml);
  if (entry) {
    replace_entry(lines, *entry, edit, body);
  } else {
    insert_new(lines, before, edit, body);
  }
  const std::string after = lines.text();
  const std::optional<Document> result = checked(before, after, edit);
  const Position at = entry ? entry->key_at() : section ? section->key_at() : before.root().at();
  if (!result) throw cannot_edit(edit, at, not_what_was_asked());
  if (!same(*member_of(*member_of(result->root(), edit.section), edit.key), wanted_entry)) {
    throw cannot_edit(edit, at, not_what_was_asked());
  }
  return std::string(mark) + after;
}

// Puts `pin` in place of the scalar that starts at `at`, or behind the colon of a key without a value.
void write_pin_value(std::string& line, const YamlValue& old, std::string_view pin) {
  if (old.type() == YamlType::null) {
    const std::size_t colon = line.find(':', byte_of_column(line, old.key_at().column));
    const std::size_t rest = line.find_first_not_of(" ~", colon + 1);
    line = line.substr(0, colon + 1) + " " + std::string(pin) +
           (rest != std::string::npos && line[rest] == '#' ? "  " : "") + line.substr(std::min(rest, line.size()));
    return;
  }
  const std::size_t from = byte_of_column(line, old.at().column);
  const std::size_t to = std::min(line.find_first_of(" \t\r\n,}", from), line.size());
  line.replace(from, to - from, pin);
}

// A device without `pin:`: a line of its own, below the address, in place of the comment that asks for it.
void add_pin_line(YamlLines& lines, const YamlValue& device, const Edit& edit, std::string_view pin) {
  const YamlValue place = member_of(device, "address").value_or(member_of(device, "driver").value_or(device));
  const std::size_t indent = place.key_at().column - 1;
  if (place.key_at().line == device.key_at().line || indent_of(lines.at(place.key_at().line)) != indent) {
    throw cannot_edit(edit, device.key_at(), in_braces());
  }
  const std::vector<std::string> added = {std::string(indent, ' ') + "pin: " + std::string(pin)};
  const std::size_t end = lines.end_of_block(device.key_at().line, device.key_at().column - 1);
  for (std::size_t line = device.key_at().line + 1; line < end; ++line) {
    if (trim(lines.at(line)).starts_with("# pin:")) return lines.replace(line, line + 1, added);
  }
  const std::size_t behind = lines.end_of_block(place.key_at().line, indent);
  lines.replace(behind, behind, added);
}

}  // namespace

std::string put_client(std::string_view yaml, std::string_view file, const Client& client) {
  return put_entry(yaml, {file, "clients", client.code.text()}, render_client(client));
}

std::string put_site(std::string_view yaml, std::string_view file, const Site& site) {
  return put_entry(yaml, {file, "sites", site_key(site.client, site.code)}, render_site(site));
}

std::string put_device(std::string_view yaml, std::string_view file, const Device& device) {
  return put_entry(yaml, {file, "devices", device.key.display()}, render_device(device));
}

std::string set_pin(std::string_view yaml, std::string_view file, const DeviceKey& device, std::string_view pin) {
  const Edit edit{file, "devices", device.display()};
  const std::string_view mark = yaml.starts_with(kByteOrderMark) ? kByteOrderMark : std::string_view();
  const Document before = Document::parse(yaml, std::string(file));
  const std::optional<YamlValue> section = member_of(before.root(), edit.section);
  const std::optional<YamlValue> entry = section ? member_of(*section, edit.key) : std::nullopt;
  if (!entry) {
    throw Error(ErrorCode::not_found, tr("writing the fingerprint into the inventory"),
                fmt::format(fmt::runtime(tr("the device is not in {}")), file))
        .on(edit.key);
  }
  YamlLines lines(before.text());
  const std::optional<YamlValue> old = member_of(*entry, "pin");
  if (old) {
    write_pin_value(lines.at(old->key_at().line), *old, pin);
  } else {
    add_pin_line(lines, *entry, edit, pin);
  }
  const std::string after = lines.text();
  const std::optional<Document> result = checked(before, after, edit);
  if (!result) throw cannot_edit(edit, entry->key_at(), not_what_was_asked());
  const YamlValue now = *member_of(*member_of(result->root(), edit.section), edit.key);
  const std::optional<YamlValue> written = member_of(now, "pin");
  if (!written || !written->is_text() || written->text() != pin || !same_but_for(entry->members(), now, "pin")) {
    throw cannot_edit(edit, entry->key_at(), not_what_was_asked());
  }
  return std::string(mark) + after;
}

}  // namespace coffre
