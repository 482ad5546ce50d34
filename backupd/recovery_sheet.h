// The *fiche de secours*: one page to print and keep in two places, with what a bare machine needs to get everything
// back (security-design.md section 2).
//
// It shows the recovery key as it stands in its file: locked by the passphrase, which another person keeps and which is
// never on the page. An unlocked key is shown only as a fingerprint: a page with a clear key is no page to print.
// Pure text in, text out.
#pragma once

#include <string>
#include <string_view>

#include "config/settings.h"
#include "service/estate/init_installation.h"

namespace coffre {

struct SheetFacts {
  const Settings& settings;
  const InitResult& made;
  std::string created;             // date for people
  std::string_view recovery_file;  // text of the recovery key's file
};

// Plain text, 80 columns, with a QR code in block characters when the key is locked.
std::string recovery_sheet_text(const SheetFacts& facts);
// A page of its own (A4), no script, no external reference, QR code as SVG.
std::string recovery_sheet_html(const SheetFacts& facts);

}  // namespace coffre
