#include "replicas/s3/upload_digests.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/error.h"

namespace coffre {
namespace {

constexpr std::size_t kBlock = std::size_t{256} * 1024;
constexpr std::size_t kMd5Size = 16;

void require(int result) {
  if (result != 1) throw Error(ErrorCode::internal, "computing an MD5", "OpenSSL refused the operation");
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

std::string base64(ByteView bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // OpenSSL ends it with a NUL
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.pop_back();
  return text;
}

}  // namespace

UploadDigests upload_digests(const RandomReader& content) {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> md5(EVP_MD_CTX_new());
  require(EVP_DigestInit_ex(md5.get(), EVP_md5(), nullptr));
  Sha256 sha256;
  const std::uint64_t size = content.size();
  Bytes block(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, size)));
  for (std::uint64_t offset = 0; offset < size;) {
    const auto part = ByteSpan(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, size - offset)));
    content.read_at(offset, part);
    sha256.update(part);
    require(EVP_DigestUpdate(md5.get(), part.data(), part.size()));
    offset += part.size();
  }
  std::array<std::uint8_t, kMd5Size> digest{};
  require(EVP_DigestFinal_ex(md5.get(), digest.data(), nullptr));
  return {sha256.digest(), to_hex(ByteView(digest)), base64(digest)};
}

}  // namespace coffre
