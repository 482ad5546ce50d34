// The two digests that an S3 store checks an upload against. One pass over the content, in bounded memory.
//
// MD5 protects against nothing but accidents; it is here because Content-MD5 is what stores enforce (s3-facts.md
// section 5), and what some demand of a put with a lock. Threads: no shared state. Errors: what the reader throws.
#pragma once

#include <string>

#include "base/hash.h"
#include "base/stream.h"

namespace coffre {

struct UploadDigests {
  Digest sha256{};
  std::string md5_hex;     // as an ETag shows it
  std::string md5_base64;  // as Content-MD5 wants it
};

UploadDigests upload_digests(const RandomReader& content);

}  // namespace coffre
