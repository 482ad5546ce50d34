#include "integration/zoneminder/zoneminder_server.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <exception>
#include <sstream>
#include <stdexcept>

#include "integration/zoneminder/api_client.h"
#include "integration/zoneminder/content.h"
#include "support/source_tree.h"

namespace coffre::test {
namespace {

// Longer than the script's own patience, so that its words are heard.
constexpr std::chrono::minutes kStartDeadline{5};
constexpr std::chrono::minutes kCommandDeadline{3};

// The users mysql and www-data go through the folder; what is theirs in it is theirs alone.
const std::filesystem::path& passable(const std::filesystem::path& folder) {
  if (::chmod(folder.c_str(), S_IRWXU | S_IXGRP | S_IXOTH) != 0) throw std::runtime_error("chmod " + folder.string());
  return folder;
}

ChildOptions start_script(const std::filesystem::path& folder) {
  ChildOptions options;
  options.arguments = {test::source_dir() + "/tests/integration/zoneminder/start", (folder / "zoneminder").string()};
  options.input_mode = ChildInput::open;
  return options;
}

}  // namespace

ZoneMinderServer::ZoneMinderServer() : start_(start_script(passable(dir_.path()))) {
  std::istringstream line(start_.read_line(kStartDeadline));
  std::string ready;
  line >> ready >> url_ >> pin_;
  if (ready != "ready") throw std::runtime_error("zoneminder/start did not say that it is ready: " + line.str());
}

ZoneMinderServer::~ZoneMinderServer() {
  try {
    start_.close_input();
    start_.wait(kCommandDeadline);
  } catch (const std::exception&) {
    // The script's supervisor ends both servers when start_ dies; only the folder may stay.
  }
}

void ZoneMinderServer::stop_database() {
  command("stop-database", "database stopped");
}

void ZoneMinderServer::start_database() {
  command("start-database", "database started");
}

void ZoneMinderServer::hold(std::string_view path, int which) {
  command(fmt::format("hold {} {}", path, which), "holding");
}

void ZoneMinderServer::wait_held() {
  expect("held");
}

void ZoneMinderServer::release() {
  command("release", "released");
}

std::vector<std::string> ZoneMinderServer::requests() const {
  std::vector<std::string> lines;
  std::istringstream log(read_file(folder() / "log" / "requests"));
  for (std::string line; std::getline(log, line);) lines.push_back(line);
  return lines;
}

void ZoneMinderServer::command(const std::string& line, std::string_view answer) {
  start_.write_input(line + "\n");
  expect(answer);
}

void ZoneMinderServer::expect(std::string_view answer) {
  const std::string line = start_.read_line(kCommandDeadline);
  if (line == answer) return;
  throw std::runtime_error(fmt::format("zoneminder/start said '{}' instead of '{}'", line, answer));
}

ZoneMinderServer& zone_minder() {
  struct Filled {
    Filled() {
      ApiClient admin(server, kAdminUser, kAdminPassword);
      make_content(admin);
    }
    ZoneMinderServer server;
  };
  static Filled filled;
  return filled.server;
}

}  // namespace coffre::test
