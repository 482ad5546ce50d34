// The requests that Coffre makes of an S3 bucket, each once: what is tried again, and when, is the caller's matter.
//
// Works with any store that speaks the API: what a store may ignore (locks, conditions) is not believed here but read
// back by whoever asked for it. Keys are any bytes. Times are the store's.
//
// Threads: all functions from any thread.
// Errors: those of s3_wire.h, and of s3_error.h for an answer that refuses; implausible for one that makes no sense.
// After Error(unreachable) of a request that changes something nobody knows whether it was done: ask.
// Source: Amazon S3 API reference (2006-03-01).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "replicas/s3/s3_answers.h"
#include "replicas/s3/s3_wire.h"
#include "replicas/s3/upload_digests.h"

namespace coffre {

struct S3Upload {
  std::string key;
  const RandomReader& content;
  const UploadDigests& digests;       // of the content: the store is told to check both
  Fields metadata{};                  // names without "x-amz-meta-"; lower case, as stores keep them
  std::optional<S3Retention> lock{};  // not before this may the version be removed
  std::optional<bool> legal_hold{};   // a lock without an end
  bool only_if_absent = false;        // If-None-Match: * - some stores ignore it, others do so in versioned buckets
};

struct S3Stored {
  std::string version;  // "" in a bucket without versions
  std::string etag;     // without quotes; the content's MD5 unless the store encrypts, or is wrong
  bool encrypted_by_store = false;
};

struct S3Object {
  std::string version;
  std::uint64_t size = 0;
  Instant modified;
  std::string etag;  // without quotes
  S3Retention lock;  // mode none: not locked
  bool legal_hold = false;
  Fields metadata;  // names without "x-amz-meta-", lower case
};

struct S3Look {
  std::optional<S3Object> object;     // nullopt: absent, or (without a version) hidden by a delete marker
  std::optional<Instant> store_time;  // the store's clock
};

class S3Client {
 public:
  S3Client(S3Location location, S3Credentials credentials, const Clock& clock, Limits limits = s3_limits())
      : wire_(std::move(location), std::move(credentials), clock, limits) {}

  // nullopt: refused because there is one already (only_if_absent).
  [[nodiscard]] std::optional<S3Stored> put(const S3Upload& upload) const;
  // `version` "": the newest.
  [[nodiscard]] S3Look look(const std::string& key, const std::string& version = {}) const;
  [[nodiscard]] std::optional<S3Object> head(const std::string& key, const std::string& version = {}) const {
    return look(key, version).object;
  }
  // Fills `out` from `offset` of an object of `size` bytes. Another size, or a part that is not the one asked for, is
  // Error(damaged). A version that is not there (any more, or not yet) is Error(unreachable): it says nothing about the
  // bytes, and whoever asks for the object again learns whether it has gone.
  void read(const std::string& key, const std::string& version, std::uint64_t size, std::uint64_t offset,
            ByteSpan out) const;

  // Keys that begin with `prefix`; `token`: of the page before. The store may give fewer than `most` (0: its own
  // limit).
  [[nodiscard]] S3Page objects(const std::string& prefix, const std::string& token, unsigned most = 0) const;
  [[nodiscard]] S3Page versions(const std::string& prefix, const std::string& next_key, const std::string& next_version,
                                unsigned most = 0) const;

  // This version, for good; nothing when it was absent. Error(refused) while it is locked.
  void remove(const std::string& key, const std::string& version) const;

  // nullopt: none.
  [[nodiscard]] std::optional<S3Retention> retention(const std::string& key, const std::string& version) const;
  // Error(refused) for what would shorten or weaken a COMPLIANCE lock.
  void set_retention(const std::string& key, const std::string& version, const S3Retention& retention) const;

  [[nodiscard]] S3Versioning versioning() const;
  [[nodiscard]] S3LockSetup lock_setup() const;  // not enabled, also where the store knows no locks at all

  [[nodiscard]] const S3Wire& wire() const { return wire_; }

 private:
  S3Answer expect(const S3Request& request, const char* step) const;
  [[noreturn]] void fail(const S3Answer& answer, const char* step) const;

  S3Wire wire_;
};

}  // namespace coffre
