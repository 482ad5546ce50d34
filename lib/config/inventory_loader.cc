#include "config/inventory_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "config/inventory_entries.h"
#include "config/schema_check.h"
#include "config/secret_keys.h"
#include "config/suggest.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

// Reads file after file; what refers to other entries is judged at the end, when all of them are known.
class InventoryReader {
 public:
  void read(const Document& document) {
    std::vector<Finding> found = secrets_in(document);
    static const Schema schema = Schema::embedded("inventory");  // a constant, read once
    std::vector<Finding> violations = schema.check(document);
    drop_same_places(violations, found);
    std::move(violations.begin(), violations.end(), std::back_inserter(found));
    faulty_ = faulty_entries(found);
    const YamlValue root = document.root();
    for (const YamlValue::Member& entry : entries(root, "clients")) read_client(entry, found);
    for (const YamlValue::Member& entry : entries(root, "sites")) read_site(entry, found);
    for (const YamlValue::Member& entry : entries(root, "devices")) read_device(entry, found);
    std::move(found.begin(), found.end(), std::back_inserter(result_.errors));
  }

  InventoryResult finish() {
    check_sites();
    check_devices();
    check_former_names();
    warn_of_equal_addresses();
    sort_by_place(result_.errors);
    sort_by_place(result_.warnings);
    if (result_.errors.empty()) {
      for (const auto& [key, place] : device_places_) {
        result_.devices[key] = {.file = place.file, .at = place.at, .driver = std::move(driver_places_[key])};
      }
      result_.inventory = std::move(inventory_);
    }
    return std::move(result_);
  }

 private:
  static std::vector<YamlValue::Member> entries(const YamlValue& root, std::string_view section) {
    const std::optional<YamlValue> map = root.find(section);
    return map ? map->members() : std::vector<YamlValue::Member>();
  }

  // The entries in which the schema found something ("/devices/A~1B~1C_D"): their values are not read.
  static std::set<std::string> faulty_entries(const std::vector<Finding>& found) {
    std::set<std::string> out;
    for (const Finding& finding : found) {
      const std::size_t section_end = finding.pointer.find('/', 1);
      if (section_end == std::string::npos) continue;
      out.insert(finding.pointer.substr(0, finding.pointer.find('/', section_end + 1)));
    }
    return out;
  }
  bool readable(const YamlValue& entry) const { return !faulty_.contains(entry.pointer()); }

  // Remembers where the entry stands; false, with a finding, when another one has that name.
  template <typename Key>
  bool claim(std::map<Key, Finding>& places, const Key& key, const YamlValue::Member& entry,
             std::vector<Finding>& found) {
    const auto [known, fresh] = places.emplace(key, entry.value.key_finding(""));
    if (fresh) return true;
    found.push_back(
        entry.value.key_finding(fmt::format(fmt::runtime(tr("is already defined in {}:{}:{}")), known->second.file,
                                            known->second.at.line, known->second.at.column)));
    return false;
  }

  void read_client(const YamlValue::Member& entry, std::vector<Finding>& found) {
    const std::optional<Code> code = client_code(entry, found);
    if (!code || !claim(client_places_, *code, entry, found) || !readable(entry.value)) return;
    inventory_.clients.emplace(*code, client_of(*code, entry.value, found));
  }

  void read_site(const YamlValue::Member& entry, std::vector<Finding>& found) {
    const std::optional<SiteCodes> codes = site_codes(entry, found);
    if (!codes || !claim(site_places_, entry.name, entry, found) || !readable(entry.value)) return;
    inventory_.sites.emplace(entry.name, site_of(*codes, entry.value, found));
  }

  void read_device(const YamlValue::Member& entry, std::vector<Finding>& found) {
    const std::optional<DeviceKey> key = device_key(entry, found);
    if (!key || !claim(device_places_, *key, entry, found) || !readable(entry.value)) return;
    inventory_.devices.emplace(*key, device_of(*key, entry, found));
    if (const std::optional<YamlValue> driver = entry.value.find("driver")) driver_places_[*key] = driver->finding("");
  }

  void missing(Finding place, const char* sentence, const std::string& name, const std::vector<std::string>& known) {
    place.text = fmt::format(fmt::runtime(sentence), name);
    const std::string meant = nearest(name, known);
    if (!meant.empty()) place.text += fmt::format(fmt::runtime(tr("; is {} meant?")), meant);
    result_.errors.push_back(std::move(place));
  }

  void check_sites() {
    std::vector<std::string> known;
    for (const auto& [code, place] : client_places_) known.push_back(code.text());
    for (const auto& [name, place] : site_places_) {
      const std::string client = name.substr(0, name.find('/'));
      if (std::binary_search(known.begin(), known.end(), client)) continue;
      missing(place, tr("no file defines the client {}"), client, known);
    }
  }

  void check_devices() {
    std::vector<std::string> known;
    for (const auto& [name, place] : site_places_) known.push_back(name);
    for (const auto& [key, place] : device_places_) {
      const std::string site = site_key(key.client, key.site);
      if (std::binary_search(known.begin(), known.end(), site)) continue;
      missing(place, tr("no file defines the site {}"), site, known);
    }
  }

  void check_former_names() {
    std::map<DeviceKey, DeviceKey> heirs;
    for (const auto& [key, device] : inventory_.devices) {
      if (!device.renamed_from || *device.renamed_from == key) continue;
      const DeviceKey& former = *device.renamed_from;
      Finding place = device_places_.at(key);
      place.pointer += "/renamed_from";
      if (device_places_.contains(former)) {
        place.text = fmt::format(fmt::runtime(tr("{} is still in the inventory: a former name belongs to no device")),
                                 former.display());
        result_.errors.push_back(place);
      }
      const auto [heir, fresh] = heirs.emplace(former, key);
      if (fresh) continue;
      place.text = fmt::format(fmt::runtime(tr("{} is already the former name of {}")), former.display(),
                               heir->second.display());
      result_.errors.push_back(std::move(place));
    }
  }

  void warn_of_equal_addresses() {
    std::map<std::string, DeviceKey> users;  // by site and address: other sites may use the same private addresses
    for (const auto& [key, device] : inventory_.devices) {
      if (device.address.empty() || device.retired) continue;
      const auto [user, fresh] =
          users.emplace(site_key(key.client, key.site) + " " + to_lower_ascii(device.address), key);
      if (fresh) continue;
      Finding place = device_places_.at(key);
      place.text = fmt::format(fmt::runtime(tr("has the same address as {}")), user->second.display());
      result_.warnings.push_back(std::move(place));
    }
  }

  std::set<std::string> faulty_;  // of the document at hand
  Inventory inventory_;
  InventoryResult result_;
  std::map<Code, Finding> client_places_;
  std::map<std::string, Finding> site_places_;
  std::map<DeviceKey, Finding> device_places_;
  std::map<DeviceKey, Finding> driver_places_;
};

bool is_pattern(const std::string& name) {
  return name.find_first_of("*?") != std::string::npos;
}

// A folder that cannot be read is no empty one: a finding.
std::vector<fs::path> matches_of(const fs::path& pattern, std::vector<Finding>& findings) {
  std::vector<fs::path> out;
  const fs::path folder = pattern.parent_path();
  const std::string wanted = pattern.filename().string();
  std::error_code problem;
  for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end; entry.increment(problem)) {
    std::error_code ignored;
    const std::string name = entry->path().filename().string();
    const bool hidden = name.starts_with('.') && !wanted.starts_with('.');
    if (!hidden && matches_glob(wanted, name) && entry->is_regular_file(ignored)) out.push_back(entry->path());
  }
  if (problem == std::errc::no_such_file_or_directory) {
    findings.push_back({folder.string(),
                        {},
                        "",
                        tr("there is no such folder: put it back, or correct `inventory:` in the configuration")});
  } else if (problem) {
    findings.push_back({folder.string(),
                        {},
                        "",
                        fmt::format(fmt::runtime(tr("the folder cannot be read ({}): check its owner and rights for "
                                                    "the service's account")),
                                    errno_text(problem.value()))});
  } else if (out.empty()) {
    findings.push_back({pattern.string(),
                        {},
                        "",
                        tr("no file has a name of this form: put the inventory's files back, or correct `inventory:` "
                           "in the configuration")});
  }
  return out;
}

}  // namespace

std::vector<fs::path> inventory_files(const std::vector<fs::path>& patterns, std::vector<Finding>& findings) {
  std::set<fs::path> files;
  for (const fs::path& given : patterns) {
    const fs::path pattern = fs::absolute(given).lexically_normal();
    std::error_code ignored;
    if (!is_pattern(pattern.filename().string())) {
      if (fs::is_directory(pattern, ignored)) {
        findings.push_back({pattern.string(), {}, "", tr("is a folder: write the files in it as FOLDER/*.yaml")});
      } else if (fs::status(pattern, ignored).type() == fs::file_type::not_found) {
        findings.push_back({pattern.string(), {}, "", tr("there is no such file")});
      } else {
        files.insert(pattern);
      }
      continue;
    }
    const std::vector<fs::path> found = matches_of(pattern, findings);
    files.insert(found.begin(), found.end());
  }
  return {files.begin(), files.end()};
}

InventoryResult read_inventory(const std::vector<Document>& documents) {
  InventoryReader reader;
  for (const Document& document : documents) reader.read(document);
  return reader.finish();
}

InventoryResult read_inventory(const std::vector<fs::path>& patterns) {
  std::vector<Finding> unreadable;
  std::vector<Document> documents;
  for (const fs::path& file : inventory_files(patterns, unreadable)) {
    std::optional<Document> document = Document::read(file, unreadable);
    if (document) documents.push_back(std::move(*document));
  }
  InventoryResult result = read_inventory(documents);
  if (unreadable.empty()) return result;
  // What is missing may be what the others refer to: their findings about references would mislead.
  result.inventory.reset();
  result.devices.clear();
  result.errors = std::move(unreadable);
  return result;
}

Inventory load_inventory(const std::vector<fs::path>& patterns) {
  InventoryResult result = read_inventory(patterns);
  if (!result.errors.empty()) throw error_of(tr("reading the inventory"), result.errors);
  return std::move(*result.inventory);
}

}  // namespace coffre
