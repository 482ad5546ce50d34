#include "service/places/store_credentials.h"

#include <catch2/catch.hpp>

#include "catalog/credentials.h"
#include "service/keys/secrets.h"
#include "support/error_of.h"
#include "support/installation_fixture.h"

using namespace coffre;
using namespace coffre::test;

namespace {

Error error_for(InstallationFixture& fixture, const std::string& name) {
  return error_of([&] { static_cast<void>(store_credentials(fixture.at().catalog, fixture.at().keys->kek, name)); });
}

}  // namespace

TEST_CASE("the bucket's key is the credential that a person stored: user and password") {
  InstallationFixture fixture;
  set_secret(fixture.at(), "bucket-writer", "ACCESSKEY", SecretString::copy_of("secret key"));
  const S3Credentials key = store_credentials(fixture.at().catalog, fixture.at().keys->kek, "bucket-writer");
  CHECK(key.access_key == "ACCESSKEY");
  CHECK(key.secret_key.reveal_text() == "secret key");
}

TEST_CASE("a key that nobody has stored yet is named with the command that stores it") {
  InstallationFixture fixture;
  const Error error = error_for(fixture, "bucket-writer");
  CHECK(error.code() == ErrorCode::usage);
  CHECK(error.hint().find("backupd secret set bucket-writer --user ACCESS-KEY") != std::string::npos);
}

TEST_CASE("a credential that a device refused is not tried on the bucket") {
  InstallationFixture fixture;
  set_secret(fixture.at(), "shared", "ACCESSKEY", SecretString::copy_of("secret key"));
  fixture.at().catalog.write([&](Session& session) {
    REQUIRE(stop_credential(session, "shared", fixture.clock().now(), std::string(kHall), "refused"));
  });
  CHECK(error_for(fixture, "shared").code() == ErrorCode::locked_out);
}
