#include "service/places/places.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "base/sleeper.h"
#include "service/installation.h"
#include "simulators/scripted_store.h"
#include "support/error_of.h"
#include "support/installation_fixture.h"

using namespace coffre;
using namespace coffre::test;
using simulator::ScriptedStore;
using simulator::StoreAnswer;

namespace {

// The fixture's installation, with a bucket instead of the second place's directory.
struct WithBucket {
  explicit WithBucket(std::vector<StoreAnswer> answers) : store(std::move(answers)), settings(fixture.settings()) {
    const std::filesystem::path authority = fixture.folder() / "store.pem";
    std::ofstream(authority) << store.authority_pem();
    settings.cloud.directory.clear();
    settings.cloud.bucket = BucketSettings{.endpoint = store.url(),
                                           .region = "fr-test",
                                           .bucket = "bucket",
                                           .style = BucketStyle::path,
                                           .ca_file = authority,
                                           .writer = "bucket-writer",
                                           .deleter = "",
                                           .lock = BucketLock::compliance,
                                           .residency = {}};
  }
  [[nodiscard]] std::unique_ptr<Replica> open() {
    return open_cloud(settings, {.key =
                                     [&](const std::string& name) {
                                       asked.push_back(name);
                                       return S3Credentials{"ACCESSKEY", SecretString::copy_of("secret key")};
                                     },
                                 .means = {.clock = clock, .random = random, .sleeper = sleeper},
                                 .conditional_put = ConditionalPut::unknown});
  }

  InstallationFixture fixture;
  ScriptedStore store;
  Settings settings;
  std::vector<std::string> asked;
  SystemClock clock;
  SystemRandom random;
  SystemSleeper sleeper;
};

}  // namespace

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

TEST_CASE("a configured bucket is the second place, opened with the key of its writer") {
  WithBucket bench({simulator::versioning_enabled(), simulator::lock_enabled()});
  const auto cloud = bench.open();
  CHECK(bench.asked == std::vector<std::string>{"bucket-writer"});
  CHECK(cloud->properties().name == kCloudReplica);
  CHECK(cloud->properties().location == "Lyon, hébergeur");
  CHECK(cloud->properties().kind == ReplicaKind::bucket);
  CHECK(cloud->properties().locks);
  const std::string authorization = bench.store.requests().front().header("authorization");
  CHECK(authorization.find("Credential=ACCESSKEY/") != std::string::npos);
  CHECK(authorization.find("/fr-test/s3/") != std::string::npos);
}

TEST_CASE("a bucket without a key to open it with is a mistake of the command, and nothing is asked") {
  WithBucket bench({});
  CHECK(error_of([&] { static_cast<void>(open_cloud(bench.settings)); }).code() == ErrorCode::usage);
  CHECK(bench.store.seen().empty());
}

TEST_CASE("what the configuration asks of the lock is what the place says of itself") {
  const auto [lock, locks, word] = GENERATE(table<BucketLock, bool, std::string>(
      {{BucketLock::none, false, "lock: none"}, {BucketLock::governance, true, "lock: governance"}}));
  WithBucket bench({simulator::versioning_enabled(), simulator::lock_enabled()});
  bench.settings.cloud.bucket->lock = lock;
  const auto cloud = bench.open();
  CHECK(cloud->properties().locks == locks);
  REQUIRE(cloud->properties().concerns.size() == 1);
  CHECK(cloud->properties().concerns[0].find(word) != std::string::npos);
}
