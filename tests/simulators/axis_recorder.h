// An Axis recorder with the Device Configuration API: digest, JSON, the export as one JSON document.
#pragma once

#include "simulators/recorder.h"

namespace coffre::simulator {

class AxisRecorder final : public Recorder {
 public:
  explicit AxisRecorder(Settings settings) : Recorder(std::move(settings)) {}

 protected:
  [[nodiscard]] Role role_of(const HttpRequest& request) const override;
  HttpAnswer answer(const HttpRequest& request, const Settings& now) override;
  HttpAnswer unauthorized(const std::string& www) override;
  HttpAnswer locked() override;
  HttpAnswer error_in_200() override;

 private:
  HttpAnswer basic_device_info(const HttpRequest& request, const Settings& now);
  HttpAnswer system_ready(const Settings& now) const;
  HttpAnswer export_document(const HttpRequest& request, const Settings& now);
  HttpAnswer import_document(const HttpRequest& request);

  std::atomic<std::uint64_t> boots_{1};
};

}  // namespace coffre::simulator
