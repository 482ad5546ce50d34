// Expiry from a real bucket with the programs, months ahead; the gateway's clock goes with theirs.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "integration/s3/at_work.h"

using namespace coffre;
using namespace coffre::test;
using Catch::Contains;

namespace {

using Days = std::chrono::days;

// Of one device: its month's first backup, a weekly one whose three months are over, and one of that day that takes its
// place. Announced 95 days from now, and the delay of 14 days is over.
class Aged {
 public:
  Aged() {
    coffre.let_the_deleter_in();
    coffre.use_the_bucket();
    coffre.must({"backupd", "run", "--all"});
    coffre.must({"backupd", "run", "--all"});
    go_to(Days{95});
    coffre.verify();  // a person tries the keys now and then
    coffre.must({"backupd", "run", "--all"});
    names = coffre.names();
    REQUIRE(names.size() == 3);
    const ChildResult announced = coffre.ask({"restore-cli", "expire", "--announce"});
    INFO(announced.out << announced.err);
    REQUIRE(announced.exit_code == 0);
    CHECK_THAT(announced.out, Contains(old()) && !Contains(names[0]) && !Contains(names[2]));
  }
  [[nodiscard]] const std::string& old() const { return names[1]; }
  // Programs, store and this process.
  void go_to(Days days) {
    coffre.set_clock_ahead(days);
    peer.command("kill-gateway");
    peer.command(fmt::format("start-gateway {}", Seconds(days).count()));
  }
  ChildResult execute() { return coffre.ask({"restore-cli", "expire", "--execute"}); }
  [[nodiscard]] bool has_local(const std::string& name) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(coffre.folder() / "server" / "local")) {
      if (entry.path().filename() == name) return true;
    }
    return false;
  }
  // What lies in the bucket under that name, delete markers too.
  [[nodiscard]] std::vector<S3Entry> versions(const std::string& name) const {
    std::vector<S3Entry> found;
    for (const S3Entry& entry : backups_in(coffre.client())) {
      if (entry.key.ends_with("/" + name)) found.push_back(entry);
    }
    return found;
  }
  void check_nothing_went() {
    for (const std::string& name : names) {
      CAPTURE(name);
      CHECK(has_local(name));
      CHECK_FALSE(versions(name).empty());
    }
    CHECK(coffre.names() == names);
    CHECK(coffre.journal("expire").empty());
  }
  void check_only_the_old_one_is_gone() {
    CHECK_FALSE(has_local(old()));
    CHECK(versions(old()).empty());
    CHECK(coffre.names() == std::vector<std::string>{names[0], names[2]});
    for (const std::string& name : coffre.names()) {
      CHECK(has_local(name));
      CHECK(versions(name).size() == 1);
    }
    const std::vector<std::string> rows = coffre.journal("expire");
    REQUIRE(rows.size() == 2);
    CHECK_THAT(rows[0], Contains(old() + " done ") && Contains("replica=cloud"));
    CHECK_THAT(rows[1], Contains(old() + " done ") && Contains("replica=local"));
    CHECK(coffre.anomalies() == std::vector<std::string>{});
  }

  Gateway& peer = gateway();
  TimeAgain at_the_end;
  AtWork coffre{peer};
  std::vector<std::string> names;  // oldest first
};

}  // namespace

TEST_CASE("An expired backup under lock waits for its date and says so; then all that lies under its name goes") {
  Aged aged;
  AtWork& coffre = aged.coffre;
  coffre.store_key("bucket-deleter", deleter_key());
  const S3Entry stored = aged.versions(aged.old()).at(0);
  CHECK(coffre.client().head(stored.key, stored.version)->lock.until < coffre.now());
  // Somebody has locked it for longer, overwritten it, and deleted it for all who do not look at versions.
  const Instant until = coffre.now() + Days{17};
  coffre.client().set_retention(stored.key, stored.version, {S3LockMode::compliance, until});
  const MemoryReader other(as_bytes("something else"));
  REQUIRE(coffre.client().put({stored.key, other, upload_digests(other)}).has_value());
  coffre.client(deleter_key()).remove(stored.key, "");
  REQUIRE(aged.versions(aged.old()).size() == 3);

  aged.go_to(Days{110});
  const ChildResult waits = aged.execute();
  INFO(waits.out << waits.err);
  CHECK(waits.exit_code == 0);
  CHECK_THAT(waits.out, Contains(aged.old() + "  waits: under lock until " + to_rfc3339(until).substr(0, 10)));
  CHECK(aged.versions(aged.old()).size() == 3);
  aged.check_nothing_went();
  CHECK(coffre.anomalies() == std::vector<std::string>{});

  aged.go_to(Days{113});
  const ChildResult goes = aged.execute();
  INFO(goes.out << goes.err);
  CHECK(goes.exit_code == 0);
  CHECK_THAT(goes.out, Contains(aged.old() + "  removed"));
  aged.check_only_the_old_one_is_gone();

  const ChildResult run = coffre.ask({"backupd", "run", "--all"});  // its number is no gap
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK(coffre.anomalies() == std::vector<std::string>{});
}

TEST_CASE("Without a deleter that may delete nothing goes from a bucket, and each refusal names its remedy") {
  Aged aged;
  AtWork& coffre = aged.coffre;
  aged.go_to(Days{110});
  const auto refuses = [&](int exit_code, const std::string& cause, const std::string& remedy) {
    const ChildResult refused = aged.execute();
    INFO(refused.out << refused.err);
    CHECK(refused.exit_code == exit_code);
    CHECK_THAT(refused.err, Contains(cause) && Contains(remedy));
    CHECK(std::count(refused.err.begin(), refused.err.end(), '\n') == 1);
    CHECK_THAT(refused.err, !Contains("-secret-"));
    aged.check_nothing_went();
  };
  const std::string line = "      deleter: bucket-deleter\n";
  coffre.configure(line, "");
  refuses(2, "the configuration names no `deleter`", "replicas.cloud.s3.deleter");
  coffre.configure("      writer: bucket-writer\n", "      writer: bucket-writer\n" + line);
  refuses(2, "there is no credential \"bucket-deleter\"", "backupd secret set bucket-deleter --user ACCESS-KEY");
  // The writer's own: it may do everything else.
  coffre.store_key("bucket-deleter", writer_key());
  refuses(3, aged.old() + ": ", "must be allowed to delete versions (DeleteObjectVersion): see `deleter`");
  // A key that does not even see the bucket.
  coffre.store_key("bucket-deleter", other_key());
  refuses(7, "this access key lacks the right (403 AccessDenied)", "Check the rights of the access key on the bucket");
  CHECK(coffre.anomalies() == std::vector<std::string>{});

  coffre.store_key("bucket-deleter", deleter_key());
  const ChildResult goes = aged.execute();
  INFO(goes.out << goes.err);
  CHECK(goes.exit_code == 0);
  aged.check_only_the_old_one_is_gone();
}
