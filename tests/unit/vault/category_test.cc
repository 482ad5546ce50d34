#include "vault/category.h"

#include <catch2/catch.hpp>
#include <string>

using namespace coffre;

TEST_CASE("each category has its stable text, and the exit code of the command line follows from it") {
  struct Row {
    Category category;
    const char* text;
    int exit;
  };
  const auto row = GENERATE(values<Row>({
      {Category::too_short, "E_SHORT", 5},
      {Category::magic, "E_MAGIC", 5},
      {Category::version, "E_VERSION", 5},
      {Category::suite, "E_SUITE", 5},
      {Category::field, "E_FIELD", 5},
      {Category::signer, "E_SIGNER", 4},
      {Category::header_signature, "E_HEADER_SIG", 5},
      {Category::end, "E_END", 5},
      {Category::size, "E_SIZE", 5},
      {Category::digest, "E_DIGEST", 5},
      {Category::file_signature, "E_FILE_SIG", 5},
      {Category::revoked, "E_REVOKED", 4},
      {Category::sidecar, "E_SIDECAR", 5},
      {Category::no_key, "E_NO_KEY", 6},
      {Category::unwrap, "E_UNWRAP", 5},
      {Category::commitment, "E_COMMIT", 5},
      {Category::authentication, "E_AUTH", 5},
      {Category::metadata, "E_META", 5},
      {Category::expectation, "E_EXPECT", 4},
      {Category::scope, "E_SCOPE", 6},
      {Category::length, "E_LENGTH", 5},
      {Category::padding, "E_PADDING", 5},
  }));
  CHECK(to_string(row.category) == row.text);
  CHECK(category_from_string(row.text) == row.category);
  const Error error = refusal(row.category);
  CHECK(error.category() == row.text);
  CHECK(exit_code(error.code()) == row.exit);
  CHECK_FALSE(error.reason().empty());
  CHECK_FALSE(error.hint().empty());
}

TEST_CASE("what failed inside the decryption cannot be told from the sentence") {
  const std::string unwrap = refusal(Category::unwrap).what();
  CHECK(unwrap == refusal(Category::commitment).what());
  CHECK(unwrap == refusal(Category::authentication).what());
}

TEST_CASE("a reader without any signer is told what it lacks, under the category of an unknown signer") {
  const Error error = no_signer_known();
  CHECK(error.category() == "E_SIGNER");
  CHECK(exit_code(error.code()) == 4);
  CHECK(error.reason() != refusal(Category::signer).reason());
  CHECK(error.hint().find("--signers FILE") != std::string::npos);
}

TEST_CASE("an unknown text is no category") {
  CHECK_FALSE(category_from_string("E_OTHER").has_value());
}
