// Listings of a bucket, page by page, as sequences of entries: what is "the object" among the versions of a key.
//
// Threads: no shared state. Errors: implausible when the store's pages are not in order or do not advance (an endless
// listing would otherwise be one); what the client, the page function and the visitor throw.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "replicas/s3/s3_client.h"

namespace coffre {

// Runs one request for a page; the caller puts its retries around it.
using EachPage = std::function<S3Page(const std::function<S3Page()>& ask)>;
using EntryVisitor = std::function<void(const S3Entry& entry)>;

// Of every key below `folder` ("" or "A/B/") the oldest version that is no delete marker, in byte order of the keys.
void walk_oldest_versions(const S3Client& client, const std::string& folder, const EachPage& each_page,
                          const EntryVisitor& visit);

// Every key below `folder` as it is now, for a bucket without versions.
void walk_objects(const S3Client& client, const std::string& folder, const EachPage& each_page,
                  const EntryVisitor& visit);

// Every version and delete marker of the keys that begin with `prefix`, by key, newest first.
void walk_versions(const S3Client& client, const std::string& prefix, const EachPage& each_page,
                   const EntryVisitor& visit);

// The versions of this very key that are no delete markers, oldest first; the oldest alone. One request unless the key
// has very many versions.
std::vector<S3Entry> versions_of(const S3Client& client, const std::string& key);
std::optional<S3Entry> oldest_version(const S3Client& client, const std::string& key);

}  // namespace coffre
