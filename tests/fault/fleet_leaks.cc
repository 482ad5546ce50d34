// Fleet::leaks() and its like: where a text stands that must stand nowhere.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/bytes.h"
#include "base/text.h"
#include "fleet.h"

namespace coffre::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned kDigitBits = 6;
constexpr unsigned kByteBits = 8;
constexpr std::size_t kGroup = 3;

// The digits of base64 that depend on the text alone when it begins `offset` bytes into a group of three.
std::string inner_base64(std::string_view text, std::size_t offset) {
  std::string digits;
  unsigned value = 0;
  unsigned bits = 0;
  for (const char c : text) {
    value = value << kByteBits | static_cast<unsigned char>(c);
    bits += kByteBits;
    // The first byte after an offset shares its first digit with what stands before.
    if (digits.empty() && bits == kByteBits && offset != 0) bits -= offset == 1 ? 4U : 2U;
    while (bits >= kDigitBits) {
      bits -= kDigitBits;
      digits += kBase64[value >> bits & 0x3fU];
    }
    value &= (1U << bits) - 1U;
  }
  return digits;
}

std::string in_utf16(std::string_view text) {
  std::string wide;
  for (const char c : text) wide += {c, '\0'};
  return wide;
}

// As it is, and as a library or a database may have written it.
std::vector<std::string> forms_of(std::string_view text) {
  const std::string hex = to_hex(as_bytes(text));
  std::vector<std::string> forms{std::string(text), hex, to_upper_ascii(hex), in_utf16(text)};
  for (std::size_t offset = 0; offset < kGroup; ++offset) forms.push_back(inner_base64(text, offset));
  return forms;
}

bool holds(std::string_view bytes, const std::vector<std::string>& forms) {
  return std::any_of(forms.begin(), forms.end(),
                     [bytes](const std::string& form) { return bytes.find(form) != std::string_view::npos; });
}

}  // namespace

std::vector<std::string> Fleet::places_of(std::string_view text) const {
  const std::vector<std::string> forms = forms_of(text);
  std::vector<std::string> places;
  for (const fs::path& root : {dir_.path(), local_, cloud_}) {
    const bool elsewhere = root == dir_.path() || !root.string().starts_with(dir_.path().string() + "/");
    if (!elsewhere || !fs::exists(root)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (entry.is_regular_file() && holds(read_file(entry.path()), forms)) places.push_back(entry.path().string());
    }
  }
  if (holds(said_, forms)) places.emplace_back("output of a program");
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

std::vector<std::string> Fleet::leaks() const {
  std::vector<std::string> hits;
  for (const std::string_view secret : {kCanary, kSimulatorPassword}) {
    for (const std::string& place : places_of(secret)) hits.push_back(place + " holds \"" + std::string(secret) + "\"");
  }
  for (const auto& entry : fs::directory_iterator(scratch())) hits.push_back("left over: " + entry.path().string());
  return hits;
}

std::vector<fs::path> Fleet::identities() const {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(dir_ / "offline")) {
    const bool opens = read_file(entry.path()).find("coffre-identity x25519 full ") != std::string::npos;
    if (opens) files.push_back(entry.path());
  }
  if (files.empty()) throw std::runtime_error("no identity in " + (dir_ / "offline").string());
  return files;
}

std::string Fleet::export_password(const ListedBackup& backup) const {
  const TempDir target;  // not searched
  ChildOptions options =
      options_for("restore-cli", {"extract", backup.name, "--identity", identities().front().string(), "--to",
                                  (target / "parts").string(), "--to-unencrypted", "--reason", "test", "--json"});
  const ChildResult result = run_child(std::move(options));
  if (result.exit_code != 0) throw std::runtime_error("restore-cli extract: " + result.out + result.err);
  return nlohmann::json::parse(result.out).at("export_password").get<std::string>();
}

}  // namespace coffre::test
