// A server whose every answer is written by the test, byte by byte.
#pragma once

#include <functional>
#include <utility>

#include "simulators/recorder.h"

namespace coffre::simulator {

class ScriptedRecorder final : public Recorder {
 public:
  // Writes what it wants; false closes the connection. Called from the connections' threads.
  using Script = std::function<bool(const HttpRequest&, Wire&)>;

  explicit ScriptedRecorder(Script script) : Recorder({}), script_(std::move(script)) {}

 protected:
  bool exchange(const HttpRequest& request, Wire& wire) override { return script_(request, wire); }
  [[nodiscard]] Role role_of(const HttpRequest& /*request*/) const override { return Role::other; }
  HttpAnswer answer(const HttpRequest& /*request*/, const Settings& /*now*/) override { return {}; }
  HttpAnswer unauthorized(const std::string& /*www*/) override { return {401, "text/plain", ""}; }
  HttpAnswer locked() override { return {403, "text/plain", ""}; }
  HttpAnswer error_in_200() override { return {}; }

 private:
  Script script_;
};

}  // namespace coffre::simulator
