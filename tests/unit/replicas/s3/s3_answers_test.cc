#include "replicas/s3/s3_answers.h"

#include <catch2/catch.hpp>

#include "support/error_of.h"
#include "support/print_instant.h"

using namespace coffre;

namespace {

const std::string kSpace = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

Instant at(std::string_view text) {
  return from_rfc3339(text).value();
}

}  // namespace

// As Ceph 16 answers (recorded), shortened: keys encoded, markers not.
TEST_CASE("A page of versions is read in its order, keys decoded, delete markers told") {
  const std::string body =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListVersionsResult" + kSpace +
      "><EncodingType>url</EncodingType><Name>b</Name><IsTruncated>true</IsTruncated>"
      "<NextKeyMarker>a/y +\xc3\xa9</NextKeyMarker><NextVersionIdMarker>v1</NextVersionIdMarker>"
      "<DeleteMarker><Key>a%2Fx.bak</Key><VersionId>v3</VersionId><IsLatest>true</IsLatest>"
      "<LastModified>2026-11-26T11:49:31.249Z</LastModified></DeleteMarker>"
      "<Version><Key>a%2Fx.bak</Key><VersionId>v2</VersionId><LastModified>2026-11-26T11:49:30Z</LastModified>"
      "<ETag>&quot;b8&quot;</ETag><Size>3</Size></Version>"
      "<Version><Key>a%2Fy%20%2B%C3%A9</Key><VersionId>v1</VersionId>"
      "<LastModified>2026-11-26T11:49:29.999Z</LastModified><Size>5000000000</Size></Version></ListVersionsResult>";
  const S3Page page = parse_s3_versions(as_bytes(body));
  REQUIRE(page.entries.size() == 3);
  CHECK(page.entries[0].key == "a/x.bak");
  CHECK(page.entries[0].delete_marker);
  CHECK(page.entries[0].modified == at("2026-11-26T11:49:31Z"));
  CHECK(page.entries[1].version == "v2");
  CHECK_FALSE(page.entries[1].delete_marker);
  CHECK(page.entries[1].size == 3);
  CHECK(page.entries[2].key == "a/y +\xc3\xa9");
  CHECK(page.entries[2].size == 5'000'000'000);
  CHECK(page.truncated);
  CHECK(page.next_key == "a/y +\xc3\xa9");
  CHECK(page.next_version == "v1");
}

TEST_CASE("A marker is found again whether the store encodes it or not, also when the key holds a percent sign") {
  const auto marker = [](const std::string& encoded_key, const std::string& next) {
    const std::string body = "<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>" +
                             ("<NextKeyMarker>" + next) + "</NextKeyMarker><Version><Key>" + encoded_key +
                             "</Key><VersionId>v</VersionId><LastModified>2026-11-26T11:49:31Z</LastModified>"
                             "<Size>1</Size></Version></ListVersionsResult>";
    return parse_s3_versions(as_bytes(body)).next_key;
  };
  CHECK(marker("a%2541", "a%2541") == "a%41");  // encoded
  CHECK(marker("a%2541", "a%41") == "a%41");    // as it is
  CHECK(marker("a%20b", "a+b") == "a b");       // encoded as forms are
}

TEST_CASE("A page of objects is read whatever the name space and its prefix") {
  for (const std::string& space :
       {kSpace, std::string(" xmlns=\"http://doc.s3.amazonaws.com/2006-03-01/\""), std::string()}) {
    const std::string body = "<ListBucketResult" + space +
                             "><IsTruncated>true</IsTruncated><NextContinuationToken>pg/0009</NextContinuationToken>"
                             "<Contents><Key>a%b</Key><LastModified>2026-11-26T11:49:31.2Z</LastModified>"
                             "<Size>0</Size></Contents><KeyCount>1</KeyCount></ListBucketResult>";
    const S3Page page = parse_s3_objects(as_bytes(body));
    REQUIRE(page.entries.size() == 1);
    CHECK(page.entries[0].key == "a%b");  // not said to be encoded: as it is
    CHECK(page.next_token == "pg/0009");
  }
  const S3Page prefixed = parse_s3_objects(
      as_bytes("<s:ListBucketResult xmlns:s='x'><s:IsTruncated>false</s:IsTruncated></s:ListBucketResult>"));
  CHECK(prefixed.entries.empty());
  CHECK_FALSE(prefixed.truncated);
}

TEST_CASE("What is not the document that was asked for is implausible") {
  const std::string entry_without_size =
      "<ListBucketResult><Contents><Key>k</Key><LastModified>2026-11-26T11:49:31Z</LastModified></Contents>"
      "</ListBucketResult>";
  const std::string endless = "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>";
  for (const std::string& body :
       {std::string(), std::string("<html><body>login</body></html>"), std::string("<ListBucketResult>"),
        std::string("{\"a\": 1}"), std::string("<!DOCTYPE x><ListBucketResult/>"), entry_without_size, endless}) {
    INFO(body);
    CHECK(test::error_of([&] { parse_s3_objects(as_bytes(body)); }).code() == ErrorCode::implausible);
  }
}

TEST_CASE("An error document gives its code; anything else gives nothing, and never throws") {
  const S3Failure failure = parse_s3_failure(
      as_bytes("<?xml version='1.0'?><Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'x' is "
               "wrong</Message><Region>gra</Region><HostId>h</HostId></Error>"));
  CHECK(failure.code == "AuthorizationHeaderMalformed");
  CHECK(failure.message == "the region 'x' is wrong");
  CHECK(failure.region == "gra");
  CHECK(parse_s3_failure({}).code.empty());
  CHECK(parse_s3_failure(as_bytes("<html/>")).code.empty());
  CHECK(parse_s3_failure(as_bytes("<Error><Code>cut")).code.empty());
}

TEST_CASE("Versioning, locks and their dates") {
  const auto versioning = [](std::string_view inner) {
    return parse_s3_versioning(
        as_bytes("<VersioningConfiguration>" + std::string(inner) + "</VersioningConfiguration>"));
  };
  CHECK(versioning("") == S3Versioning::never);
  CHECK(versioning("<Status>Enabled</Status><MfaDelete>Disabled</MfaDelete>") == S3Versioning::enabled);
  CHECK(versioning("<Status>Suspended</Status>") == S3Versioning::suspended);
  CHECK(test::error_of([&] { versioning("<Status>Perhaps</Status>"); }).code() == ErrorCode::implausible);

  const auto setup = [](std::string_view inner) {
    return parse_s3_lock_setup(
        as_bytes("<ObjectLockConfiguration>" + std::string(inner) + "</ObjectLockConfiguration>"));
  };
  CHECK_FALSE(setup("").enabled);
  CHECK(setup("<ObjectLockEnabled>Enabled</ObjectLockEnabled>").default_mode == S3LockMode::none);
  const S3LockSetup with_rule = setup(
      "<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode>"
      "<Years>1</Years></DefaultRetention></Rule>");
  CHECK(with_rule.enabled);
  CHECK(with_rule.default_mode == S3LockMode::governance);
  CHECK(with_rule.default_days == 365);

  const S3Retention retention{S3LockMode::compliance, at("2027-01-31T23:59:59Z")};
  const S3Retention again = parse_s3_retention(as_bytes(s3_retention_document(retention)));
  CHECK(again.mode == S3LockMode::compliance);
  CHECK(again.until == retention.until);
  CHECK(test::error_of([] { parse_s3_retention(as_bytes("<Retention/>")); }).code() == ErrorCode::implausible);
}

TEST_CASE("Times of stores, with and without decimals, and of HTTP") {
  CHECK(parse_s3_time("2026-11-26T11:49:31.249Z") == at("2026-11-26T11:49:31Z"));
  CHECK(parse_s3_time("2026-11-26T11:49:31.000000000Z") == at("2026-11-26T11:49:31Z"));
  CHECK(parse_s3_time("2026-11-26T11:49:31Z") == at("2026-11-26T11:49:31Z"));
  for (const char* bad : {"", "2026-11-26", "2026-11-26T11:49:31.Z", "2026-11-26T11:49:31.249", "x.1Z"}) {
    INFO(bad);
    CHECK_FALSE(parse_s3_time(bad).has_value());
  }
  CHECK(parse_http_date("Thu, 26 Nov 2026 11:49:31 GMT") == at("2026-11-26T11:49:31Z"));
  for (const char* bad : {"", "Thu, 26 Nov 2026 11:49:31 CET", "Thursday, 26-Nov-26 11:49:31 GMT",
                          "Thu, 26 Foo 2026 11:49:31 GMT", "Thu, 32 Nov 2026 11:49:31 GMT"}) {
    INFO(bad);
    CHECK_FALSE(parse_http_date(bad).has_value());
  }
}
