// A self-signed certificate for 127.0.0.1 and localhost, made in memory, and the TLS server context that shows it.
#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace coffre::simulator {

enum class TlsVersions { modern, only_tls_1_1 };
enum class KeyKind { p256, rsa1024 };  // the second one as old recorders have it: too weak

struct TlsIdentity {
  std::shared_ptr<ssl_ctx_st> context;  // shared: connections go on with the certificate they started with
  std::string pin;                      // "sha256//..."
  std::string certificate_pem;          // for clients that want a CA file
};

// `key_file` (may be empty): PEM of the key, read when it exists, made otherwise, so that the pin outlives the process.
TlsIdentity make_tls_identity(const std::string& common_name, TlsVersions versions, KeyKind kind,
                              const std::string& key_file = {});

}  // namespace coffre::simulator
