// probe_certificate of https_client.h, peer_key of curl_rules.h: what a server shows in the TLS handshake, before
// anything is sent to it.
#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/translate.h"
#include "net/curl_rules.h"
#include "net/https_client.h"

namespace coffre {
namespace {

constexpr int kLeastRsaBits = 2048;
constexpr int kLeastCurveBits = 224;

struct CertificateDeleter {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, CertificateDeleter>;

struct Probe {
  CURL* easy;
  Certificate certificate;
};

// nullptr when there is none.
Certificate peer_certificate(CURL* easy) {
  curl_tlssessioninfo* session = nullptr;
  const bool known = curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK && session != nullptr &&
                     session->internals != nullptr;
  return Certificate(known ? SSL_get1_peer_certificate(static_cast<SSL*>(session->internals)) : nullptr);
}

// The handshake is done, no request was sent: take the certificate, and go no further.
int on_connected(void* context, char* /*peer*/, char* /*local*/, int /*peer_port*/, int /*local_port*/) noexcept {
  auto& probe = *static_cast<Probe*>(context);
  probe.certificate = peer_certificate(probe.easy);
  return CURL_PREREQFUNC_ABORT;
}

Bytes key_bytes(X509& certificate) {
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &encoded);
  if (size <= 0) return {};
  Bytes bytes(encoded, encoded + size);
  OPENSSL_free(encoded);
  return bytes;
}

std::string base64(ByteView bytes) {
  constexpr std::size_t kIn = 3;
  constexpr std::size_t kOut = 4;
  std::string text((bytes.size() + kIn - 1) / kIn * kOut + 1, '\0');
  std::vector<unsigned char> out(text.size());
  const int size = EVP_EncodeBlock(out.data(), bytes.data(), static_cast<int>(bytes.size()));
  text.assign(out.begin(), out.begin() + size);
  return text;
}

std::string fingerprint(const X509& certificate) {
  Bytes digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (X509_digest(&certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  std::vector<std::string> pairs;
  for (unsigned i = 0; i < size; ++i) pairs.push_back(fmt::format("{:02X}", digest[i]));
  return join(pairs, ":");
}

std::string name_text(const X509_NAME* name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  if (!memory || X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return printable({data, static_cast<std::size_t>(size)});
}

std::string end_date(const X509& certificate) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &parts) != 1) return {};
  return to_rfc3339(from_unix(::timegm(&parts)));
}

PeerKey key_of(const X509& certificate) {
  EVP_PKEY* key = X509_get0_pubkey(&certificate);
  if (key == nullptr) return {.text = "?", .weak = true};
  const int bits = EVP_PKEY_get_bits(key);
  const int type = EVP_PKEY_get_base_id(key);
  const bool rsa = type == EVP_PKEY_RSA || type == EVP_PKEY_RSA_PSS;
  const bool curve = type == EVP_PKEY_EC || type == EVP_PKEY_ED25519 || type == EVP_PKEY_ED448;
  const char* const other = OBJ_nid2sn(type);
  return {.text = fmt::format("{} {}", rsa ? "RSA" : (type == EVP_PKEY_EC ? "EC" : other), bits),
          .weak = bits < (rsa ? kLeastRsaBits : kLeastCurveBits) || (!rsa && !curve)};
}

}  // namespace

PeerKey peer_key(void* easy) {
  const Certificate certificate = peer_certificate(easy);
  return certificate ? key_of(*certificate) : PeerKey{.text = "?", .weak = true};
}

ServerCertificate probe_certificate(const std::string& base_url, const std::vector<std::string>& networks,
                                    const Limits& limits) {
  init_curl();
  const std::string step = fmt::format(fmt::runtime(tr("looking at the certificate of {}")), base_url);
  ConnectionRules rules = make_rules({base_url, {}, {}, networks}, limits);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(), &curl_easy_cleanup);
  if (!easy) throw Error(ErrorCode::internal, step, "out of memory");
  apply_rules(easy.get(), rules);
  Probe probe{easy.get(), nullptr};
  curl_easy_setopt(easy.get(), CURLOPT_URL, base_url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_PREREQFUNCTION, on_connected);
  curl_easy_setopt(easy.get(), CURLOPT_PREREQDATA, &probe);
  const CURLcode code = curl_easy_perform(easy.get());
  if (!probe.certificate) {
    const CURLcode cause = code == CURLE_OK || code == CURLE_ABORTED_BY_CALLBACK ? CURLE_SSL_CONNECT_ERROR : code;
    throw curl_error(cause, rules, step, false);
  }
  X509& certificate = *probe.certificate;
  const Digest key_digest = sha256(key_bytes(certificate));
  ServerCertificate result;
  result.pin = "sha256//" + base64(key_digest);
  result.fingerprint = fingerprint(certificate);
  result.subject = name_text(X509_get_subject_name(&certificate));
  result.issuer = name_text(X509_get_issuer_name(&certificate));
  result.not_after = end_date(certificate);
  PeerKey key = key_of(certificate);
  result.key = std::move(key.text);
  result.weak_key = key.weak;
  return result;
}

}  // namespace coffre
