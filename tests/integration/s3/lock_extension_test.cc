// A tier that grew carries the locks of the copies in a real bucket on, by the nightly run alone.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "integration/s3/at_work.h"
#include "support/print_instant.h"

using namespace coffre;
using namespace coffre::test;
using Catch::Contains;

namespace {

using Days = std::chrono::days;

void put_policy(const AtWork& coffre, const std::string& action) {
  const std::string body = fmt::format(
      R"({{"Version": "2012-10-17", "Statement": [{{"Effect": "Deny", "Action": ["{}"],
           "Principal": {{"AWS": ["arn:aws:iam:::user/writer"]}}, "Resource": ["arn:aws:s3:::{}/*"]}}]}})",
      action, coffre.bucket().bucket);
  const S3Client client = coffre.client();
  const S3Answer answer = client.wire().send({.method = "PUT", .query = {{"policy", ""}}, .body = body});
  REQUIRE(answer.status / 100 == 2);
}

}  // namespace

TEST_CASE("A tier that grew: the lock in the real bucket is carried on and read back, once, and never shortened") {
  AtWork coffre(gateway());
  coffre.let_the_deleter_in();
  coffre.use_the_bucket();
  coffre.must({"backupd", "run", "--all"});
  coffre.must({"backupd", "run", "--all"});
  const S3Client client = coffre.client();
  const auto lock_of_weekly = [&] {
    const std::string name = coffre.names().at(1);
    for (const S3Entry& entry : backups_in(client)) {
      if (entry.key.ends_with("/" + name)) return client.retention(entry.key, entry.version)->until;
    }
    return Instant{};
  };
  const Instant three_months = lock_of_weekly();
  CHECK(three_months > coffre.now() + Days{85});
  CHECK(three_months < coffre.now() + Days{95});

  coffre.configure("# retention:\n", "retention: {hebdo_months: 8}\n# retention:\n");
  SECTION("the store takes it") {
    coffre.must({"backupd", "run"});
    const Instant eight_months = lock_of_weekly();
    CHECK(eight_months > coffre.now() + Days{240});
    CHECK(backups_in(client).size() == 2);  // the same version
    CHECK(coffre.journal("extend_locks") == std::vector<std::string>{"cloud done extended=1 failed=0"});
    CHECK(coffre.anomalies() == std::vector<std::string>{});

    coffre.must({"backupd", "run"});
    coffre.configure("{hebdo_months: 8}", "{hebdo_months: 4}");
    coffre.must({"backupd", "run"});
    CHECK(coffre.journal("extend_locks").size() == 1);  // nothing was asked of the store any more
    CHECK(lock_of_weekly() == eight_months);
  }
  SECTION("the key lacks the right: said, on record, and done by the run after it has it") {
    put_policy(coffre, "s3:PutObjectRetention");
    const ChildResult refused = coffre.ask({"backupd", "run"});
    INFO(refused.out << refused.err);
    CHECK(refused.exit_code == 3);
    CHECK_THAT(refused.err, Contains(coffre.names().at(1)) && Contains("this access key lacks the right") &&
                                Contains("Check the rights of the access key on the bucket"));
    CHECK(coffre.anomalies() == std::vector<std::string>{"replica_unavailable cloud"});
    CHECK(lock_of_weekly() == three_months);

    put_policy(coffre, "s3:DeleteObjectVersion");
    coffre.must({"backupd", "run"});
    CHECK(lock_of_weekly() > coffre.now() + Days{240});
    CHECK(coffre.anomalies() == std::vector<std::string>{});
  }
}
