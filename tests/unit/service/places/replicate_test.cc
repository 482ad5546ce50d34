#include "service/places/replicate.h"

#include <filesystem>

#include "catalog/anomalies.h"
#include "service/places/stored_copy.h"
#include "service/reading/conclude.h"
#include "unit/service/catalog_samples.h"
#include "unit/service/opening_samples.h"

using namespace coffre;
using namespace coffre::test;

namespace {

// One device with a proven backup (a first one wants both places) and then one that lies on the local volume only.
struct Bench {
  Bench() {
    first = fixture.proven_backup(kHall);
    row = backup_row(fixture, one_place_only());
    matters_before = open_matters(fixture);
  }
  std::string one_place_only() {
    cloud().fail_all(ErrorCode::unreachable);
    const BackupOutcome outcome = fixture.back_up(kHall);
    cloud().heal();
    REQUIRE_FALSE(outcome.name.empty());
    REQUIRE_FALSE(std::filesystem::exists(fixture.cloud_file(outcome.name)));
    return outcome.name;
  }
  FaultyReplica& cloud() { return fixture.faulty_cloud(); }
  Proof replicate_it() { return replicate(fixture.at(), row).proof; }
  std::filesystem::path local_file() { return fixture.local() / object_path(row); }
  std::filesystem::path cloud_file() { return fixture.cloud() / object_path(row); }
  std::vector<std::string> evidence() { return evidence_words(fixture, row); }
  std::string copy_state(std::string_view replica) {
    std::string state = "none";
    fixture.at().catalog.read([&](Session& session) {
      for (const CopyRow& copy : copies_of(session, row.digest)) {
        if (copy.replica == replica) state = copy.state;
      }
    });
    return state;
  }
  // What the cloud was asked since, without what came before.
  std::vector<std::string> calls_since(std::size_t before) {
    return {cloud().calls().begin() + static_cast<std::ptrdiff_t>(before), cloud().calls().end()};
  }

  InstallationFixture fixture;
  std::string first;
  BackupRow row;
  std::vector<std::string> matters_before;
};

const std::vector<std::string> kByRun = {"collected", "sealed", "opened:run", "understood:inspect"};

std::vector<std::string> by_run_and(const std::vector<std::string>& more) {
  std::vector<std::string> words = kByRun;
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("a backup is put into the second place, read back from both, and so becomes proven") {
  Bench bench;
  REQUIRE(bench.evidence() == kByRun);
  const std::size_t before = bench.cloud().calls().size();
  const Proof proof = bench.replicate_it();
  CHECK(proof.level == ProofLevel::understood);
  CHECK(bench.evidence() == by_run_and({"replicated:local", "replicated:cloud"}));
  CHECK(bench.copy_state("local") == "good");
  CHECK(bench.copy_state("cloud") == "good");
  CHECK(read_file(bench.local_file()) == read_file(bench.cloud_file()));
  const std::string path = object_path(bench.row);
  CHECK(bench.calls_since(before) == std::vector<std::string>{"put_if_absent " + path, "open " + path});

  const JournalEntry entry = journal_of(bench.fixture, "replicate").back();
  CHECK(entry.subject == bench.row.name);
  CHECK(entry.result == "done");
  CHECK(entry.detail == std::map<std::string, std::string>{{"cloud", "good"}, {"local", "good"}, {"proof", "4"}});
}

TEST_CASE("the second place's matter is open from the first failure until it took and gave back an object") {
  Bench bench;
  CHECK(bench.matters_before == std::vector<std::string>{matter(AnomalyCode::replica_missing, kHall),
                                                         matter(AnomalyCode::replica_unavailable, "cloud")});
  bench.replicate_it();
  CHECK(open_matters(bench.fixture).empty());
  CHECK(anomaly_of(bench.fixture, AnomalyCode::replica_unavailable, "cloud")->closed_by ==
        "it took and gave back an object");
}

TEST_CASE("replicating again puts nothing a second time, reads both again and says so") {
  Bench bench;
  bench.replicate_it();
  const std::string content = read_file(bench.cloud_file());
  const auto written = std::filesystem::last_write_time(bench.cloud_file());
  CHECK(bench.replicate_it().level == ProofLevel::understood);
  CHECK(read_file(bench.cloud_file()) == content);
  CHECK(std::filesystem::last_write_time(bench.cloud_file()) == written);
  CHECK(bench.evidence() ==
        by_run_and({"replicated:local", "replicated:cloud", "replicated:local", "replicated:cloud"}));
}

TEST_CASE("a second place that fails: the error is passed on, the matter opened, and nothing else is on record") {
  Bench bench;
  bench.replicate_it();
  REQUIRE(open_matters(bench.fixture).empty());
  const auto evidence = bench.evidence();
  const std::size_t entries = journal_of(bench.fixture, "replicate").size();
  const ErrorCode code = GENERATE(ErrorCode::unreachable, ErrorCode::refused, ErrorCode::io, ErrorCode::no_space);
  const std::size_t call = GENERATE(1U, 2U);  // put, open
  CAPTURE(to_string(code), call);
  bench.cloud().fail_call(call, code, FaultMoment::before);
  CHECK(error_of([&] { bench.replicate_it(); }).code() == code);
  CHECK(open_matters(bench.fixture) == std::vector<std::string>{matter(AnomalyCode::replica_unavailable, "cloud")});
  CHECK(bench.evidence() == evidence);
  CHECK(bench.copy_state("cloud") == "good");  // what is not answered says nothing about the copy
  CHECK(journal_of(bench.fixture, "replicate").size() == entries);
}

TEST_CASE("our own mistake is no matter of the second place's") {
  Bench bench;
  bench.replicate_it();
  bench.cloud().fail_call(1, ErrorCode::internal, FaultMoment::before);
  CHECK(error_of([&] { bench.replicate_it(); }).code() == ErrorCode::internal);
  CHECK(open_matters(bench.fixture).empty());
}

TEST_CASE("whichever call fails, before or after the store did it, the next replication finishes the work") {
  const FaultMoment moment = GENERATE(FaultMoment::before, FaultMoment::after);
  bool failed = true;
  for (std::size_t call = 1; failed; ++call) {
    CAPTURE(call);
    REQUIRE(call < 10);
    Bench bench;
    bench.cloud().fail_call(call, ErrorCode::unreachable, moment);
    failed = false;
    try {
      bench.replicate_it();
    } catch (const Error&) {
      failed = true;
      CHECK(bench.evidence() == kByRun);
    }
    bench.cloud().heal();
    CHECK(bench.replicate_it().level == ProofLevel::understood);
    CHECK(read_file(bench.local_file()) == read_file(bench.cloud_file()));
    CHECK(open_matters(bench.fixture).empty());
  }
}

TEST_CASE("a damaged copy is kept aside and comes back from the other place; its matter was open in between") {
  Bench bench;
  bench.replicate_it();
  const std::string content = read_file(bench.local_file());
  const auto evidence = bench.evidence();
  const std::string bad = GENERATE("local", "cloud");
  CAPTURE(bad);
  const auto file = bench.fixture.folder() / bad / object_path(bench.row);
  damage(file, content.size() / 2);
  const std::string damaged = read_file(file);

  const Replication healed = replicate(bench.fixture.at(), bench.row);
  CHECK(healed.in_both());
  CHECK(healed.repaired == std::vector<std::string>{bad});
  const std::string aside = std::string(kQuarantineFolder) + "/" + object_path(bench.row) + ".1";
  CHECK(healed.kept_aside == std::vector<std::string>{bad + ": " + aside});
  CHECK(read_file(file) == content);
  CHECK(read_file(bench.fixture.folder() / bad / aside) == damaged);
  CHECK(bench.evidence().size() == evidence.size() + 2);
  CHECK(open_matters(bench.fixture).empty());
  std::vector<Anomaly> all;
  bench.fixture.at().catalog.read([&](Session& session) { all = all_anomalies(session); });
  CHECK(std::ranges::count(all, AnomalyCode::replica_damaged, &Anomaly::code) == 1);
  const JournalEntry entry = journal_of(bench.fixture, "replicate").back();
  CHECK(entry.result == "done");
  CHECK(entry.detail.at("repaired") == bad);
  CHECK(entry.detail.at("kept_aside") == bad + ": " + aside);
}

TEST_CASE("a damaged copy in a place that cannot keep it aside gives no evidence; the other one counts") {
  Bench bench;
  bench.replicate_it();
  const std::string content = read_file(bench.cloud_file());
  auto expected = bench.evidence();
  damage(bench.cloud_file(), content.size() / 2);
  const std::string damaged = read_file(bench.cloud_file());
  bench.cloud().fail_call(4, ErrorCode::unsupported, FaultMoment::before);  // put, open, open_others, repair

  const Replication healed = replicate(bench.fixture.at(), bench.row);
  CHECK(healed.repaired.empty());
  CHECK(read_file(bench.cloud_file()) == damaged);
  CHECK(bench.copy_state("cloud") == "damaged");
  CHECK(bench.copy_state("local") == "good");
  expected.emplace_back("replicated:local");
  CHECK(bench.evidence() == expected);
  std::vector<std::string> matters = {matter(AnomalyCode::replica_damaged, "cloud: " + bench.row.name),
                                      matter(AnomalyCode::replica_missing, kHall)};
  std::ranges::sort(matters);
  CHECK(open_matters(bench.fixture) == matters);
  const JournalEntry entry = journal_of(bench.fixture, "replicate").back();
  CHECK(entry.result == "failed");
  CHECK(entry.detail.at("cloud") == "damaged");

  write_file(bench.cloud_file(), content);
  bench.replicate_it();
  CHECK(open_matters(bench.fixture).empty());
}

TEST_CASE("a backup that is bad in both places is lost, until a copy is found or the security manager concludes") {
  Bench bench;
  bench.replicate_it();
  const std::string content = read_file(bench.local_file());
  damage(bench.local_file(), content.size() / 2);
  std::filesystem::remove(bench.cloud_file());
  bench.replicate_it();
  const auto is_lost = [&] {
    const std::vector<std::string> open = open_matters(bench.fixture);
    return std::ranges::count(open, matter(AnomalyCode::backup_lost, bench.row.name)) == 1;
  };
  CHECK(is_lost());
  CHECK(read_file(bench.local_file()) != content);  // what is left is left as it is
  SECTION("a copy is found") {
    write_file(bench.cloud_file(), content);
    CHECK(replicate(bench.fixture.at(), bench.row).in_both());
    CHECK(open_matters(bench.fixture).empty());
  }
  SECTION("concluded: the same loss does not open again, another one would") {
    std::vector<Anomaly> open;
    bench.fixture.at().catalog.read([&](Session& session) { open = open_anomalies(session); });
    const auto lost = std::ranges::find(open, AnomalyCode::backup_lost, &Anomaly::code);
    REQUIRE(lost != open.end());
    conclude_anomaly(bench.fixture.at(), *lost, "T-1", "both disks of one batch");
    bench.replicate_it();
    CHECK_FALSE(is_lost());
    std::filesystem::remove(bench.local_file());
    bench.replicate_it();
    CHECK(is_lost());
  }
}

TEST_CASE("a copy that the local volume lost comes back from the second place, once that one was read whole") {
  Bench bench;
  bench.replicate_it();
  const std::string content = read_file(bench.local_file());
  std::filesystem::remove(bench.local_file());
  SECTION("it does") {
    CHECK(bench.replicate_it().level == ProofLevel::understood);
    CHECK(read_file(bench.local_file()) == content);
    CHECK(open_matters(bench.fixture).empty());
  }
  SECTION("a damaged one is not carried over") {
    damage(bench.cloud_file(), content.size() / 2);
    bench.replicate_it();
    CHECK_FALSE(std::filesystem::exists(bench.local_file()));
    CHECK(bench.copy_state("local") == "missing");
    CHECK(bench.copy_state("cloud") == "damaged");
  }
}

TEST_CASE("an object that vanished from the second place is put there again") {
  Bench bench;
  bench.replicate_it();
  std::filesystem::remove(bench.cloud_file());
  CHECK(bench.replicate_it().level == ProofLevel::understood);
  CHECK(read_file(bench.local_file()) == read_file(bench.cloud_file()));
}

TEST_CASE("a local file that is damaged or gone is not carried into the second place, whose name stays free") {
  Bench bench;
  const std::string content = read_file(bench.local_file());
  std::string state;
  SECTION("damaged") {
    damage(bench.local_file(), content.size() / 2);
    state = "damaged";
  }
  SECTION("cut") {
    std::filesystem::resize_file(bench.local_file(), content.size() / 2);
    state = "damaged";
  }
  SECTION("gone") {
    std::filesystem::remove(bench.local_file());
    state = "missing";
  }
  CHECK(bench.replicate_it().level == ProofLevel::sealed);
  CHECK_FALSE(std::filesystem::exists(bench.cloud_file()));
  CHECK(bench.copy_state("local") == state);
  CHECK(bench.copy_state("cloud") == "missing");
  CHECK(bench.evidence() == kByRun);
  CHECK(journal_of(bench.fixture, "replicate").back().result == "failed");

  // Somebody finds the good file, on an image of the volume say.
  write_file(bench.local_file(), content);
  CHECK(bench.replicate_it().level == ProofLevel::understood);
  CHECK(open_matters(bench.fixture).empty());
}

TEST_CASE("another object under the name in the second place proves nothing, and is kept aside for the right one") {
  Bench bench;
  std::string other;
  SECTION("garbage") {
    other = std::string(5000, 'x');
  }
  SECTION("another backup of ours") {
    other = read_file(bench.fixture.local_file(bench.first));
  }
  SECTION("another installation's, well signed, by nobody we know") {
    InstallationFixture stranger;
    other = read_file(stranger.local_file(stranger.proven_backup(kHall)));
  }
  write_file(bench.cloud_file(), other);
  const Replication healed = replicate(bench.fixture.at(), bench.row);
  CHECK(healed.proof.level == ProofLevel::understood);
  CHECK(read_file(bench.cloud_file()) == read_file(bench.local_file()));
  const auto aside = bench.fixture.cloud() / kQuarantineFolder / (object_path(bench.row) + ".1");
  CHECK(read_file(aside) == other);
  CHECK(open_matters(bench.fixture).empty());
}

TEST_CASE(
    "a backup whose signer is trusted no more is no damage: both copies are what was sealed, and our lists say no") {
  Bench bench;
  bench.replicate_it();
  bench.fixture.at().trust.signers.signers = SignerList();
  CHECK(error_of([&] { bench.replicate_it(); }).category() == "E_SIGNER");
  CHECK(bench.copy_state("local") == "good");
  CHECK(bench.copy_state("cloud") == "good");
}

TEST_CASE("a suspect backup is carried too, apart from the others, and is no more proven for it") {
  InstallationFixture fixture;
  fixture.proven_backup(kHall);
  fixture.device(kHall).identity.serial = "OTHER-1";
  const BackupOutcome outcome = fixture.back_up(kHall);
  REQUIRE(outcome.result == BackupResult::suspect);
  CHECK(std::filesystem::exists(fixture.cloud() / kHall / "_suspect" / outcome.name));
  const Proof proof = replicate(fixture.at(), backup_row(fixture, outcome.name)).proof;
  CHECK_FALSE(proof.level);  // not plausible: not even collected
  CHECK(proof.missing == std::vector<std::string>{"collected"});
}
