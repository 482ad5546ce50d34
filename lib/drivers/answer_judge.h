// What an HTTP status means for the caller: go on, not available here, or which Error (driver.h lists them).
//
// Pure, thread-safe.
#pragma once

#include <string>

#include "drivers/body_check.h"
#include "drivers/definition.h"

namespace coffre {

enum class Verdict { as_expected, unavailable };

struct JudgeContext {
  std::string step;  // "users: GET /ISAPI/Security/users"
  LoginScheme scheme = LoginScheme::none;
  bool login = false;            // the request carried user and password in its body
  bool password_proven = false;  // the device accepted this password before, in this session
};

// Throws Error(refused, locked_out, unreachable, unsupported, implausible). Order: the definition's own rules, the
// expected statuses, refused credentials, statuses that mean "not here", everything else.
Verdict judge(const Definition& definition, const RequestSpec& request, const Response& response,
              const BodyWindow& body, const JudgeContext& context);

// Throws Error(refused, "NOT_ACTIVATED") when the answer shows a device that waits for its first setup.
void check_in_use(const ExpectedAnswer& expect, const Content& content, const std::string& step);

}  // namespace coffre
