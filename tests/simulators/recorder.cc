#include "simulators/recorder.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <charconv>

#include "simulators/content.h"

namespace coffre::simulator {
namespace {

constexpr std::uint64_t kFiftyGigabytes = 50ULL * 1000 * 1000 * 1000;
constexpr std::size_t kEndlessBlock = 64U * 1024U;
constexpr std::size_t kOneRecord = 16U * 1024U;  // of TLS
constexpr unsigned long kDeepXml = 1'000'000;
constexpr std::chrono::milliseconds kOneSecond{1000};

TlsIdentity identity_for(const Settings& settings, TlsVersions versions) {
  return make_tls_identity(settings.name, versions, settings.key == "rsa1024" ? KeyKind::rsa1024 : KeyKind::p256,
                           settings.key_file);
}

unsigned long number_or(const std::string& text, unsigned long otherwise) {
  unsigned long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end != text.data() ? value : otherwise;
}

std::string text_or(const std::string& text, std::string_view otherwise) {
  return text.empty() ? std::string(otherwise) : text;
}

std::string xml_bomb() {
  constexpr int kLevels = 12;
  std::string text = "<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY e0 \"aaaaaaaaaaaaaaaa\">\n";
  for (int level = 1; level < kLevels; ++level) {
    text += fmt::format("<!ENTITY e{} \"&e{};&e{};&e{};&e{};&e{};&e{};&e{};&e{};\">\n", level, level - 1, level - 1,
                        level - 1, level - 1, level - 1, level - 1, level - 1, level - 1);
  }
  return text + fmt::format("]>\n<DeviceInfo><model>&e{};</model></DeviceInfo>", kLevels - 1);
}

std::string xml_deep(unsigned long levels) {
  std::string text = "<?xml version=\"1.0\"?>";
  for (unsigned long i = 0; i < levels; ++i) text += "<d>";
  for (unsigned long i = 0; i < levels; ++i) text += "</d>";
  return text;
}

std::string chunk(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

bool send_slowly(const std::string& bytes, unsigned long per_second, Wire& wire) {
  const std::size_t step = std::max<std::size_t>(per_second, 1);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    if (!wire.write(std::string_view(bytes).substr(at, step)) || !wire.pause(kOneSecond)) return false;
  }
  return true;
}

bool send_without_end(HttpAnswer reply, const std::string& how, Wire& wire) {
  const std::string block = filler(1, kEndlessBlock);
  const bool declared = how == "declared";
  if (!declared) reply.headers.emplace_back("Transfer-Encoding", "chunked");
  if (!wire.write(head_text(reply, declared ? std::optional(kFiftyGigabytes) : std::nullopt))) return false;
  const std::string piece = declared ? block : chunk(block);
  while (wire.pause(std::chrono::milliseconds(0)) && wire.write(piece)) {
  }
  return false;
}

bool send_endless_headers(Wire& wire) {
  if (!wire.write("HTTP/1.1 200 OK\r\n")) return false;
  const std::string line = "X-Filler: " + text_filler(1, 100) + "\r\n";
  while (wire.pause(std::chrono::milliseconds(0)) && wire.write(line)) {
  }
  return false;
}

}  // namespace

Recorder::Recorder(Settings settings)
    : settings_(std::move(settings)),
      identity_(identity_for(settings_, TlsVersions::modern)),
      digest_(settings_.seed) {}

Settings Recorder::settings() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

bool Recorder::set(std::string_view key, std::string_view value) {
  const std::lock_guard lock(mutex_);
  return key != "name" && key != "make" && assign(settings_, key, value);
}

void Recorder::change(const std::function<void(Settings&)>& how) {
  const std::lock_guard lock(mutex_);
  how(settings_);
}

Counts Recorder::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void Recorder::reset_counts() {
  const std::lock_guard lock(mutex_);
  counts_ = {};
}

void Recorder::unlock() {
  const std::lock_guard lock(mutex_);
  locked_until_.reset();
  wrong_in_a_row_ = 0;
}

std::string Recorder::new_certificate() {
  Settings now = settings();
  now.key_file.clear();  // a kept key would keep the pin
  TlsIdentity fresh = identity_for(now, TlsVersions::modern);
  const std::lock_guard lock(mutex_);
  identity_ = std::move(fresh);
  return identity_.pin;
}

std::string Recorder::pin() const {
  const std::lock_guard lock(mutex_);
  return identity_.pin;
}

std::string Recorder::certificate_pem() const {
  const std::lock_guard lock(mutex_);
  return identity_.certificate_pem;
}

void Recorder::serve(int socket, int stop) {
  std::shared_ptr<ssl_ctx_st> context;
  {
    const std::lock_guard lock(mutex_);
    ++counts_.connections;
    context = identity_.context;
  }
  Wire wire(socket, stop);
  if (faults_.take("down")) return;
  if (faults_.take("refuse")) {
    const linger reset{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    return;
  }
  if (faults_.take("mute")) {
    wire.wait_for_leaving();
    return;
  }
  if (faults_.take("old-tls")) context = identity_for(settings(), TlsVersions::only_tls_1_1).context;
  if (!wire.handshake(context)) return;
  while (const std::optional<HttpRequest> request = wire.read_request()) {
    count(*request);
    if (!exchange(*request, wire)) break;
  }
  wire.say_goodbye();
}

void Recorder::count(const HttpRequest& request) {
  const bool credentials = carries_credentials(request);
  const std::lock_guard lock(mutex_);
  ++counts_.total;
  if (credentials) ++counts_.with_credentials;
  ++counts_.paths[request.path];
}

bool Recorder::carries_credentials(const HttpRequest& request) const {
  return !request.header("authorization").empty();
}

void Recorder::count_wrong() {
  const std::lock_guard lock(mutex_);
  ++counts_.wrong;
  if (++wrong_in_a_row_ >= kLockAfter) locked_until_ = std::chrono::steady_clock::now() + kLockTime;
}

std::optional<HttpAnswer> Recorder::digest_refusal(const HttpRequest& request, const Settings& now) {
  if (faults_.take("locked")) return locked();
  {
    const std::lock_guard lock(mutex_);
    if (locked_until_ && std::chrono::steady_clock::now() < *locked_until_) return locked();
  }
  const std::string realm = "Simulated " + now.name;
  if (faults_.take("basic-offered")) {
    const std::string basic = request.header("authorization");
    const std::string expected = "Basic " + to_base64(now.user + ":" + now.password);
    if (basic == expected) return std::nullopt;
    if (!basic.empty()) count_wrong();
    return unauthorized(fmt::format("Basic realm=\"{}\"", realm));
  }
  const DigestResult result = digest_.check(request, now.user, now.password);
  if (result == DigestResult::absent) return unauthorized(digest_.challenge(realm, now.digest));
  if (result == DigestResult::stale || faults_.take("endless-401") || faults_.take("stale-once")) {
    return unauthorized(digest_.challenge(realm, now.digest, ", stale=true"));
  }
  if (result == DigestResult::wrong || faults_.take("wrong-password")) {
    count_wrong();
    return unauthorized(digest_.challenge(realm, now.digest));
  }
  const std::lock_guard lock(mutex_);
  wrong_in_a_row_ = 0;
  return std::nullopt;
}

std::string Recorder::shown_serial(const HttpRequest& request, const Settings& now) {
  const auto other = faults_.take("other-serial", Role::identify, request.path);
  return other ? text_or(*other, "SIM-OTHER-0001") : now.serial;
}

std::string Recorder::shown_model(const HttpRequest& request, const Settings& now) {
  const auto other = faults_.take("other-model", Role::identify, request.path);
  return other ? text_or(*other, "SIM-OTHER-MODEL") : now.model;
}

std::string Recorder::shown_firmware(const HttpRequest& request, const Settings& now) {
  if (!faults_.take("identity-changes", Role::identify, request.path)) return now.firmware;
  const std::lock_guard lock(mutex_);
  return fmt::format("{}.{}", now.firmware, ++identifications_);
}

std::uint64_t Recorder::shown_size(const HttpRequest& request, const Settings& now) {
  return faults_.take("half-size", Role::export_, request.path) ? now.size / 2 : now.size;
}

bool Recorder::exchange(const HttpRequest& request, Wire& wire) {
  const Settings now = settings();
  const Role role = role_of(request);
  std::chrono::milliseconds delay = now.delay;
  if (const auto more = faults_.take("delay", role, request.path))
    delay += std::chrono::milliseconds(number_or(*more, 0));
  if (delay.count() > 0 && !wire.pause(delay)) return false;
  if (faults_.take("never-answer", role, request.path)) {
    wire.wait_for_leaving();
    return false;
  }
  if (faults_.take("endless-headers", role, request.path)) return send_endless_headers(wire);
  HttpAnswer reply = answer(request, now);
  const bool good = reply.status >= 200 && reply.status < 300;
  // Faults of content hit the answers that would have been good: a challenge stays a challenge.
  if (good) content_fault(request, role, reply);
  return good ? send(request, role, reply, wire) : wire.write(head_text(reply, reply.body.size()) + reply.body);
}

// Replaces what is said.
void Recorder::content_fault(const HttpRequest& request, Role role, HttpAnswer& reply) {
  const auto hit = [&](std::string_view kind) { return faults_.take(kind, role, request.path); };
  if (const auto status = hit("status")) {
    reply = {static_cast<int>(number_or(*status, 503)), "text/plain", "", {}};
  } else if (const auto target = hit("redirect")) {
    reply = {302, "text/html", "", {{"Location", text_or(*target, "http://169.254.169.254/latest")}}};
  } else if (hit("login-page")) {
    reply = {200, "text/html", "<!DOCTYPE html><html><body><form action=\"/login\">Password</form></body></html>", {}};
  } else if (hit("empty")) {
    reply.body.clear();
  } else if (hit("error-in-200")) {
    reply = error_in_200();
  } else if (hit("xml-bomb")) {
    reply = {200, "application/xml", xml_bomb(), {}};
  } else if (const auto levels = hit("xml-deep")) {
    reply = {200, "application/xml", xml_deep(number_or(*levels, kDeepXml)), {}};
  } else if (hit("half-body")) {
    reply.body.resize(reply.body.size() / 2);
  } else if (hit("corrupt") && !reply.body.empty()) {
    reply.body.back() = static_cast<char>(reply.body.back() ^ 1);
  }
}

bool Recorder::send(const HttpRequest& request, Role role, const HttpAnswer& reply, Wire& wire) {
  const auto hit = [&](std::string_view kind) { return faults_.take(kind, role, request.path); };
  bool handled = false;
  const bool go_on = send_odd_length(request, role, reply, wire, handled);
  if (handled) return go_on;
  if (const auto rate = hit("slow")) {
    return wire.write(head_text(reply, reply.body.size())) && send_slowly(reply.body, number_or(*rate, 1), wire);
  }
  if (const auto how = hit("endless")) return send_without_end(reply, *how, wire);
  HttpAnswer encoded{reply.status, reply.type, {}, reply.headers};
  if (hit("gzip")) encoded.headers.emplace_back("Content-Encoding", "gzip");
  if (request.method == "HEAD") return wire.write(head_text(encoded, reply.body.size()));
  // One write for small answers: fewer TLS records; large ones are not copied once more.
  const std::string head = head_text(encoded, reply.body.size());
  if (reply.body.size() <= kOneRecord) return wire.write(head + reply.body);
  return wire.write(head) && wire.write(reply.body);
}

bool Recorder::send_odd_length(const HttpRequest& request, Role role, const HttpAnswer& reply, Wire& wire,
                               bool& handled) {
  const auto hit = [&](std::string_view kind) { return faults_.take(kind, role, request.path); };
  const std::string& all = reply.body;
  const auto half = [&all] { return all.substr(0, all.size() / 2); };
  HttpAnswer chunked{reply.status, reply.type, {}, reply.headers};
  chunked.headers.emplace_back("Transfer-Encoding", "chunked");
  HttpAnswer closing{reply.status, reply.type, {}, reply.headers};
  closing.headers.emplace_back("Connection", "close");
  handled = true;
  if (hit("truncated")) return wire.write(head_text(reply, all.size()) + half()) && false;
  if (hit("lying-short")) return wire.write(head_text(reply, all.size() / 2) + all) && false;
  if (hit("chunked-cut")) return wire.write(head_text(chunked, std::nullopt) + chunk(half())) && false;
  if (const auto how = hit("no-length")) {
    return wire.write(head_text(closing, std::nullopt) + (*how == "whole" ? all : half())) && false;
  }
  handled = false;
  return true;
}

}  // namespace coffre::simulator
