// The real ZoneMinder, backed up by the real programs: everything that its API gives is in the bundle, and no password
// of it is anywhere else.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "integration/zoneminder/api_client.h"
#include "integration/zoneminder/api_lists.h"
#include "integration/zoneminder/coffre_at_work.h"
#include "integration/zoneminder/content.h"
#include "integration/zoneminder/zoneminder_server.h"

using namespace coffre;
using namespace coffre::test;

namespace {

using Parts = std::map<std::string, std::string>;

// restore/users-1.json, restore/users-2.json ... or restore/zones.json
std::vector<std::string> pages_of(const Parts& parts, const std::string& resource) {
  if (const auto only = parts.find("restore/" + resource + ".json"); only != parts.end()) return {only->second};
  std::vector<std::string> pages;
  for (int page = 1;; ++page) {
    const auto found = parts.find(fmt::format("restore/{}-{}.json", resource, page));
    if (found == parts.end()) return pages;
    pages.push_back(found->second);
  }
}

// Files that hold `text`, one a line; looked for by find and grep, which know nothing of ours.
std::string files_holding(const std::string& text, const std::string& find_arguments) {
  ChildOptions options;
  options.arguments = {
      "sh", "-c", "find " + find_arguments + " -type f -print0 2>/dev/null | xargs -0 -r grep -laF -e \"$TEXT\" --"};
  options.environment = {{"TEXT", text}};
  return run_child(std::move(options), std::chrono::minutes(3)).out;
}

}  // namespace

TEST_CASE("everything that ZoneMinder's API gives is in the bundle, proven at level 4") {
  ZoneMinderServer& peer = zone_minder();
  CoffreAtWork coffre;
  coffre.add(peer, kBackupUser, kBackupPassword);
  const std::size_t asked_before = peer.requests().size();

  const RunAnswer run = coffre.run();
  INFO(run.out << run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(run.result == "proven");
  CHECK(run.proof == 4);
  CHECK(coffre.backups(4) == 1);

  // Rule 5: requests that read, and one login.
  const std::vector<std::string> asked = peer.requests();
  const std::string login = "POST /zm/api/host/login.json";
  CHECK(std::count(asked.begin() + static_cast<std::ptrdiff_t>(asked_before), asked.end(), login) == 1);
  for (std::size_t at = asked_before; at < asked.size(); ++at) {
    CHECK((asked[at] == login || asked[at].rfind("GET /zm/api/", 0) == 0));
  }

  const Parts parts = coffre.extract(run.name);
  const ApiClient independent(peer, kAdminUser, kAdminPassword);
  std::size_t values = 0;
  for (const Resource& resource : resources()) {
    CAPTURE(resource.name);
    const std::vector<std::string> pages = pages_of(parts, resource.name);
    REQUIRE_FALSE(pages.empty());
    const ListComparison compared = compare_lists(resource, pages, independent.get(resource.everything));
    CHECK(compared.differences == std::vector<std::string>{});
    CHECK(compared.items > 0);
    values += compared.values;
  }
  CHECK(values > 4000);  // configs alone are 255 items
  CHECK(pages_of(parts, "users").size() == 2);

  for (const Made& made : content()) {
    CAPTURE(made.resource, made.fields);
    CHECK(holds(pages_of(parts, made.resource), made.resource, made.model, made.fields));
  }
  CHECK(parts.at("inspect/version.json").find("1.36") != std::string::npos);
  CHECK(parts.at("inspect/coffre-notes.txt").find("user passwords") != std::string::npos);
}

TEST_CASE("a second backup of an unchanged ZoneMinder is proven too and holds the same") {
  CoffreAtWork coffre;
  coffre.add(zone_minder(), kBackupUser, kBackupPassword);
  const RunAnswer first = coffre.run();
  const RunAnswer second = coffre.run();
  INFO(first.out << first.err << second.out << second.err);
  REQUIRE(first.result == "proven");
  REQUIRE(second.result == "proven");
  CHECK(first.name != second.name);
  const Parts before = coffre.extract(first.name);
  const Parts after = coffre.extract(second.name);
  for (const Resource& resource : resources()) {
    CAPTURE(resource.name);
    const std::vector<std::string> pages = pages_of(before, resource.name);
    std::vector<std::string> again = pages_of(after, resource.name);
    REQUIRE(again.size() == pages.size());
    for (std::size_t page = 0; page < pages.size(); ++page) {
      CHECK(compare_lists(resource, {pages[page]}, again[page]).differences == std::vector<std::string>{});
    }
  }
}

TEST_CASE("a monitor's password is in no file outside ZoneMinder's own folder, and in nothing that a program says") {
  ZoneMinderServer& peer = zone_minder();
  CoffreAtWork coffre;  // its folder's first file is older than everything that follows
  coffre.add(peer, kBackupUser, kBackupPassword);
  const RunAnswer run = coffre.run();
  INFO(run.err);
  REQUIRE(run.result == "proven");
  const Parts parts = coffre.extract(run.name);
  REQUIRE(parts.at("restore/monitors.json").find(canary()) != std::string::npos);

  // The search finds it where it belongs: in the database. Then nowhere else, in whatever was written meanwhile.
  CHECK(files_holding(canary(), peer.folder().string()) != "");
  CHECK(files_holding(canary(), coffre.folder().string()) == "");
  CHECK(files_holding(canary(), fmt::format("/tmp /var /dev/shm /run /root /home -xdev -path {} -prune -o -newer {}",
                                            peer.folder().string(), peer.certificate().string())) == "");
  CHECK(coffre.said().find(canary()) == std::string::npos);
  // Nor the account's own password.
  CHECK(files_holding(std::string(kBackupPassword), coffre.folder().string()) == "");
  CHECK(coffre.said().find(kBackupPassword) == std::string::npos);
}
