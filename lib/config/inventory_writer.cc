#include "config/inventory_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/text.h"
#include "base/translate.h"
#include "config/inventory_render.h"
#include "config/yaml_document.h"
#include "config/yaml_lines.h"

namespace coffre {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kUsualIndent = 2;

// An entry that is asked for: `key` of the map `section`, and the lines below its key.
struct Entry {
  std::string key;
  std::vector<std::string> body;
};
struct Section {
  std::string name;
  std::vector<Entry> entries;
};

// Lines `from` to before `to` of the text as it was give way to `lines`.
struct Patch {
  std::size_t from;
  std::size_t to;
  std::vector<std::string> lines;
};

Error cannot_edit(std::string_view file, const Position& at, const char* why) {
  return {ErrorCode::unsupported, tr("writing into the inventory"),
          fmt::format("{}:{}:{}: {}", file, at.line, at.column, why), tr("Change the file by hand")};
}

const char* in_braces() {
  return tr("this part is written in braces, which cannot be edited line by line");
}
const char* not_what_was_asked() {
  return tr("the change would not give what was asked for");
}

// Members by name, those without a value included.
using Members = std::map<std::string, YamlValue, std::less<>>;

Members by_name(const YamlValue& map) {
  Members out;
  for (YamlValue::Member& member : map.members()) out.emplace(std::move(member.name), member.value);
  return out;
}

std::optional<YamlValue> member_of(const Members& members, std::string_view name) {
  const auto found = members.find(name);
  if (found == members.end()) return std::nullopt;
  return found->second;
}

Members section_of(const Document& document, std::string_view name) {
  const std::optional<YamlValue> section = member_of(by_name(document.root()), name);
  return section ? by_name(*section) : Members();
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
  const Members left = by_name(a);
  const Members right = by_name(b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first && same(x.second, y.second); });
}

// Whether `after` is `before`, but for the named ones: they may have changed or come in addition.
template <typename Named>
bool same_but_for(const Members& before, const Members& after, const Named& named) {
  const auto rest = [&](const Members& all) {
    Members out;
    std::copy_if(all.begin(), all.end(), std::inserter(out, out.end()),
                 [&](const auto& member) { return !named(member.first); });
    return out;
  };
  const Members left = rest(before);
  const Members right = rest(after);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first && same(x.second, y.second); });
}

std::vector<std::string> entry_lines(const Entry& entry, std::size_t indent) {
  std::vector<std::string> out = {fmt::format("{:{}}{}:", "", indent, entry.key)};
  for (const std::string& line : entry.body) out.push_back(fmt::format("{:{}}{}", "", indent + kUsualIndent, line));
  return out;
}

void append(std::vector<std::string>& out, std::vector<std::string> more) {
  std::move(more.begin(), more.end(), std::back_inserter(out));
}

// `devices:` with nothing in it, or with `{}`: made ready to take lines.
void open_empty_section(YamlLines& lines, const YamlValue& section, std::string_view file) {
  if (section.type() == YamlType::null) return;
  std::string& line = lines.at(section.key_at().line);
  const std::size_t braces = line.find("{}");
  if (braces == std::string::npos) throw cannot_edit(file, section.key_at(), in_braces());
  const std::size_t before = line.find_last_not_of(' ', braces - 1) + 1;
  line.erase(before, braces + 2 - before);
}

// How far entries of the section are indented; it can take new lines afterwards.
std::size_t entry_indent(YamlLines& lines, const YamlValue& section, std::string_view file) {
  const std::vector<YamlValue::Member> entries = section.members();
  if (entries.empty()) {
    open_empty_section(lines, section, file);
    return section.key_at().column - 1 + kUsualIndent;
  }
  const Position first = entries.front().value.key_at();
  if (first.line == section.key_at().line) throw cannot_edit(file, first, in_braces());
  return first.column - 1;
}

Patch replacement(const YamlLines& lines, const YamlValue& old, const Entry& entry, std::string_view file) {
  const Position at = old.key_at();
  const std::size_t indent = at.column - 1;
  if (indent_of(lines.at(at.line)) != indent) throw cannot_edit(file, at, in_braces());
  return {at.line, lines.end_of_block(at.line, indent), entry_lines(entry, indent)};
}

// What has to happen to a section that is there.
void plan_section(YamlLines& lines, const YamlValue& section, const Section& wanted, const Document& wanted_document,
                  std::vector<Patch>& patches) {
  const std::string_view file = section.file();
  const Members now = by_name(section);
  const Members asked = section_of(wanted_document, wanted.name);
  std::vector<const Entry*> fresh;
  for (const Entry& entry : wanted.entries) {
    const std::optional<YamlValue> old = member_of(now, entry.key);
    if (!old) {
      fresh.push_back(&entry);
    } else if (!same(*old, asked.at(entry.key))) {
      patches.push_back(replacement(lines, *old, entry, file));
    }
  }
  if (fresh.empty()) return;
  const std::size_t indent = entry_indent(lines, section, file);
  const std::size_t end = lines.end_of_block(section.key_at().line, section.key_at().column - 1);
  Patch patch{end, end, {}};
  for (const Entry* const entry : fresh) append(patch.lines, entry_lines(*entry, indent));
  patches.push_back(std::move(patch));
}

std::vector<std::string> section_lines(const Section& section) {
  std::vector<std::string> out = {section.name + ":"};
  for (const Entry& entry : section.entries) append(out, entry_lines(entry, kUsualIndent));
  return out;
}

// All changes as places in the text as it was; those at one place in the order in which they must be made.
std::vector<Patch> plan_of(YamlLines& lines, const Document& before, const std::vector<Section>& wanted,
                           const Document& wanted_document) {
  const Members sections = by_name(before.root());
  Patch at_end{lines.count() + 1, lines.count() + 1, {}};
  bool blank_line_due = lines.count() > 0 && !trim(lines.at(lines.count())).empty();
  std::vector<Patch> patches;
  for (const Section& section : wanted) {
    const std::optional<YamlValue> there = member_of(sections, section.name);
    if (there) {
      plan_section(lines, *there, section, wanted_document, patches);
      continue;
    }
    if (blank_line_due) at_end.lines.emplace_back();
    append(at_end.lines, section_lines(section));
    blank_line_due = true;
  }
  if (!at_end.lines.empty()) patches.insert(patches.begin(), std::move(at_end));
  std::stable_sort(patches.begin(), patches.end(), [](const Patch& a, const Patch& b) { return a.from > b.from; });
  return patches;
}

// The net below everything here: whatever the lines looked like, only the named entries may differ.
bool gives_what_was_asked(const Document& before, const std::string& after, const std::vector<Section>& wanted,
                          const Document& wanted_document) {
  std::vector<Finding> findings;
  const std::optional<Document> result = Document::parse(after, before.file(), findings);
  if (!result) return false;
  const auto is_wanted = [&](const std::string& name) {
    return std::any_of(wanted.begin(), wanted.end(), [&](const Section& section) { return section.name == name; });
  };
  if (!same_but_for(by_name(before.root()), by_name(result->root()), is_wanted)) return false;
  return std::all_of(wanted.begin(), wanted.end(), [&](const Section& section) {
    const Members asked = section_of(wanted_document, section.name);
    const Members now = section_of(*result, section.name);
    const auto is_asked = [&](const std::string& key) { return asked.contains(key); };
    return same_but_for(section_of(before, section.name), now, is_asked) &&
           std::all_of(asked.begin(), asked.end(), [&](const auto& entry) {
             const std::optional<YamlValue> written = member_of(now, entry.first);
             return written && same(*written, entry.second);
           });
  });
}

std::string put_sections(std::string_view yaml, std::string_view file, const std::vector<Section>& wanted) {
  const Document before = Document::parse(yaml, std::string(file));
  std::string wanted_text;
  for (const Section& section : wanted) wanted_text += join(section_lines(section), "\n") + "\n";
  const Document wanted_document = Document::parse(wanted_text, "entries");

  YamlLines lines(before.text());
  const std::vector<Patch> patches = plan_of(lines, before, wanted, wanted_document);
  if (patches.empty()) return std::string(yaml);
  for (const Patch& patch : patches) lines.replace(patch.from, patch.to, patch.lines);
  std::string after = lines.text();
  if (!gives_what_was_asked(before, after, wanted, wanted_document)) {
    throw cannot_edit(file, before.root().at(), not_what_was_asked());
  }
  if (yaml.starts_with(kByteOrderMark)) after.insert(0, kByteOrderMark);
  return after;
}

// Puts `pin` in place of the scalar that `old` is, or behind the colon of a key without a value.
void write_pin_value(std::string& line, const YamlValue& old, std::string_view pin) {
  if (old.type() == YamlType::null) {
    const std::size_t colon = line.find(':', byte_of_column(line, old.key_at().column));
    const std::size_t rest = std::min(line.find_first_not_of(" ~", colon + 1), line.size());
    const bool comment = rest < line.size() && line[rest] == '#';
    line = line.substr(0, colon + 1) + " " + std::string(pin) + (comment ? "  " : "") + line.substr(rest);
    return;
  }
  const std::size_t from = byte_of_column(line, old.at().column);
  const std::size_t to = std::min(line.find_first_of(" \t\r\n,}", from), line.size());
  line.replace(from, to - from, pin);
}

// A device without `pin:`: a line of its own, below the address, in place of the comment that asks for it.
void add_pin_line(YamlLines& lines, const YamlValue& device, std::string_view pin) {
  const Members values = by_name(device);
  const YamlValue place = member_of(values, "address").value_or(member_of(values, "driver").value_or(device));
  const std::size_t indent = place.key_at().column - 1;
  if (place.key_at().line == device.key_at().line || indent_of(lines.at(place.key_at().line)) != indent) {
    throw cannot_edit(device.file(), device.key_at(), in_braces());
  }
  const std::vector<std::string> added = {std::string(indent, ' ') + "pin: " + std::string(pin)};
  const std::size_t end = lines.end_of_block(device.key_at().line, device.key_at().column - 1);
  for (std::size_t line = device.key_at().line + 1; line < end; ++line) {
    if (trim(lines.at(line)).starts_with("# pin:")) return lines.replace(line, line + 1, added);
  }
  const std::size_t behind = lines.end_of_block(place.key_at().line, indent);
  lines.replace(behind, behind, added);
}

// As gives_what_was_asked, for a pin.
bool gives_that_pin(const Document& before, const std::string& after, const std::string& key, std::string_view pin) {
  std::vector<Finding> findings;
  const std::optional<Document> result = Document::parse(after, before.file(), findings);
  if (!result) return false;
  const auto is = [](std::string_view wanted) { return [wanted](const std::string& name) { return name == wanted; }; };
  const Members old_devices = section_of(before, "devices");
  const Members new_devices = section_of(*result, "devices");
  if (!same_but_for(by_name(before.root()), by_name(result->root()), is("devices"))) return false;
  if (!same_but_for(old_devices, new_devices, is(key))) return false;
  const std::optional<YamlValue> device = member_of(new_devices, key);
  if (!device || !same_but_for(by_name(old_devices.at(key)), by_name(*device), is("pin"))) return false;
  const std::optional<YamlValue> written = device->find("pin");
  return written && written->is_text() && written->text() == pin;
}

}  // namespace

std::string put_all(std::string_view yaml, std::string_view file, const InventoryChange& change) {
  Section clients{"clients", {}};
  for (const Client& client : change.clients) clients.entries.push_back({client.code.text(), render_client(client)});
  Section sites{"sites", {}};
  for (const Site& site : change.sites) sites.entries.push_back({site_key(site.client, site.code), render_site(site)});
  Section devices{"devices", {}};
  for (const Device& device : change.devices) devices.entries.push_back({device.key.display(), render_device(device)});
  std::vector<Section> wanted;
  for (Section* const section : {&clients, &sites, &devices}) {
    if (!section->entries.empty()) wanted.push_back(std::move(*section));
  }
  return put_sections(yaml, file, wanted);
}

std::string put_client(std::string_view yaml, std::string_view file, const Client& client) {
  return put_all(yaml, file, {{client}, {}, {}});
}

std::string put_site(std::string_view yaml, std::string_view file, const Site& site) {
  return put_all(yaml, file, {{}, {site}, {}});
}

std::string put_device(std::string_view yaml, std::string_view file, const Device& device) {
  return put_all(yaml, file, {{}, {}, {device}});
}

std::string set_pin(std::string_view yaml, std::string_view file, const DeviceKey& device, std::string_view pin) {
  const std::string key = device.display();
  const Document before = Document::parse(yaml, std::string(file));
  const std::optional<YamlValue> entry = member_of(section_of(before, "devices"), key);
  if (!entry) {
    throw Error(ErrorCode::not_found, tr("writing the fingerprint into the inventory"),
                fmt::format(fmt::runtime(tr("the device is not in {}")), file))
        .on(key);
  }
  YamlLines lines(before.text());
  if (const std::optional<YamlValue> old = member_of(by_name(*entry), "pin")) {
    write_pin_value(lines.at(old->key_at().line), *old, pin);
  } else {
    add_pin_line(lines, *entry, pin);
  }
  std::string after = lines.text();
  if (!gives_that_pin(before, after, key, pin)) throw cannot_edit(file, entry->key_at(), not_what_was_asked());
  if (yaml.starts_with(kByteOrderMark)) after.insert(0, kByteOrderMark);
  return after;
}

}  // namespace coffre
