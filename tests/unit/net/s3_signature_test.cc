#include "net/s3_signature.h"

#include <catch2/catch.hpp>

#include "base/hash.h"
#include "support/error_of.h"

using namespace coffre;

namespace {

const SignatureScope kMay24{from_rfc3339("2013-05-24T00:00:00Z").value(), "us-east-1"};

S3Credentials example_credentials() {
  return {"AKIAIOSFODNN7EXAMPLE", SecretString::copy_of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
}

std::string signature_of(const UnsignedRequest& request) {
  const std::string value = s3_authorization(request, kMay24, example_credentials());
  return value.substr(value.rfind('=') + 1);
}

}  // namespace

// Amazon S3 API reference, "Signature Calculations for the Authorization Header: Transferring Payload in a Single
// Chunk".
TEST_CASE("The four examples of the S3 reference come out as printed there") {
  const std::string empty(kEmptySha256);
  const Fields common{
      {"Host", "examplebucket.s3.amazonaws.com"}, {"x-amz-content-sha256", empty}, {"x-amz-date", "20130524T000000Z"}};
  Fields ranged = common;
  ranged.emplace_back("Range", "bytes=0-9");
  CHECK(signature_of({"GET", "/test.txt", {}, ranged, empty}) ==
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");

  const std::string welcome = to_hex(sha256(as_bytes("Welcome to Amazon S3.")));
  const Fields put{{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                   {"Host", "examplebucket.s3.amazonaws.com"},
                   {"x-amz-content-sha256", welcome},
                   {"x-amz-date", "20130524T000000Z"},
                   {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
  CHECK(signature_of({"PUT", "/test$file.text", {}, put, welcome}) ==
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");

  CHECK(signature_of({"GET", "/", {{"lifecycle", ""}}, common, empty}) ==
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  CHECK(signature_of({"GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, common, empty}) ==
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("A path is encoded once, in upper case, and keeps its slashes") {
  struct Row {
    const char* key;
    const char* encoded;
  };
  const auto row = GENERATE(values<Row>({
      {"/a b", "/a%20b"},
      {"/[1]", "/%5B1%5D"},
      {"/\xc3\xa9", "/%C3%A9"},
      {"/+&=:@$;,?#%\\", "/%2B%26%3D%3A%40%24%3B%2C%3F%23%25%5C"},
      {"/()!*'", "/%28%29%21%2A%27"},
      {"/a\nb", "/a%0Ab"},
      {"//x", "//x"},
      {"/x/../y/./", "/x/../y/./"},
      {"/%41", "/%2541"},
      {"/A-Z.a_z~0", "/A-Z.a_z~0"},
      {"", ""},
  }));
  CHECK(encoded_path(row.key) == row.encoded);
}

TEST_CASE("A query is sorted by encoded name, always has its equals sign, and encodes slashes too") {
  CHECK(encoded_query({}).empty());
  CHECK(encoded_query({{"versioning", ""}}) == "versioning=");
  CHECK(encoded_query({{"prefix", "a/b c"}, {"list-type", "2"}}) == "list-type=2&prefix=a%2Fb%20c");
  CHECK(encoded_query({{"b", "2"}, {"b", "1"}, {"B", "3"}}) == "B=3&b=1&b=2");
  CHECK(encoded_query({{"continuation-token", "pg/0009+="}}) == "continuation-token=pg%2F0009%2B%3D");
}

TEST_CASE("Headers are sorted by name, not by line, and a header that is empty is signed too") {
  const UnsignedRequest request{
      "PUT", "/k", {}, {{"x-amz-meta-k-1", "b"}, {"X-Amz-Meta-K", "a"}, {"host", "h"}, {"x-amz-meta-e", ""}}, "hash"};
  CHECK(canonical_request(request) ==
        "PUT\n/k\n\nhost:h\nx-amz-meta-e:\nx-amz-meta-k:a\nx-amz-meta-k-1:b\n\nhost;x-amz-meta-e;x-amz-meta-k;x-amz-"
        "meta-k-1\nhash");
}

TEST_CASE("A time that has no date of four digits is refused") {
  CHECK(amz_date(from_unix(1440938160)) == "20150830T123600Z");
  CHECK(test::error_of([] { amz_date(from_unix(253402300800)); }).code() == ErrorCode::usage);
}
