#include "service/places.h"

#include <catch2/catch.hpp>

#include "service/installation.h"
#include "support/error_of.h"
#include "support/installation_fixture.h"

using namespace coffre;
using namespace coffre::test;

TEST_CASE("both places are what the configuration says, under the names that evidence uses") {
  const InstallationFixture fixture;
  const auto local = open_local(fixture.settings());
  CHECK(local->properties().name == kLocalReplica);
  CHECK(local->properties().location == "Paris, local technique");
  CHECK_FALSE(local->properties().concerns.empty());  // `encryption: none` stays visible
  const auto cloud = open_cloud(fixture.settings());
  CHECK(cloud->properties().name == kCloudReplica);
  CHECK(cloud->properties().location == "Lyon, hébergeur");
}

TEST_CASE("what an installation has put into a place is found there") {
  InstallationFixture fixture;
  const std::string name = fixture.proven_backup(kHall);
  const std::string path = BackupName::parse(name).value().path();
  CHECK(open_local(fixture.settings())->open(path) != nullptr);
  CHECK(open_cloud(fixture.settings())->open(path) != nullptr);
}

TEST_CASE("a volume that is not encrypted is refused unless the configuration allows it aloud") {
  const InstallationFixture fixture;
  if (open_local(fixture.settings())->verdict().encrypted) {
    WARN("not available: this machine's /var/tmp lies on an encrypted volume");
    return;
  }
  Settings strict = fixture.settings();
  strict.local.encryption = EncryptionDemand::required;
  const Error error = error_of([&] { static_cast<void>(open_local(strict)); });
  CHECK(error.code() == ErrorCode::rule);
}

TEST_CASE("a place that is not there is an error, and is not made up") {
  const InstallationFixture fixture;
  Settings moved = fixture.settings();
  moved.local.path = fixture.folder() / "nowhere";
  moved.cloud.directory = fixture.folder() / "nowhere else";
  CHECK_THROWS_AS(open_local(moved), Error);
  CHECK_THROWS_AS(open_cloud(moved), Error);
  CHECK_FALSE(std::filesystem::exists(moved.local.path));
  CHECK_FALSE(std::filesystem::exists(moved.cloud.directory));
}
