// Any bytes as a YAML file: either refused with one finding, or a tree whose JSON, places and schema check hold
// together, and whose inventory writer keeps its promise (everything else byte for byte, or a refusal).
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "config/inventory_loader.h"
#include "config/inventory_writer.h"
#include "config/schema_check.h"
#include "config/settings_loader.h"
#include "config/yaml_document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace coffre;

constexpr std::size_t kMaxKeyInLine = 1024;

void require(bool condition) {
  if (!condition) std::abort();
}

void walk(const Document& document, const YamlValue& value) {
  require(document.where(value.pointer()) == value.at());
  for (const YamlValue& item : value.items()) walk(document, item);
  for (const YamlValue::Member& member : value.members()) {
    require(document.where_key(member.value.pointer()) == member.value.key_at());
    walk(document, member.value);
    if (member.value.is_text()) {
      const std::string again = yaml_scalar(member.value.text());
      require(Document::parse("k: " + again, "again").root().find("k")->text() == member.value.text());
    }
  }
}

void edit(std::string_view text) {
  const DeviceKey key = DeviceKey::from_path("C/S/NVR_N").value();
  const Device device{key, "d", "https://x", {}, "c", Collection::automatic, {}, {}, {}, {}};
  try {
    const std::string after = put_device(text, "f", device);
    require(put_device(after, "f", device) == after);
    const std::string pinned = set_pin(after, "f", key, "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    require(Document::parse(pinned, "f").root().is_map());
  } catch (const Error& error) {
    require(error.code() == ErrorCode::unsupported);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Schema schema = Schema::embedded("inventory");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<Finding> findings;
  std::optional<Document> document = Document::parse(text, "f", findings);
  require(document.has_value() == findings.empty() && findings.size() <= 1);
  if (!document) return 0;
  // JSON is YAML: what we write must read as the same again (but for YAML's limit of 1024 characters of a key in a
  // line).
  const std::string json = document->json();
  if (json.size() <= kMaxKeyInLine) require(Document::parse(json, "j").json() == json);
  walk(*document, document->root());
  static_cast<void>(schema.check(*document));
  read_settings(*document, std::nullopt);
  edit(text);
  std::vector<Document> documents;
  documents.push_back(std::move(*document));
  const InventoryResult result = read_inventory(documents);
  require(result.inventory.has_value() == result.errors.empty());
  return 0;
}
