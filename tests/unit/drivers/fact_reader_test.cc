#include "drivers/fact_reader.h"

#include <catch2/catch.hpp>

#include "bundle_of.h"

using namespace coffre;

namespace {

Extractor at(std::string path) {
  return {Extractor::From::path, std::move(path), false, false};
}

}  // namespace

TEST_CASE("facts, constants and counts are read; following pages add up") {
  RequestSpec request;
  request.facts = {{"model", {Extractor::From::constant, "Nx", false, false}}, {"firmware", at("/version")}};
  request.counts = {{"users", at("/users")}, {"inputs", {Extractor::From::path, "/inputs", true, false}}};
  const auto content = parse_json(as_bytes(R"({"version":"5.1","users":[1,2],"inputs":"7"})"));
  DeviceIdentity identity;
  read_facts(request, *content, Page::first, identity);
  CHECK(identity == DeviceIdentity{"", "Nx", "", "5.1", {{"inputs", 7}, {"users", 2}}});
  read_facts(request, *content, Page::following, identity);
  CHECK(identity.counts.at("users") == 4);
  read_facts(request, *content, Page::first, identity);
  CHECK(identity.counts.at("users") == 2);
}

TEST_CASE("what an answer has to say and does not is implausible, unless it is optional") {
  RequestSpec request;
  DeviceIdentity identity;
  const auto content = parse_json(as_bytes(R"({"serial":"","users":"many"})"));
  const auto failure = [&] { return test::failure_of([&] { read_facts(request, *content, Page::first, identity); }); };
  request.facts = {{"serial", at("/serial")}};
  CHECK(failure() == "implausible: the answer does not say the device's serial");
  request.facts["serial"].optional = true;
  CHECK(failure().empty());
  request.counts = {{"users", at("/users")}};
  CHECK(failure() == "implausible: the answer does not say how many users there are");
  request.counts["users"].as_number = true;
  CHECK(failure() == "implausible: the answer does not say how many users there are");
  request.counts["users"].optional = true;
  CHECK(failure().empty());
  CHECK(identity.counts.empty());
}

TEST_CASE("values are read by name; optional ones may be absent") {
  RequestSpec request;
  request.values = {{"salt", at("/salt")}};
  const auto content = parse_json(as_bytes(R"({"salt":"00","n":1})"));
  CHECK(read_values(request, *content) == std::map<std::string, std::string>{{"salt", "00"}});
  request.values["iv"] = at("/iv");
  CHECK(test::failure_of([&] { read_values(request, *content); }) == "implausible: the answer does not say its iv");
  request.values["iv"].optional = true;
  CHECK(read_values(request, *content).size() == 1);
}
