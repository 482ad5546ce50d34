#include "replicas/unavailable.h"

#include <catch2/catch.hpp>

#include "support/error_of.h"

using namespace coffre;

TEST_CASE("a replica that is away says so at every call, and never that an object is absent") {
  const Error why(ErrorCode::not_found, "opening a folder", "there is no such folder", "Mount it");
  const auto replica = unavailable_replica({.name = "cloud", .location = "elsewhere", .concerns = {}}, why);
  CHECK(replica->properties().location == "elsewhere");

  const Bytes bytes(3);
  const MemoryReader content(bytes);
  const auto require_away = [](const Error& error) {
    CHECK(error.code() == ErrorCode::io);
    CHECK(std::string(error.what()) == "cloud: opening a folder: there is no such folder. Mount it");
  };
  require_away(test::error_of([&] { (void)replica->open("A/B/x.bak"); }));
  require_away(test::error_of([&] { (void)replica->head("A/B/x.bak"); }));
  require_away(test::error_of([&] { replica->list("", [](const ObjectInfo&) {}); }));
  require_away(test::error_of([&] { (void)replica->put_if_absent("A/B/x.bak", content, content_digest(content)); }));
}
