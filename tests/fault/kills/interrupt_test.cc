// Ctrl-C, or the system's SIGTERM, while a recorder keeps the run waiting: it ends soon, in order, and the next run
// makes up for it.
#include <signal.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "fleet.h"

using namespace coffre::test;

namespace {

void wait_for_export_request(Fleet& fleet, const std::string& device) {
  const auto asked = [&] { return fleet.recorders().counts(device).paths.contains("/ISAPI/System/configurationData"); };
  while (!asked()) std::this_thread::sleep_for(std::chrono::milliseconds{5});
}

}  // namespace

TEST_CASE("an interrupted run ends while its recorder is still silent, leaves no matter, and is made up for") {
  const int signal_number = GENERATE(SIGINT, SIGTERM);
  CAPTURE(signal_number);
  Fleet fleet({.devices = 2, .run_settings = "  workers: 1\n  answer_timeout: 120s\n  total_timeout: 120s\n"});
  fleet.recorders().fault("NVR-1", "never-answer", "on=export");
  ChildProcess child = fleet.start_run({});
  wait_for_export_request(fleet, "NVR-1");
  child.send_signal(signal_number);
  const Run run = fleet.finish(child);
  INFO(run.err);
  CHECK(run.signal == 0);
  CHECK(run.exit_code == 130);
  CHECK(run.err.find("Interrupted") != std::string::npos);
  CHECK(run.device("NVR-1").code == "interrupted");
  CHECK(fleet.recorders().counts("NVR-2").total == 0);  // nothing further was started
  CHECK(fleet.anomalies() == std::vector<std::string>{});
  CHECK(fleet.damage() == std::vector<std::string>{});

  fleet.recorders().heal("*");
  CHECK(fleet.run().exit_code == 0);
  CHECK(fleet.backups().size() == 2);
  CHECK(fleet.anomalies() == std::vector<std::string>{});
}
