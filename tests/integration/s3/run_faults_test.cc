// `backupd run` on a real store that refuses, before the run and in the middle of it: the backup is made and kept on
// the local volume, the cause and its remedy are told, no secret is, and the run after it is mended catches up.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "integration/s3/at_work.h"

using namespace coffre;
using namespace coffre::test;
using Catch::Contains;

namespace {

using Step = std::function<void(AtWork&)>;

struct Cause {
  const char* name;
  Step happens;
  Step mended;
  std::string told;  // in one line of stderr, together
  std::string remedy;
};

Step gateway_command(const std::string& command) {
  return [command](AtWork&) { gateway().command(command); };
}

void restart_gateway(const std::string& start) {
  gateway().command("kill-gateway");
  gateway().command(start);
}

std::string other_ca() {
  return (gateway().folder() / "pki" / "other.pem").string();
}

// What can happen between two runs as well as in the middle of one.
std::vector<Cause> withdrawals() {
  return {{"the key is withdrawn", gateway_command("withdraw-key writer"), gateway_command("give-key writer"),
           "the store does not know this access key (403 InvalidAccessKeyId)", "administrator may have withdrawn it"},
          {"the account is suspended", gateway_command("suspend writer"), gateway_command("enable writer"),
           "the store has suspended this account (403 UserSuspended)", "Ask the store's administrator why"},
          {"the bucket is full", gateway_command("allow-only writer 1"), gateway_command("allow-only writer 0"),
           "the quota is used up (403 QuotaExceeded)", "nothing is ever deleted to make room"}};
}

std::vector<Cause> all_causes() {
  std::vector<Cause> causes = withdrawals();
  causes.push_back(
      {"another authority's file", [](AtWork& coffre) { coffre.configure(gateway().ca_file(), other_ca()); },
       [](AtWork& coffre) { coffre.configure(other_ca(), gateway().ca_file()); }, "certificate", "Check the CA file"});
  causes.push_back({"the clocks differ: the store's is ahead", [](AtWork&) { restart_gateway("start-gateway 1200"); },
                    [](AtWork&) { restart_gateway("start-gateway"); }, "this machine's clock is ",
                    "behind the store's (403 RequestTimeTooSkewed). Set this machine's clock (NTP: timedatectl)"});
  return causes;
}

// Mends whatever happens in between: the store is shared.
class Happening {
 public:
  Happening(const Cause& cause, AtWork& coffre) : cause_(cause), coffre_(coffre) { cause_.happens(coffre_); }
  ~Happening() { cause_.mended(coffre_); }
  Happening(const Happening&) = delete;
  Happening& operator=(const Happening&) = delete;

 private:
  const Cause& cause_;
  AtWork& coffre_;
};

// That line of stderr names the place, what happened and what to do.
void check_told(const AtWork& coffre, const Cause& cause, const ChildResult& run) {
  const auto at = run.err.find(cause.told);
  CHECK(at != std::string::npos);
  if (at == std::string::npos) return;
  const auto begin = run.err.rfind('\n', at) + 1;  // npos + 1 is 0
  const std::string line = run.err.substr(begin, run.err.find('\n', at) - begin);
  CHECK_THAT(line, Contains("cloud") || Contains("the bucket " + coffre.bucket().bucket));
  CHECK_THAT(line, Contains(cause.remedy));
}

void check_no_secret(AtWork& coffre, const ChildResult& run) {
  const std::string secret(writer_key().secret_key.reveal_text());
  CHECK(run.out.find(secret) == std::string::npos);
  CHECK(run.err.find(secret) == std::string::npos);
  CHECK_FALSE(coffre.anywhere(secret));
}

// Two backups, the second one made while something was wrong: in both places by now, and nothing twice.
void check_caught_up(AtWork& coffre) {
  const ChildResult after = coffre.ask({"backupd", "run"});
  INFO(after.out << after.err);
  CHECK(after.exit_code == 0);
  CHECK(coffre.backups(-1) == 2);
  CHECK(coffre.backups(4) == 2);
  CHECK(backups_in(coffre.client()).size() == 2);
  CHECK(coffre.anomalies() == std::vector<std::string>{});
}

// A port of this machine on which somebody listens who would hear what is sent in clear.
class Listener {
 public:
  Listener() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(socket_, any, size) == 0);
    REQUIRE(listen(socket_, 8) == 0);
    REQUIRE(getsockname(socket_, any, &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] bool was_called() const {
    pollfd waiting{socket_, POLLIN, 0};
    return poll(&waiting, 1, 0) != 0;
  }

 private:
  int socket_;
  int port_ = 0;
};

}  // namespace

TEST_CASE("What the store refuses from the beginning of a run on is told, and caught up when it is mended") {
  for (const Cause& cause : all_causes()) {
    CAPTURE(cause.name);
    AtWork coffre(gateway());
    coffre.use_the_bucket();
    coffre.must({"backupd", "run", "--all"});
    {
      const Happening happening(cause, coffre);
      const ChildResult run = coffre.ask({"backupd", "run", "--all"});
      INFO(run.out << run.err);
      CHECK(run.exit_code == 3);
      check_told(coffre, cause, run);
      check_no_secret(coffre, run);
      CHECK(coffre.backups(-1) == 2);
      CHECK(coffre.backups(1) == 2);
      CHECK(coffre.backups(4) == 1);
      CHECK(coffre.anomalies() ==
            std::vector<std::string>{"replica_missing CLIEXEMP/SIEGEPARIS/NVR_HALL", "replica_unavailable cloud"});
    }
    check_caught_up(coffre);
  }
}

TEST_CASE("What is withdrawn in the middle of a run, before or after the upload, costs no backup and puts none twice") {
  const std::string after_the_upload = "replicate.read_back";
  for (const std::string& point : {std::string("replicate.put"), after_the_upload}) {
    for (const Cause& cause : withdrawals()) {
      CAPTURE(point, cause.name);
      AtWork coffre(gateway());
      coffre.use_the_bucket();
      coffre.must({"backupd", "run", "--all"});
      {
        ChildProcess running = coffre.start({"backupd", "run", "--all"}, "stop:" + point);
        running.wait_stopped();
        const Happening happening(cause, coffre);
        running.send_signal(SIGCONT);
        const ChildResult run = running.wait(std::chrono::minutes{3});
        INFO(run.out << run.err);
        // What was uploaded before the quota is read back all the same.
        const bool harmless = cause.name == std::string("the bucket is full") && point == after_the_upload;
        CHECK(run.exit_code == (harmless ? 0 : 3));
        if (!harmless) check_told(coffre, cause, run);
        check_no_secret(coffre, run);
        CHECK(coffre.backups(1) == 2);
      }
      check_caught_up(coffre);
    }
  }
}

TEST_CASE("What was made while the clock was ahead is in both places at once, and counts when its time has come") {
  AtWork coffre(gateway());
  coffre.use_the_bucket();
  coffre.must({"backupd", "run", "--all"});
  coffre.set_clock_ahead(std::chrono::minutes{20});
  const ChildResult ahead = coffre.ask({"backupd", "run", "--all"});
  INFO(ahead.out << ahead.err);
  CHECK(ahead.exit_code == 3);
  CHECK_THAT(ahead.err, Contains("this machine's clock is 20 min") && Contains("ahead of the store's") &&
                            Contains("Set this machine's clock (NTP: timedatectl)"));
  check_no_secret(coffre, ahead);
  CHECK(coffre.backups(1) == 2);
  coffre.set_clock_ahead(Seconds{0});
  const ChildResult mended = coffre.ask({"backupd", "run"});
  INFO(mended.out << mended.err);
  CHECK(mended.exit_code == 3);
  CHECK(backups_in(coffre.client()).size() == 2);
  CHECK(coffre.backups(4) == 1);
  CHECK(coffre.anomalies() == std::vector<std::string>{"proof_insufficient CLIEXEMP/SIEGEPARIS/NVR_HALL"});

  const TimeAgain at_the_end;
  restart_gateway("start-gateway 1500");
  coffre.set_clock_ahead(Seconds{1500});
  check_caught_up(coffre);
}

TEST_CASE("An endpoint without TLS is refused with its line in the configuration, and nobody is called") {
  AtWork coffre(gateway());
  coffre.use_the_bucket();
  coffre.must({"backupd", "run", "--all"});
  const Listener in_clear;
  coffre.configure(gateway().url(), fmt::format("http://127.0.0.1:{}", in_clear.port()));
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"backupd", "run", "--all"}, {"backupd", "check"}, {"restore-cli", "check-replica"}}) {
    const ChildResult refused = coffre.ask(command);
    INFO(refused.out << refused.err);
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.out + refused.err, Contains("coffre.yaml:") && Contains("/replicas/cloud/s3/endpoint: "));
    check_no_secret(coffre, refused);
  }
  CHECK_FALSE(in_clear.was_called());
}

TEST_CASE("A region of another name does no harm here: Ceph has none") {
  AtWork coffre(gateway());
  coffre.configure("region: fr-test", "region: elsewhere-1");
  coffre.use_the_bucket();
  const ChildResult run = coffre.ask({"backupd", "run", "--all"});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK(coffre.backups(4) == 1);
}
