#include "replicas/s3/s3_answers.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <pugixml.hpp>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "base/xml_guard.h"

namespace coffre {
namespace {

constexpr std::size_t kMaxDepth = 16;  // the deepest that S3 defines has 5

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorCode::implausible, tr("reading the store's answer"), why);
}

std::string_view local_name(pugi::xml_node node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(pugi::xml_node parent, std::string_view name) {
  for (const pugi::xml_node node : parent.children()) {
    if (local_name(node) == name) return node;
  }
  return {};
}

std::string text_of(pugi::xml_node parent, std::string_view name) {
  return child(parent, name).child_value();
}

// The document element, which must have that name.
pugi::xml_node root_of(pugi::xml_document& document, ByteView body, std::string_view name) {
  guard_xml(body, kMaxDepth);
  const auto parsed = document.load_buffer(body.data(), body.size(), pugi::parse_default, pugi::encoding_utf8);
  const pugi::xml_node root = document.document_element();
  if (!parsed || local_name(root) != name) {
    refuse(fmt::format(fmt::runtime(tr("it is no <{}> document")), name));
  }
  return root;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = text[at] == '%' ? from_hex(to_lower_ascii(text.substr(at + 1, 2))) : std::nullopt;
    if (!byte || byte->empty()) {
      result += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    result += as_text(*byte);
    at += 2;
  }
  return result;
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

S3Entry entry_of(pugi::xml_node node, bool encoded) {
  S3Entry entry;
  entry.delete_marker = local_name(node) == "DeleteMarker";
  const std::string key = text_of(node, "Key");
  entry.key = encoded ? percent_decoded(key) : key;
  entry.version = text_of(node, "VersionId");
  const auto modified = parse_s3_time(text_of(node, "LastModified"));
  const auto size = entry.delete_marker ? std::uint64_t{0} : number_of<std::uint64_t>(text_of(node, "Size"));
  if (entry.key.empty() || !modified || !size) refuse(tr("an entry has no key, size or time"));
  entry.modified = *modified;
  entry.size = *size;
  return entry;
}

// Some stores encode the marker (Amazon), some do not (Ceph 16): the entry it belongs to tells which.
std::string next_key_of(pugi::xml_node root, const S3Page& page, bool encoded) {
  std::string marker = text_of(root, "NextKeyMarker");
  if (!encoded) return marker;
  std::string decoded = percent_decoded(marker);
  for (auto entry = page.entries.rbegin(); entry != page.entries.rend(); ++entry) {
    if (entry->key == marker || entry->key == decoded) return entry->key;
  }
  return decoded;
}

S3Page page_of(pugi::xml_node root) {
  S3Page page;
  const bool encoded = text_of(root, "EncodingType") == "url";
  for (const pugi::xml_node node : root.children()) {
    const std::string_view name = local_name(node);
    if (name == "Contents" || name == "Version" || name == "DeleteMarker") {
      page.entries.push_back(entry_of(node, encoded));
    }
  }
  page.truncated = text_of(root, "IsTruncated") == "true";
  page.next_token = text_of(root, "NextContinuationToken");
  page.next_key = next_key_of(root, page, encoded);
  page.next_version = text_of(root, "NextVersionIdMarker");
  if (page.truncated && page.next_token.empty() && page.next_key.empty()) {
    refuse(tr("the listing goes on, but does not say where"));
  }
  return page;
}

}  // namespace

S3Failure parse_s3_failure(ByteView body) {
  try {
    pugi::xml_document document;
    const pugi::xml_node root = root_of(document, body, "Error");
    return {text_of(root, "Code"), text_of(root, "Message"), text_of(root, "Region")};
  } catch (const Error&) {
    return {};  // a proxy's page, or nothing at all
  }
}

S3Page parse_s3_objects(ByteView body) {
  pugi::xml_document document;
  return page_of(root_of(document, body, "ListBucketResult"));
}

S3Page parse_s3_versions(ByteView body) {
  pugi::xml_document document;
  return page_of(root_of(document, body, "ListVersionsResult"));
}

S3Versioning parse_s3_versioning(ByteView body) {
  pugi::xml_document document;
  const std::string status = text_of(root_of(document, body, "VersioningConfiguration"), "Status");
  if (status == "Enabled") return S3Versioning::enabled;
  if (status == "Suspended") return S3Versioning::suspended;
  if (status.empty()) return S3Versioning::never;
  refuse(fmt::format(fmt::runtime(tr("'{}' is no state of versioning")), status));
}

std::string_view to_string(S3LockMode mode) {
  if (mode == S3LockMode::none) return "";
  return mode == S3LockMode::compliance ? "COMPLIANCE" : "GOVERNANCE";
}

S3LockMode s3_lock_mode(std::string_view text) {
  if (text == "COMPLIANCE") return S3LockMode::compliance;
  return text == "GOVERNANCE" ? S3LockMode::governance : S3LockMode::none;
}

S3LockSetup parse_s3_lock_setup(ByteView body) {
  constexpr unsigned kDaysPerYear = 365;
  pugi::xml_document document;
  const pugi::xml_node root = root_of(document, body, "ObjectLockConfiguration");
  S3LockSetup setup;
  setup.enabled = text_of(root, "ObjectLockEnabled") == "Enabled";
  const pugi::xml_node rule = child(child(root, "Rule"), "DefaultRetention");
  setup.default_mode = s3_lock_mode(text_of(rule, "Mode"));
  setup.default_days = number_of<unsigned>(text_of(rule, "Days")).value_or(0) +
                       kDaysPerYear * number_of<unsigned>(text_of(rule, "Years")).value_or(0);
  return setup;
}

S3Retention parse_s3_retention(ByteView body) {
  pugi::xml_document document;
  const pugi::xml_node root = root_of(document, body, "Retention");
  const auto until = parse_s3_time(text_of(root, "RetainUntilDate"));
  const S3LockMode mode = s3_lock_mode(text_of(root, "Mode"));
  if (!until || mode == S3LockMode::none) refuse(tr("the lock has no mode or no date"));
  return {mode, *until};
}

std::string s3_retention_document(const S3Retention& retention) {
  return fmt::format(
      "<Retention xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Mode>{}</Mode>"
      "<RetainUntilDate>{}</RetainUntilDate></Retention>",
      to_string(retention.mode), to_rfc3339(retention.until));
}

std::optional<Instant> parse_s3_time(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return from_rfc3339(text);
  const std::size_t end = text.find_first_not_of("0123456789", point + 1);
  if (end == std::string_view::npos || end == point + 1) return std::nullopt;
  return from_rfc3339(std::string(text.substr(0, point)) + std::string(text.substr(end)));
}

std::optional<Instant> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::size_t kLength = 29;  // "Thu, 26 Nov 2026 11:49:31 GMT"
  if (text.size() != kLength || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) return std::nullopt;
  for (std::size_t month = 0; month < kMonths.size(); ++month) {
    if (text.substr(8, 3) != kMonths.at(month)) continue;
    return from_rfc3339(
        fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month + 1, text.substr(5, 2), text.substr(17, 8)));
  }
  return std::nullopt;
}

}  // namespace coffre
