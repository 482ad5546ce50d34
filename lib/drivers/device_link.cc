#include "drivers/device_link.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "base/translate.h"
#include "drivers/deny_list.h"

namespace coffre {
namespace {

constexpr std::size_t kMaxLoginAnswer = 1024 * 1024;

bool by_token(LoginScheme scheme) {
  return scheme == LoginScheme::bearer || scheme == LoginScheme::token_in_query;
}

AuthScheme auth_of(LoginScheme scheme) {
  switch (scheme) {
    case LoginScheme::digest:
      return AuthScheme::digest;
    case LoginScheme::basic:
      return AuthScheme::basic;
    case LoginScheme::bearer:
      return AuthScheme::bearer;
    case LoginScheme::none:
    case LoginScheme::token_in_query:
      break;
  }
  return AuthScheme::none;
}

std::string without_query(const std::string& path) {
  return path.substr(0, path.find('?'));
}

// The installation's own limits, where it has some, instead of the definition's; no part may outlast the whole.
Limits narrowed(Limits limits, const DeviceLimits& wanted) {
  if (wanted.connect) limits.connect = *wanted.connect;
  if (wanted.first_byte) limits.first_byte = *wanted.first_byte;
  if (wanted.total) limits.total = *wanted.total;
  if (wanted.largest_answer_bytes) limits.max_body_bytes = *wanted.largest_answer_bytes;
  for (std::chrono::milliseconds* part : {&limits.connect, &limits.first_byte, &limits.slow_for}) {
    *part = std::min(*part, limits.total);
  }
  return limits;
}

// Definitions are checked when loaded; a value from a device or the inventory may still have changed the path.
void refuse_denied(const std::string& target) {
  const std::string word = denied_word(target);
  if (word.empty()) return;
  throw Error(ErrorCode::rule, tr("preparing a request"),
              fmt::format(fmt::runtime(tr("\"{}\" changes or destroys a device; it was not sent")), word),
              tr("Correct the driver's definition, then: backupd driver test FILE --device DEVICE"));
}

}  // namespace

DeviceLink::DeviceLink(const Definition& definition, DeviceAccess access, Random& random, StepObserver observer,
                       const TransportFactory& make_transport)
    : definition_(definition),
      random_(random),
      observer_(std::move(observer)),
      user_(std::move(access.user)),
      password_(std::move(access.password)),
      values_(definition, access.settings),
      transport_(make_transport(
          {std::move(access.address), std::move(access.pin), {}, std::move(access.networks), access.allow_weak_key},
          narrowed(definition.limits, access.limits))) {}

std::string DeviceLink::step_of(const std::string& id, const RequestSpec& request) const {
  return fmt::format("{}: {} {}", id, request.method, printable(values_.shown_path(without_query(request.path))));
}

void DeviceLink::report(const std::string& step, const Response& response, const BodyWindow& body,
                        std::string verdict) {
  if (!observer_) return;
  const auto took = std::chrono::steady_clock::now() - started_;
  const bool carried = response.credentials_sent || (by_token(definition_.login.scheme) && response.status != 0);
  observer_({step, response.status, body.size(), std::chrono::duration_cast<std::chrono::milliseconds>(took),
             std::move(verdict), carried && password_proven_});
}

Response DeviceLink::send(const std::string& step, const Request& request, const Credentials& credentials,
                          ByteSink& body) {
  refuse_denied(request.target);
  started_ = std::chrono::steady_clock::now();
  try {
    return transport_->send(request, credentials, body);
  } catch (const Error& error) {
    report(step, {}, {}, error.reason());
    throw;
  }
}

Request DeviceLink::request_of(const RequestSpec& spec) const {
  Request request;
  request.method = spec.method;
  request.target = values_.path(spec.path);
  request.headers = spec.headers;
  request.body = values_.body(spec.body);
  if (!spec.body.content_type.empty()) request.headers.emplace_back("Content-Type", spec.body.content_type);
  return request;
}

Credentials DeviceLink::make_credentials() const {
  Credentials credentials;
  credentials.scheme = auth_of(definition_.login.scheme);
  if (credentials.scheme == AuthScheme::none) return credentials;
  if (credentials.scheme == AuthScheme::bearer) {
    if (token_.empty()) return {};
    credentials.secret = token_.clone();
    return credentials;
  }
  credentials.user = user_;
  credentials.secret = password_.clone();
  return credentials;
}

const Credentials& DeviceLink::credentials() {
  if (!credentials_) credentials_ = make_credentials();
  return *credentials_;
}

DeviceLink::Answer DeviceLink::checked(const RequestSpec& request, const Response& response, AnswerBody& body,
                                       const JudgeContext& context) {
  try {
    const Verdict verdict = judge(definition_, request, response, body.window(), context);
    if (verdict == Verdict::unavailable) {
      report(context.step, response, body.window(), tr("not available on this device"));
      return {};
    }
    if (response.credentials_sent && !by_token(definition_.login.scheme)) password_proven_ = true;
    const auto refuse = [&context](std::string why) {
      if (!why.empty()) throw Error(ErrorCode::implausible, context.step, std::move(why));
    };
    const std::string type = to_lower_ascii(response.header("content-type"));
    const auto& types = request.expect.content_types;
    refuse(body_problem(request.expect, body.window()));
    if (!types.empty() &&
        std::none_of(types.begin(), types.end(), [&](const auto& t) { return type.starts_with(t); })) {
      refuse(fmt::format(fmt::runtime(tr("its type is \"{}\"")), printable(type)));
    }
    if (body.too_large()) refuse(tr("it is larger than allowed for its format"));
    Answer answer{Verdict::as_expected, nullptr};
    if (request.expect.format != Format::binary) {
      answer.content = parse_content(request.expect.format, body.kept());
      check_in_use(request.expect, *answer.content, context.step);
      refuse(content_problem(request.expect, *answer.content));
    }
    report(context.step, response, body.window(), tr("as expected"));
    return answer;
  } catch (const Error& error) {
    if (error.category() == "WRONG_PASSWORD" || error.code() == ErrorCode::locked_out) stopped_ = true;
    report(context.step, response, body.window(), error.reason());
    throw Error(error.code(), context.step, error.reason(), error.hint()).with_category(error.category());
  }
}

void DeviceLink::log_in() {
  const RequestSpec& spec = *definition_.login.request;
  JudgeContext context{step_of("login", spec), definition_.login.scheme, true, password_proven_};
  AnswerBody body(kMaxLoginAnswer);
  values_.set("user", user_);
  values_.set("password", password_.clone());
  const Request request = request_of(spec);
  values_.erase("user");
  values_.erase("password");
  const Response response = send(context.step, request, {}, body);
  const Answer answer = checked(spec, response, body, context);
  if (!answer.content) throw Error(ErrorCode::unsupported, context.step, tr("the device does not have this login"));
  auto token = answer.content->text_at(definition_.login.token);
  const bool open = !token && definition_.login.open_when_null;
  if (!token && !open)
    throw Error(ErrorCode::implausible, context.step, tr("the device accepted the login, but gave no token"));
  if (open)
    log(LogLevel::warning, definition_.name, tr("the service answers without any login: it is open to everybody"));
  token_ = token ? SecretString::copy_of(*token) : SecretString();
  credentials_.reset();
  if (token) wipe(*token);
  logged_in_ = true;
  password_proven_ = !open;
}

DeviceLink::Answer DeviceLink::fetch(const std::string& id, const RequestSpec& request, AnswerBody& body) {
  const bool anonymous = request.anonymous || definition_.login.scheme == LoginScheme::none;
  if (stopped_ && !anonymous) {
    throw Error(ErrorCode::refused, step_of(id, request), tr("not sent: the device refused this password before"),
                tr("Check the password, then: backupd secret set NAME, or backupd secret release NAME --reason R"));
  }
  if (!anonymous && by_token(definition_.login.scheme)) {
    if (request.fresh_login) logout();
    if (!logged_in_) log_in();
  }
  compute(request.compute, user_, password_, random_, values_);
  Request http = request_of(request);
  if (!anonymous && definition_.login.scheme == LoginScheme::token_in_query && !token_.empty()) {
    values_.set("token", token_.clone());
    http.target += http.target.find('?') == std::string::npos ? '?' : '&';
    http.target += definition_.login.parameter + "=" + values_.path("{token}");
    values_.erase("token");
  }
  const JudgeContext context{step_of(id, request), definition_.login.scheme, false,
                             password_proven_ || by_token(definition_.login.scheme)};
  const Response response =
      anonymous ? send(context.step, http, {}, body) : send(context.step, http, credentials(), body);
  wipe(http.target);
  return checked(request, response, body, context);
}

void DeviceLink::logout() noexcept {
  const Login& login = definition_.login;
  const bool wanted = logged_in_ && !token_.empty() && !login.logout_path.empty();
  logged_in_ = false;
  try {
    if (wanted) {
      values_.set("token", token_.clone());
      Request request;
      request.method = login.logout_method;
      request.target = values_.path(login.logout_path);
      CountingSink nothing;
      send("logout", request, credentials(), nothing);
    }
  } catch (const std::exception&) {
    // The device ends the login by itself after a while; nothing depends on it.
  }
  values_.erase("token");
  token_ = SecretString();
  credentials_.reset();
}

}  // namespace coffre
