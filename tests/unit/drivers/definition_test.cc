#include "drivers/definition.h"

#include <catch2/catch.hpp>

using namespace coffre;

TEST_CASE("a request has facts when it gives texts or counts") {
  RequestSpec request;
  CHECK_FALSE(request.has_facts());
  request.values["api"] = {};
  CHECK_FALSE(request.has_facts());
  request.counts["users"] = {};
  CHECK(request.has_facts());
  request.counts.clear();
  request.facts["model"] = {};
  CHECK(request.has_facts());
}

TEST_CASE("what a definition leaves out has the documented value") {
  const RequestSpec request;
  CHECK(request.method == "GET");
  CHECK(request.unavailable == std::vector<int>{404});
  CHECK(request.expect.status == std::vector<int>{200});
  CHECK(request.expect.format == Format::binary);
  CHECK(request.expect.min_bytes == 1);
  CHECK(request.expect.container_required);
  CHECK(Definition().login.scheme == LoginScheme::none);
}
