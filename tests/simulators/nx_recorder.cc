#include "simulators/nx_recorder.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "simulators/content.h"

namespace coffre::simulator {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kDatabaseMagic{"SQLite format 3\0", 16};
constexpr std::string_view kBearer = "Bearer ";

HttpAnswer json(const Json& value, int status = 200) {
  return {status, "application/json", value.dump()};
}

HttpAnswer error(int status, std::string_view id, std::string_view text) {
  return json({{"error", "0"}, {"errorId", id}, {"errorString", text}}, status);
}

// A random-looking id that stays the same for one device.
std::string uuid(std::string_view of) {
  const std::string digits = sha256_hex(of);
  return fmt::format("{{{}-{}-4{}-8{}-{}}}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(13, 3),
                     digits.substr(17, 3), digits.substr(20, 12));
}

std::string base_of(const Settings& now) {
  return "/rest/" + now.api;
}
std::string system_word(const Settings& now) {
  return now.api == "v4" ? "/site" : "/system";
}

Json user_list(const Settings& now) {
  Json list = Json::array();
  for (unsigned id = 1; id <= now.users; ++id) {
    const std::string name = id == 1 ? "admin" : (id == 2 ? now.user : fmt::format("{}-{}", now.canary, id));
    list.push_back({{"id", uuid(fmt::format("user {} {}", now.name, id))},
                    {"name", name},
                    {"type", "local"},
                    {"isEnabled", true},
                    {"permissions", id == 1 ? "administrator" : "viewer"}});
  }
  return list;
}

Json device_list(const Settings& now) {
  Json list = Json::array();
  for (unsigned id = 1; id <= now.channels; ++id) {
    list.push_back({{"id", uuid(fmt::format("camera {} {}", now.name, id))},
                    {"name", fmt::format("Camera {:02}", id)},
                    {"url", fmt::format("rtsp://192.0.2.{}/", 10 + id)},
                    {"deviceType", "Camera"},
                    {"credentials", {{"user", now.canary}}}});
  }
  return list;
}

}  // namespace

Role NxRecorder::role_of(const HttpRequest& request) const {
  if (request.path.ends_with("/info")) return Role::identify;
  if (request.path.ends_with("/database")) return Role::export_;
  if (request.path.find("/login/") != std::string::npos) return Role::other;
  return Role::inspect;
}

bool NxRecorder::carries_credentials(const HttpRequest& request) const {
  return Recorder::carries_credentials(request) ||
         (request.method == "POST" && request.path.ends_with("/login/sessions"));
}

HttpAnswer NxRecorder::unauthorized(const std::string& /*www*/) {
  return error(401, "unauthorized", "Wrong username or password.");
}

HttpAnswer NxRecorder::locked() {
  return error(403, "forbidden", "Too many attempts, try again later.");
}

HttpAnswer NxRecorder::error_in_200() {
  return error(200, "serviceUnavailable", "The server is starting.");
}

HttpAnswer NxRecorder::answer(const HttpRequest& request, const Settings& now) {
  const std::string base = base_of(now);
  if (!request.path.starts_with(base + "/")) return error(404, "notFound", "No such API version.");
  const std::string call = request.path.substr(base.size());
  const bool get = request.method == "GET";
  if (get && call == system_word(now) + "/info") return system_info(request, now);
  if (get && call == "/servers/this/info") {
    return json({{"id", uuid("server " + now.serial)},
                 {"version", now.firmware},
                 {"runtimeId", uuid(fmt::format("run {} {}", now.serial, restarts_))}});
  }
  if (call == "/login/sessions" && request.method == "POST") return log_in(request, now);
  const std::optional<Time> logged_in_at = session_of(request);
  if (!logged_in_at) return error(401, "unauthorized", "No session.");
  if (call.starts_with("/login/sessions/") && request.method == "DELETE") return log_out(call.substr(16));
  if (call == system_word(now) + "/database") return database(request, now, *logged_in_at);
  if (get && call == "/users") return json(user_list(now));
  if (get && call == "/devices") return json(device_list(now));
  return error(404, "notFound", "No such call.");
}

HttpAnswer NxRecorder::log_in(const HttpRequest& request, const Settings& now) {
  if (now.state == "fresh") return error(401, "unauthorized", "The system is not set up.");
  if (faults().take("locked")) return locked();
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return error(400, "badRequest", "Not JSON.");
  const bool right = body.value("username", "") == now.user && body.value("password", "") == now.password;
  if (!right || faults().take("wrong-password")) {
    count_wrong();
    return unauthorized({});
  }
  const std::lock_guard lock(sessions_mutex_);
  const std::string token = "vms-" + sha256_hex(fmt::format("{} {} {}", now.seed, now.name, ++logins_));
  sessions_[token] = std::chrono::steady_clock::now();
  return json({{"username", now.user}, {"token", token}, {"ageS", 0}, {"expiresInS", 86400}});
}

HttpAnswer NxRecorder::log_out(const std::string& token) {
  const std::lock_guard lock(sessions_mutex_);
  return sessions_.erase(token) == 1 ? json(Json::object()) : error(404, "notFound", "No such session.");
}

std::optional<NxRecorder::Time> NxRecorder::session_of(const HttpRequest& request) {
  const std::string header = request.header("authorization");
  if (!header.starts_with(kBearer)) return std::nullopt;
  const std::lock_guard lock(sessions_mutex_);
  const auto found = sessions_.find(header.substr(kBearer.size()));
  if (found == sessions_.end()) return std::nullopt;
  return found->second;
}

HttpAnswer NxRecorder::system_info(const HttpRequest& request, const Settings& now) {
  Json info{{"name", now.name},
            {"customization", "simulated"},
            {"version", shown_firmware(request, now)},
            {"protoVersion", 5107},
            {"restApiVersions", {{"min", "v1"}, {"max", now.api}}},
            {"cloudHost", ""}};
  if (now.state != "fresh") info["localId"] = uuid("system " + shown_serial(request, now));
  return json(info);
}

HttpAnswer NxRecorder::database(const HttpRequest& request, const Settings& now, Time logged_in_at) {
  if (std::chrono::steady_clock::now() - logged_in_at > now.fresh_for) {
    return error(403, "forbidden", "A fresh session is required.");
  }
  const bool binary = now.api == "v4" || (now.api == "v2" && request.header("accept") == "application/octet-stream");
  const std::string head = std::string(kDatabaseMagic) + configuration_text(now) + "\n";
  if (request.method == "GET") {
    const std::uint64_t size = shown_size(request, now);
    std::string dump = head + filler(now.seed, size > head.size() ? size - head.size() : 0);
    if (binary) return {200, "application/octet-stream", std::move(dump)};
    return json({{"data", to_base64(dump)}});
  }
  if (request.method != "POST") return error(405, "notAllowed", "GET or POST.");
  std::string dump = request.body;
  if (request.header("content-type").starts_with("application/json")) {
    const Json body = Json::parse(request.body, nullptr, false);
    dump = body.is_object() ? from_base64(body.value("data", "")) : std::string();
  }
  if (!dump.starts_with(kDatabaseMagic)) return error(400, "badRequest", "Not a database.");
  const std::size_t end = std::min(dump.find("\n\n"), dump.size());
  change([&](Settings& settings) {
    apply_configuration_text(settings,
                             std::string_view(dump).substr(kDatabaseMagic.size(), end - kDatabaseMagic.size()));
  });
  const std::lock_guard lock(sessions_mutex_);
  sessions_.clear();
  ++restarts_;
  return json(Json::object());
}

}  // namespace coffre::simulator
