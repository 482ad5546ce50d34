#include "drivers/definition_phrases.h"

#include "base/translate.h"

namespace coffre {

std::vector<std::string_view> definition_phrases() {
  return {
      tr_noop("Axis devices (AXIS OS 11.8 and newer, Device Configuration API)"),
      tr_noop("recorded dialogue with invented content, shaped like AXIS OS 12"),
      tr_noop("recorder-simulator"),
      tr_noop("recordings"),
      tr_noop("installed applications and their run state, the legacy users file, NTP settings of the old CGI (C1)"),
      tr_noop("values that AXIS OS marks as secret may be missing (vendor) or present (seen); expect to type passwords "
              "again"),
      tr_noop("Hikvision recorders and cameras (ISAPI)"),
      tr_noop("recorded dialogues with invented content, shaped like DS-7616NI-K2 and DS-2CD2386G2-IU"),
      tr_noop("recorder-simulator (plain and encrypted export, MD5 and SHA-256 digest)"),
      tr_noop("the device's admin log (ISAPI logSearch was not verified)"),
      tr_noop("settings that the vendor leaves out of its export file; the make does not say which"),
      tr_noop("Nx Witness and Nx Meta servers (5.0 and newer)"),
      tr_noop("recorded dialogues with invented content (API v1, v2, v4)"),
      tr_noop("recorder-simulator (API v1, v2, v4)"),
      tr_noop("licences that are bound to the server's hardware"),
      tr_noop("cloud users (their login needs OAuth2)"),
      tr_noop("ZoneMinder 1.36 (API 2.0)"),
      tr_noop("ZoneMinder 1.36.33 of Debian 12 (facts measured there; tests/integration/zoneminder runs it)"),
      tr_noop("recordings and events"),
      tr_noop("user passwords (the API never gives them, not even as hashes); they are set anew after a restore"),
      tr_noop("filters, monitor presets, montage layouts, zone presets and maps (they are in the database only)"),
      tr_noop("files outside the database, such as /etc/zm"),
  };
}

}  // namespace coffre
