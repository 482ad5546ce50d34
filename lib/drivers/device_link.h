// The conversation with one device: login, renewal, logout, one request at a time, each answer judged and reported.
//
// Rule 5 lives here: after a refused password nothing more is sent that carries it. Threads: one job's own.
// Errors: as driver.h says, with the step "id: METHOD /path" (never a query).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "drivers/answer_body.h"
#include "drivers/answer_judge.h"
#include "drivers/definition.h"
#include "drivers/driver.h"
#include "drivers/transport.h"
#include "drivers/values.h"

namespace coffre {

class DeviceLink {
 public:
  // `definition` and `random` outlive the link.
  DeviceLink(const Definition& definition, DeviceAccess access, Random& random, StepObserver observer,
             const TransportFactory& make_transport);

  // Sends the request and judges the answer. as_expected: the raw and the parsed answer are what was asked for, and
  // `content` holds it where the format can be parsed. unavailable: this device does not have it; `body` is to be
  // dropped.
  struct Answer {
    Verdict verdict = Verdict::unavailable;
    std::unique_ptr<Content> content;
  };
  Answer fetch(const std::string& id, const RequestSpec& request, AnswerBody& body);

  [[nodiscard]] Values& values() { return values_; }
  void logout() noexcept;

 private:
  Response send(const std::string& step, const Request& request, const Credentials& credentials, ByteSink& body);
  void log_in();
  [[nodiscard]] Request request_of(const RequestSpec& spec) const;
  [[nodiscard]] Credentials make_credentials() const;
  const Credentials& credentials();
  Answer checked(const RequestSpec& request, const Response& response, AnswerBody& body, const JudgeContext& context);
  void report(const std::string& step, const Response& response, const BodyWindow& body, std::string verdict);
  [[nodiscard]] std::string step_of(const std::string& id, const RequestSpec& request) const;

  const Definition& definition_;
  Random& random_;
  StepObserver observer_;
  std::string user_;
  SecretString password_;
  Values values_;
  std::unique_ptr<Transport> transport_;
  SecretString token_;
  std::optional<Credentials> credentials_;  // made once a login: locked memory is dear, and a device gets many requests
  bool logged_in_ = false;
  bool password_proven_ = false;
  bool stopped_ = false;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace coffre
