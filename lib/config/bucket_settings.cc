#include "config/bucket_settings.h"

#include <fmt/format.h>

#include "base/translate.h"
#include "config/residency.h"
#include "config/value_forms.h"

namespace coffre {
namespace {

std::string text_of(const YamlValue& map, std::string_view key, const std::string& otherwise = {}) {
  const std::optional<YamlValue> value = map.find(key);
  return value ? value->text() : otherwise;
}

Residency stated_residency(const YamlValue& value, std::vector<Finding>& findings) {
  Residency stated{.country = text_of(value, "country"),
                   .statement = text_of(value, "statement"),
                   .by = text_of(value, "by"),
                   .date = parse_date(text_of(value, "date"))};
  if (!stated.date) findings.push_back(value.find("date")->finding(tr("there is no such day")));
  return stated;
}

Residency residency_of(const YamlValue& s3, const std::string& endpoint, std::vector<Finding>& findings) {
  const YamlValue value = *s3.find("residency");
  if (value.type() == YamlType::map) return stated_residency(value, findings);
  const std::string host(host_of_endpoint(endpoint));
  const KnownEndpoint* const known = known_in_france(host);
  if (known == nullptr) {
    findings.push_back(value.finding(fmt::format(
        fmt::runtime(tr("{} is not on the list of endpoints known to lie in France; state where its data lies: "
                        "residency: {{country: FR, statement: TEXT, by: NAME, date: YYYY-MM-DD}}")),
        host)));
    return {};
  }
  const std::string region = text_of(s3, "region");
  if (!known->region.empty() && region != known->region) {
    findings.push_back(s3.find("region")->finding(
        fmt::format(fmt::runtime(tr("{} of {} has the region \"{}\"")), host, known->provider, known->region)));
  }
  return {};
}

BucketLock lock_of(const std::string& word) {
  if (word == "none") return BucketLock::none;
  return word == "governance" ? BucketLock::governance : BucketLock::compliance;
}

}  // namespace

BucketSettings bucket_settings_of(const YamlValue& s3, const std::filesystem::path& folder,
                                  std::vector<Finding>& findings) {
  BucketSettings bucket;
  bucket.endpoint = text_of(s3, "endpoint");
  bucket.region = text_of(s3, "region");
  bucket.bucket = text_of(s3, "bucket");
  bucket.style = text_of(s3, "style") == "virtual-host" ? BucketStyle::virtual_host : BucketStyle::path;
  if (const std::string file = text_of(s3, "ca_file"); !file.empty()) {
    bucket.ca_file = (folder / file).lexically_normal();
  }
  bucket.writer = text_of(s3, "writer");
  bucket.deleter = text_of(s3, "deleter");
  bucket.lock = lock_of(text_of(s3, "lock"));
  bucket.residency = residency_of(s3, bucket.endpoint, findings);
  if (!has_possible_port(bucket.endpoint))
    findings.push_back(s3.find("endpoint")->finding(tr("there is no such port")));
  if (bucket.deleter == bucket.writer) {
    findings.push_back(s3.find("deleter")->finding(
        tr("writer and deleter are two credentials: the one that is used every night must not be able to delete")));
  }
  const bool dotted = bucket.style == BucketStyle::virtual_host && bucket.bucket.find('.') != std::string::npos;
  if (dotted) {
    findings.push_back(s3.find("style")->finding(
        tr("a bucket with a dot in its name does not fit the provider's certificate: write style: path")));
  }
  return bucket;
}

}  // namespace coffre
