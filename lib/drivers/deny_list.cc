#include "drivers/deny_list.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace coffre {
namespace {

// Sources: vendor-apis.md 18.18 and the import, reboot and update calls of its chapters 2 to 16. Lower case.
constexpr auto kDenied = std::to_array<std::string_view>({
    "factoryreset",             // Hikvision, Hanwha, Uniview
    "factorydefault",           // Axis
    "setsystemfactorydefault",  // ONVIF
    "hardfactory",              // Axis
    "action=restore",           // Dahua: back to factory state
    "configrestore",            // Hanwha
    "restoredatabase",          // Nx up to 4.2
    "$import",                  // Axis
    "startsystemrestore",       // ONVIF
    "restoresystem",            // ONVIF
    "reboot",
    "restart",
    "shutdown",
    "firmwaremanagement",  // Axis: reboot, factory default, update
    "firmwareupgrade",
    "updatefirmware",
    "upgradefirmware",
    "action=set",     // Dahua setConfig, Vivotek
    "action=remove",  // Axis, Dahua, Hanwha
    "action=update",  // Axis param.cgi, Hanwha
    "action=add",
    "action=delete",
    "upload_backup",  // Vivotek
    "/delete/",       // ZoneMinder
    "/edit/",         // ZoneMinder
    "/add.json",      // ZoneMinder
    "states/change",  // ZoneMinder
    "hdd/format",     // Hikvision: /Storage/hdd/<id>/format
    "/format",
    "storage/format",
    "/activate",  // Hikvision: sets the first password
});
constexpr int kMostEncodings = 4;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// One round of percent-decoding; the text is lower case.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (!escape) {
      out.push_back(text[i] == '\\' ? '/' : text[i]);
      continue;
    }
    out.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
    i += 2;
  }
  return to_lower_ascii(out);
}

}  // namespace

std::string denied_word(std::string_view path_or_body) {
  std::string text = to_lower_ascii(path_or_body);
  for (int round = 0; round < kMostEncodings; ++round) {
    const std::string next = decoded(text);
    if (next == text) break;
    text = next;
  }
  const auto* found = std::find_if(kDenied.begin(), kDenied.end(),
                                   [&text](std::string_view word) { return text.find(word) != std::string::npos; });
  return found == kDenied.end() ? std::string() : std::string(*found);
}

}  // namespace coffre
