// AWS's own cases for Signature Version 4, stage by stage.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "net/s3_signature.h"
#include "vector_files.h"

using namespace coffre;
using namespace coffre::test;

namespace {

// S3 never normalizes a path: these are for other services, and each has an "-unnormalized" twin.
constexpr std::array<std::string_view, 6> kForOtherServices{
    "get-relative-normalized", "get-relative-relative-normalized",   "get-slash-dot-slash-normalized",
    "get-slash-normalized",    "get-slash-pointless-dot-normalized", "get-slashes-normalized"};

}  // namespace

TEST_CASE("A signature is, stage by stage, the one that AWS publishes") {
  std::size_t done = 0;
  const std::vector<SignatureCase> cases = signature_cases();
  REQUIRE(cases.size() == 38);
  for (const SignatureCase& vector : cases) {
    if (std::count(kForOtherServices.begin(), kForOtherServices.end(), vector.name) > 0) continue;
    INFO(vector.name);
    const UnsignedRequest request{vector.method, vector.path, vector.query, vector.headers, vector.payload_sha256};
    const SignatureScope scope{from_rfc3339(vector.at).value(), vector.region, vector.service};
    CHECK(canonical_request(request) == vector.canonical_request);
    CHECK(string_to_sign(request, scope) == vector.string_to_sign);
    const std::string value =
        s3_authorization(request, scope, {vector.access_key, SecretString::copy_of(vector.secret_key)});
    CHECK(value.substr(value.size() - vector.signature.size()) == vector.signature);
    CHECK(vector.signed_request.find("\nAuthorization:" + value + "\n") != std::string::npos);
    ++done;
  }
  CHECK(done == 32);
}
