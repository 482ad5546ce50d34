// A recorder that speaks Hikvision's ISAPI: digest, XML resources, the configuration as one opaque file.
//
// Container: u32 LE 1, u32 LE length of the payload, payload, 16 bytes MD5 of the payload. Payload: configuration_text,
// filler; with export_mode "encrypted" under AES-128-CTR with a key made from the secret of the query.
#pragma once

#include "simulators/recorder.h"

namespace coffre::simulator {

// The AES key of the `secretkey` query parameter, 32 hex digits (vendor-apis.md section 3, "Encoding of sensitive
// values").
std::string isapi_secret_key_hex(std::string_view user, std::string_view salt, std::string_view password,
                                 unsigned rounds);
// The plain secret in a `secretkey` parameter; empty when it does not decrypt.
std::string isapi_open_secret(std::string_view key_hex, std::string_view sealed_hex, std::string_view iv_hex);

class HikvisionRecorder final : public Recorder {
 public:
  explicit HikvisionRecorder(Settings settings);

 protected:
  [[nodiscard]] Role role_of(const HttpRequest& request) const override;
  HttpAnswer answer(const HttpRequest& request, const Settings& now) override;
  HttpAnswer unauthorized(const std::string& www) override;
  HttpAnswer locked() override;
  HttpAnswer error_in_200() override;

 private:
  HttpAnswer device_info(const HttpRequest& request, const Settings& now);
  HttpAnswer configuration(const HttpRequest& request, const Settings& now);
  HttpAnswer export_file(const HttpRequest& request, const Settings& now, const std::string& secret);
  HttpAnswer import_file(const HttpRequest& request, const Settings& now, const std::string& secret);
  [[nodiscard]] std::string salt() const;

  std::atomic<std::chrono::steady_clock::time_point> started_;
};

}  // namespace coffre::simulator
