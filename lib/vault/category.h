// Why a .bak or .rwk is refused: the stable categories of schemas/bak-format.md, "Reading order".
//
// The first check that fails decides; the order never changes. Tests, --json (`error.code`) and the journal show the
// text of to_string. Threads: values only.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"

namespace coffre {

enum class Category {
  too_short,         // E_SHORT       fewer bytes than the header promises
  magic,             // E_MAGIC       not a .bak, or changed by a text-mode transfer
  version,           // E_VERSION
  suite,             // E_SUITE
  field,             // E_FIELD       a header or stanza field outside its bounds
  signer,            // E_SIGNER      unknown signer, or outside its validity
  header_signature,  // E_HEADER_SIG
  end,               // E_END         the end mark is not at the end
  size,              // E_SIZE        a length that no payload can have
  digest,            // E_DIGEST      the bytes differ from the digest in the file
  file_signature,    // E_FILE_SIG
  revoked,           // E_REVOKED     signer revoked, and no anchor proves the file earlier
  sidecar,           // E_SIDECAR
  no_key,            // E_NO_KEY      no stanza for any of our keys
  unwrap,            // E_UNWRAP      \.
  commitment,        // E_COMMIT       > one common text for people: which one it was helps only an attacker
  authentication,    // E_AUTH        /
  metadata,          // E_META
  expectation,       // E_EXPECT      a good file, but not the one asked for
  scope,             // E_SCOPE       the key reads metadata only
  length,            // E_LENGTH      data length and padded length do not fit
  padding,           // E_PADDING
};

// "E_SHORT", "E_MAGIC", ...
std::string_view to_string(Category category);
std::optional<Category> category_from_string(std::string_view text);

// rule (exit 4) for E_SIGNER, E_REVOKED, E_EXPECT; no_key (exit 6) for E_NO_KEY, E_SCOPE; damaged (exit 5) otherwise.
ErrorCode error_code(Category category);

// The Error to throw: code, one sentence, what to do next, and with_category(to_string(category)). The caller that
// knows the file's name adds it with `.on(name)`.
Error refusal(Category category);

// The same E_SIGNER for a reader that knows no signer at all: it is the key file that lacks something, not the backup.
Error no_signer_known();

}  // namespace coffre
