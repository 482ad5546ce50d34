#include "simulators/tls_identity.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

#include "base/hash.h"
#include "simulators/content.h"

namespace coffre::simulator {
namespace {

constexpr long kVersion3 = 2;  // X.509 counts from zero
constexpr long kLifetime = 10L * 365 * 24 * 3600;

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

void name_it(X509_NAME* name, const char* field, const std::string& value) {
  require(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.c_str()),
                                     -1, -1, 0) == 1,
          "name");
}

void add_extension(X509* certificate, int kind, const char* value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, kind, value), &X509_EXTENSION_free);
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "extension");
}

Certificate self_signed(EVP_PKEY* key, const std::string& common_name) {
  Certificate certificate(X509_new(), &X509_free);
  require(certificate != nullptr, "certificate");
  X509* const raw = certificate.get();
  X509_set_version(raw, kVersion3);
  ASN1_INTEGER_set(X509_get_serialNumber(raw), 1);
  X509_gmtime_adj(X509_getm_notBefore(raw), -3600);
  X509_gmtime_adj(X509_getm_notAfter(raw), kLifetime);
  X509_set_pubkey(raw, key);
  X509_NAME* const name = X509_get_subject_name(raw);
  name_it(name, "O", "Coffre simulators");
  name_it(name, "CN", common_name);
  X509_set_issuer_name(raw, name);
  add_extension(raw, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
  add_extension(raw, NID_basic_constraints, "critical,CA:TRUE");
  require(X509_sign(raw, key, EVP_sha256()) > 0, "signing");
  return certificate;
}

std::string pin_of(X509* certificate) {
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded);
  require(size > 0, "public key");
  const Digest digest = sha256({encoded, static_cast<std::size_t>(size)});
  OPENSSL_free(encoded);
  return "sha256//" + to_base64(as_text(digest));
}

std::string pem_of(X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  require(memory != nullptr && PEM_write_bio_X509(memory.get(), certificate) == 1, "PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Key new_key(KeyKind kind) {
  constexpr std::size_t kWeakBits = 1024;
  return {kind == KeyKind::p256 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")
                                : EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", kWeakBits),
          &EVP_PKEY_free};
}

using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

Key kept_key(KeyKind kind, const std::string& path) {
  if (const File file{std::fopen(path.c_str(), "r"), &std::fclose}) {
    return {PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free};
  }
  Key key = new_key(kind);
  const File file{std::fopen(path.c_str(), "wx"), &std::fclose};
  require(file != nullptr, "key file");
  require(PEM_write_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1, "key file");
  return key;
}

}  // namespace

TlsIdentity make_tls_identity(const std::string& common_name, TlsVersions versions, KeyKind kind,
                              const std::string& key_file) {
  const Key key = key_file.empty() ? new_key(kind) : kept_key(kind, key_file);
  require(key != nullptr, "key");
  const Certificate certificate = self_signed(key.get(), common_name);
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  require(context != nullptr, "context");
  if (kind == KeyKind::rsa1024) SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  SSL_CTX_set_mode(context.get(), SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_num_tickets(context.get(), 1);
  if (versions == TlsVersions::only_tls_1_1) {
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
  }
  return {std::move(context), pin_of(certificate.get()), pem_of(certificate.get())};
}

}  // namespace coffre::simulator
