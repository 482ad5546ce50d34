// A self-signed EC P-256 certificate, made in memory, and the TLS server context that shows it.
#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace coffre::simulator {

enum class TlsVersions { modern, only_tls_1_1 };

struct TlsIdentity {
  std::shared_ptr<ssl_ctx_st> context;  // shared: connections go on with the certificate they started with
  std::string pin;                      // "sha256//..."
};

TlsIdentity make_tls_identity(const std::string& common_name, TlsVersions versions);

}  // namespace coffre::simulator
