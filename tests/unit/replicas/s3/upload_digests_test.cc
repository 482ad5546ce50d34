#include "replicas/s3/upload_digests.h"

#include <catch2/catch.hpp>

using namespace coffre;

TEST_CASE("Both digests of an upload are the published ones") {
  struct Row {
    const char* content;
    const char* md5;
    const char* base64;
  };
  const auto row = GENERATE(values<Row>({
      {"", "d41d8cd98f00b204e9800998ecf8427e", "1B2M2Y8AsgTpgAmY7PhCfg=="},
      {"abc", "900150983cd24fb0d6963f7d28e17f72", "kAFQmDzST7DWlj99KOF/cg=="},
  }));  // RFC 1321, appendix A.5
  const UploadDigests digests = upload_digests(MemoryReader(as_bytes(row.content)));
  CHECK(digests.md5_hex == row.md5);
  CHECK(digests.md5_base64 == row.base64);
  CHECK((digests.sha256 == sha256(as_bytes(row.content))));
}

TEST_CASE("Content larger than a block is read whole") {
  const std::string content(1'000'000, 'a');
  const UploadDigests digests = upload_digests(MemoryReader(as_bytes(content)));
  CHECK((digests.sha256 == sha256(as_bytes(content))));
  CHECK(digests.md5_hex == "7707d6ae4e027c70eea2a935c2296f21");  // one million "a"
}
