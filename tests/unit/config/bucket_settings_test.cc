// `replicas: cloud: s3:` as people write it: what becomes of it, and the line that each mistake gives.
#include "config/bucket_settings.h"

#include <catch2/catch.hpp>

#include "config/settings_loader.h"

namespace coffre {
namespace {

// With the lines of `s3:` at line 8, four blanks deeper than what is given.
SettingsResult read(const std::string& lines) {
  const std::string text =
      "organization: {name: Exemple}\ninventory: [i.yaml]\nreplicas:\n  local: {path: /srv/coffre, location: Paris}\n"
      "  cloud:\n    location: Gravelines\n    s3:\n" +
      lines;
  SettingsResult result;
  const std::optional<Document> document = Document::parse(text, "/etc/coffre/c.yaml", result.errors);
  if (document) result = read_settings(*document, std::nullopt);
  return result;
}

std::string only_error(const std::string& lines) {
  const SettingsResult result = read(lines);
  REQUIRE(result.errors.size() == 1);
  return result.errors[0].line();
}

const std::string kRest = "      bucket: coffre\n      writer: s3-writer\n";
const std::string kOvh = "      endpoint: https://s3.gra.io.cloud.ovh.net\n      region: gra\n";

TEST_CASE("a bucket of a known French endpoint needs no more than this") {
  const SettingsResult result = read(kOvh + kRest + "      residency: FR\n");
  REQUIRE(result.settings);
  REQUIRE(result.settings->cloud.bucket);
  const BucketSettings& bucket = *result.settings->cloud.bucket;
  CHECK(bucket.endpoint == "https://s3.gra.io.cloud.ovh.net");
  CHECK(bucket.region == "gra");
  CHECK(bucket.bucket == "coffre");
  CHECK(bucket.style == BucketStyle::path);
  CHECK(bucket.writer == "s3-writer");
  CHECK(bucket.deleter.empty());
  CHECK(bucket.lock == BucketLock::compliance);
  CHECK(bucket.residency.country == "FR");
  CHECK(bucket.residency.statement.empty());
  CHECK(result.settings->cloud.directory.empty());
}

TEST_CASE("everything can be said, and another endpoint has a person's statement") {
  const SettingsResult result = read(
      "      endpoint: https://s3.interne.example:9000\n      region: default\n      style: virtual-host\n"
      "      ca_file: pki/ca.pem\n      deleter: s3-deleter\n      lock: governance\n" +
      kRest +
      "      residency: {country: FR, statement: \"baie 4, Lyon, contrat 12\", by: A. Martin, date: 2026-11-02}\n");
  REQUIRE(result.settings);
  const BucketSettings& bucket = *result.settings->cloud.bucket;
  CHECK(bucket.style == BucketStyle::virtual_host);
  CHECK(bucket.ca_file == "/etc/coffre/pki/ca.pem");
  CHECK(bucket.deleter == "s3-deleter");
  CHECK(bucket.lock == BucketLock::governance);
  CHECK(bucket.residency.statement == "baie 4, Lyon, contrat 12");
  CHECK(bucket.residency.by == "A. Martin");
  CHECK(bucket.residency.date == Date{2026, 11, 2});
}

TEST_CASE("mistakes are told at their place") {
  const std::string fr = "      residency: FR\n";
  CHECK(only_error("      endpoint: http://s3.gra.io.cloud.ovh.net\n      region: gra\n" + kRest + fr) ==
        "/etc/coffre/c.yaml:8:17: /replicas/cloud/s3/endpoint: has to be an address that starts with https://, without "
        "bucket or path, as https://s3.gra.io.cloud.ovh.net");
  CHECK(only_error("      endpoint: https://s3.fr-par.scw.cloud\n      region: gra\n" + kRest + fr) ==
        "/etc/coffre/c.yaml:9:15: /replicas/cloud/s3/region: s3.fr-par.scw.cloud of Scaleway has the region "
        "\"fr-par\"");
  CHECK(only_error("      endpoint: https://s3.nl-ams.scw.cloud\n      region: nl-ams\n" + kRest + fr) ==
        "/etc/coffre/c.yaml:12:18: /replicas/cloud/s3/residency: s3.nl-ams.scw.cloud is not on the list of endpoints "
        "known to lie in France; state where its data lies: residency: {country: FR, statement: TEXT, by: NAME, date: "
        "YYYY-MM-DD}");
  CHECK(only_error(kOvh + kRest + "      residency: yes\n") ==
        "/etc/coffre/c.yaml:12:18: /replicas/cloud/s3/residency: has to be FR, or a map of country, statement, by and "
        "date");
  CHECK(only_error(kOvh + kRest + "      residency: {country: FR, statement: x, by: y, date: 2026-02-30}\n") ==
        "/etc/coffre/c.yaml:12:59: /replicas/cloud/s3/residency/date: there is no such day");
  CHECK(only_error(kOvh + kRest + fr + "      deleter: s3-writer\n") ==
        "/etc/coffre/c.yaml:13:16: /replicas/cloud/s3/deleter: writer and deleter are two credentials: the one that is "
        "used every night must not be able to delete");
  CHECK(only_error(kOvh + "      bucket: cof.fre\n      writer: w\n      style: virtual-host\n" + fr) ==
        "/etc/coffre/c.yaml:12:14: /replicas/cloud/s3/style: a bucket with a dot in its name does not fit the "
        "provider's certificate: write style: path");
  CHECK(only_error("      endpoint: https://s3.interne.example:99999\n      region: r\n" + kRest +
                   "      residency: {country: FR, statement: x, by: y, date: 2026-02-03}\n") ==
        "/etc/coffre/c.yaml:8:17: /replicas/cloud/s3/endpoint: there is no such port");
}

TEST_CASE("a bucket and a directory are one place too many") {
  const SettingsResult result = read(kOvh + kRest + "      residency: FR\n    directory: /mnt/cloud\n");
  REQUIRE(result.errors.size() == 1);
  CHECK(result.errors[0].line() ==
        "/etc/coffre/c.yaml:5:3: /replicas/cloud: the second place is either a bucket (`s3:`) or a directory "
        "(`directory:`)");
}

}  // namespace
}  // namespace coffre
