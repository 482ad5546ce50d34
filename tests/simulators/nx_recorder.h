// A Network Optix media server: bearer sessions, the whole configuration as a database dump.
//
// Settings.api: v1 (JSON with base64), v2 (binary when asked with application/octet-stream, else as v1), v4 (binary,
// paths under /site/). Only calls of that version exist. The database wants a session younger than Settings.fresh_for.
#pragma once

#include "simulators/recorder.h"

namespace coffre::simulator {

class NxRecorder final : public Recorder {
 public:
  explicit NxRecorder(Settings settings) : Recorder(std::move(settings)) {}

 protected:
  [[nodiscard]] Role role_of(const HttpRequest& request) const override;
  [[nodiscard]] bool carries_credentials(const HttpRequest& request) const override;
  HttpAnswer answer(const HttpRequest& request, const Settings& now) override;
  HttpAnswer unauthorized(const std::string& www) override;
  HttpAnswer locked() override;
  HttpAnswer error_in_200() override;

 private:
  using Time = std::chrono::steady_clock::time_point;

  HttpAnswer log_in(const HttpRequest& request, const Settings& now);
  HttpAnswer log_out(const std::string& token);
  HttpAnswer system_info(const HttpRequest& request, const Settings& now);
  HttpAnswer database(const HttpRequest& request, const Settings& now, Time logged_in_at);
  std::optional<Time> session_of(const HttpRequest& request);

  std::mutex sessions_mutex_;
  std::map<std::string, Time> sessions_;
  std::uint64_t logins_ = 0;
  std::uint64_t restarts_ = 0;
};

}  // namespace coffre::simulator
