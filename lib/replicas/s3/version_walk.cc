#include "replicas/s3/version_walk.h"

#include <algorithm>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

[[noreturn]] void out_of_order(const S3Client& client) {
  throw Error(ErrorCode::implausible, tr("reading the store's answer"),
              tr("the pages of its listing are out of order or do not advance"))
      .on(client.wire().location().bucket);
}

}  // namespace

void walk_versions(const S3Client& client, const std::string& prefix, const EachPage& each_page,
                   const EntryVisitor& visit) {
  std::string key;  // the last one seen
  S3Page page;
  do {
    const S3Page before = std::move(page);
    page = each_page([&] { return client.versions(prefix, before.next_key, before.next_version); });
    for (const S3Entry& entry : page.entries) {
      if (entry.key < key) out_of_order(client);
      key = entry.key;
      visit(entry);
    }
    const bool advances = page.next_key != before.next_key || page.next_version != before.next_version;
    if (page.truncated && !advances) out_of_order(client);
  } while (page.truncated);
}

void walk_oldest_versions(const S3Client& client, const std::string& folder, const EachPage& each_page,
                          const EntryVisitor& visit) {
  std::optional<S3Entry> oldest;  // of the key at hand
  walk_versions(client, folder, each_page, [&](const S3Entry& entry) {
    if (oldest && entry.key != oldest->key) {
      visit(*oldest);
      oldest.reset();
    }
    if (!entry.delete_marker) oldest = entry;
  });
  if (oldest) visit(*oldest);
}

void walk_objects(const S3Client& client, const std::string& folder, const EachPage& each_page,
                  const EntryVisitor& visit) {
  std::string key;
  S3Page page;
  do {
    const S3Page before = std::move(page);
    page = each_page([&] { return client.objects(folder, before.next_token); });
    for (const S3Entry& entry : page.entries) {
      if (entry.key <= key) out_of_order(client);
      key = entry.key;
      visit(entry);
    }
    if (page.truncated && page.next_token == before.next_token) out_of_order(client);
  } while (page.truncated);
}

std::vector<S3Entry> versions_of(const S3Client& client, const std::string& key) {
  std::vector<S3Entry> found;
  S3Page page;
  do {
    const S3Page before = std::move(page);
    page = client.versions(key, before.next_key, before.next_version);
    for (S3Entry& entry : page.entries) {
      if (entry.key != key) {  // longer keys that begin alike come after it
        page.truncated = false;
        break;
      }
      if (!entry.delete_marker) found.push_back(std::move(entry));
    }
    const bool advances = page.next_key != before.next_key || page.next_version != before.next_version;
    if (page.truncated && !advances) out_of_order(client);
  } while (page.truncated);
  std::ranges::reverse(found);
  return found;
}

std::optional<S3Entry> oldest_version(const S3Client& client, const std::string& key) {
  std::vector<S3Entry> found = versions_of(client, key);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

}  // namespace coffre
