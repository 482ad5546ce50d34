#include "drivers/transport.h"

#include <utility>

namespace coffre {
namespace {

class HttpsTransport final : public Transport {
 public:
  HttpsTransport(Endpoint endpoint, const Limits& limits) : client_(std::move(endpoint), limits) {}
  Response send(const Request& request, const Credentials& credentials, ByteSink& body) override {
    return client_.send(request, credentials, body);
  }

 private:
  HttpsClient client_;
};

}  // namespace

std::unique_ptr<Transport> https_transport(Endpoint endpoint, const Limits& limits) {
  return std::make_unique<HttpsTransport>(std::move(endpoint), limits);
}

}  // namespace coffre
