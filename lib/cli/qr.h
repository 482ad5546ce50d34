// QR codes for printed documents (libqrencode): byte mode, error correction level M, version chosen by length.
//
// A text longer than kLongestQrText throws Error(usage). The library's own memory is not wiped: print a secret only
// locked by its passphrase.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace coffre::cli {

inline constexpr std::size_t kLongestQrText = 2331;  // bytes: version 40, level M (ISO/IEC 18004 table 7)

// A standalone <svg> element, 1 unit a module, quiet zone of 4 modules included; no script, no external reference.
// `title` is its accessible name.
std::string qr_svg(std::string_view text, std::string_view title);

// Half-block characters, two modules a line, quiet zone included: dark modules are blanks, so that it can be scanned
// from a dark terminal; lines end in '\n'.
std::string qr_blocks(std::string_view text);

}  // namespace coffre::cli
