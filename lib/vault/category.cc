#include "vault/category.h"

#include <array>

#include "base/translate.h"

namespace coffre {
namespace {

struct Row {
  Category category;
  std::string_view text;
  ErrorCode code;
};

constexpr std::array<Row, 22> kRows = {{
    {Category::too_short, "E_SHORT", ErrorCode::damaged},
    {Category::magic, "E_MAGIC", ErrorCode::damaged},
    {Category::version, "E_VERSION", ErrorCode::damaged},
    {Category::suite, "E_SUITE", ErrorCode::damaged},
    {Category::field, "E_FIELD", ErrorCode::damaged},
    {Category::signer, "E_SIGNER", ErrorCode::rule},
    {Category::header_signature, "E_HEADER_SIG", ErrorCode::damaged},
    {Category::end, "E_END", ErrorCode::damaged},
    {Category::size, "E_SIZE", ErrorCode::damaged},
    {Category::digest, "E_DIGEST", ErrorCode::damaged},
    {Category::file_signature, "E_FILE_SIG", ErrorCode::damaged},
    {Category::revoked, "E_REVOKED", ErrorCode::rule},
    {Category::sidecar, "E_SIDECAR", ErrorCode::damaged},
    {Category::no_key, "E_NO_KEY", ErrorCode::no_key},
    {Category::unwrap, "E_UNWRAP", ErrorCode::damaged},
    {Category::commitment, "E_COMMIT", ErrorCode::damaged},
    {Category::authentication, "E_AUTH", ErrorCode::damaged},
    {Category::metadata, "E_META", ErrorCode::damaged},
    {Category::expectation, "E_EXPECT", ErrorCode::rule},
    {Category::scope, "E_SCOPE", ErrorCode::no_key},
    {Category::length, "E_LENGTH", ErrorCode::damaged},
    {Category::padding, "E_PADDING", ErrorCode::damaged},
}};

struct Explanation {
  const char* reason;
  const char* hint;
};

Explanation explain(Category category) {
  const char* const other_copy = tr("Take the copy from the other replica");
  switch (category) {
    case Category::too_short:
      return {tr("the file is cut short"), other_copy};
    case Category::magic:
      return {tr("this is not a .bak file, or a transfer in text mode changed it"), other_copy};
    case Category::version:
      return {tr("the file has an unknown format version"), tr("Use a newer version of Coffre")};
    case Category::suite:
      return {tr("the file uses unknown algorithms"), tr("Use a newer version of Coffre")};
    case Category::field:
      return {tr("the file's header holds an impossible value"), other_copy};
    case Category::signer:
      return {tr("the file is not signed by a known signer, or outside the signer's validity"),
              tr("Check where the file comes from, or give the list of signers with --signers")};
    case Category::header_signature:
      return {tr("the signature of the header is wrong"), other_copy};
    case Category::end:
      return {tr("the file is truncated, or something follows its end"), other_copy};
    case Category::size:
      return {tr("the file has a length that no complete backup has"), other_copy};
    case Category::digest:
      return {tr("the file's bytes differ from its digest"), other_copy};
    case Category::file_signature:
      return {tr("the signature of the file is wrong"), other_copy};
    case Category::revoked:
      return {tr("the signer was revoked, and no anchor proves that the file is older"),
              tr("Use another backup, or a copy of the anchors and a key that opens them")};
    case Category::sidecar:
      return {tr("the .rwk file beside the backup does not belong to it"), tr("Try without it, or with an older one")};
    case Category::no_key:
      return {tr("the file is not sealed to any of the keys given"),
              tr("Bring the right key file; show names the keys that open the backup")};
    case Category::unwrap:
    case Category::commitment:
    case Category::authentication:
      return {tr("the content is not genuine, or the key is not the right one"), other_copy};
    case Category::metadata:
      return {tr("the file's description is not in the agreed form"), other_copy};
    case Category::expectation:
      return {tr("the file is genuine, but not the one that was asked for"),
              tr("Somebody put it in another's place: look for the right one in the other replica")};
    case Category::scope:
      return {tr("this key reads the description only, not the content"), tr("Bring a restore, test or recovery key")};
    case Category::length:
      return {tr("the length inside does not fit the file"), other_copy};
    case Category::padding:
      return {tr("the filling after the content is not empty"), other_copy};
  }
  return {"", ""};
}

const Row& row_of(Category category) {
  for (const Row& row : kRows) {
    if (row.category == category) return row;
  }
  return kRows.front();
}

}  // namespace

std::string_view to_string(Category category) {
  return row_of(category).text;
}

std::optional<Category> category_from_string(std::string_view text) {
  for (const Row& row : kRows) {
    if (row.text == text) return row.category;
  }
  return std::nullopt;
}

ErrorCode error_code(Category category) {
  return row_of(category).code;
}

Error refusal(Category category) {
  const Row& row = row_of(category);
  const Explanation explanation = explain(category);
  Error error(row.code, tr("opening the backup"), explanation.reason, explanation.hint);
  error.with_category(row.text);
  return error;
}

Error no_signer_known() {
  const Row& row = row_of(Category::signer);
  Error error(row.code, tr("opening the backup"),
              tr("no signer is known: none of the key files given has a coffre-signer line"),
              tr("Copy the coffre-root and coffre-signer lines of another key file, or of the printed sheet, into the "
                 "key file; or give them with --signers FILE"));
  error.with_category(row.text);
  return error;
}

}  // namespace coffre
