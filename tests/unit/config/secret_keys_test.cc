#include "config/secret_keys.h"

#include <catch2/catch.hpp>

namespace coffre {

TEST_CASE("a password in a file is found at any depth, and not repeated") {
  const Document document = Document::parse(
      "devices:\n"
      "  A/B/NVR_SECRET:\n"
      "    settings: {admin_password: hunter2, mode: x}\n"
      "    list: [{token: hunter3}]\n"
      "password: {deeper: {secret: hunter4}}\n",
      "f");
  std::vector<Finding> findings = secrets_in(document);
  REQUIRE(findings.size() == 3);
  sort_by_place(findings);
  CHECK(findings[0].pointer == "/devices/A~1B~1NVR_SECRET/settings/admin_password");
  CHECK(findings[0].at == Position{3, 16});
  CHECK(findings[1].pointer == "/devices/A~1B~1NVR_SECRET/list/0/token");
  CHECK(findings[2].pointer == "/password");
  for (const Finding& finding : findings) CHECK(finding.line().find("hunter") == std::string::npos);
}

TEST_CASE("a secret that was named is not named again as an unknown key") {
  const std::vector<Finding> said = {{"f", {1, 1}, "/a/password", "secret"}};
  std::vector<Finding> findings = {{"f", {1, 1}, "/a/password", "unknown"},
                                   {"f", {1, 5}, "/a/password/x", "unknown"},
                                   {"f", {2, 1}, "/a/password2", "unknown"},
                                   {"g", {1, 1}, "/a/password", "unknown"}};
  drop_same_places(findings, said);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].pointer == "/a/password2");
  CHECK(findings[1].file == "g");
}

}  // namespace coffre
