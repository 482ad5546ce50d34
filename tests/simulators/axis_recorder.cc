#include "simulators/axis_recorder.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "simulators/content.h"

namespace coffre::simulator {
namespace {

using Json = nlohmann::json;

HttpAnswer json(const Json& value, int status = 200) {
  return {status, "application/json", value.dump()};
}

HttpAnswer dca_error(int status, int code, std::string_view message) {
  return json({{"status", "error"}, {"error", {{"code", code}, {"message", message}}}}, status);
}

HttpAnswer groups(const Settings& now) {
  return {200, "text/plain; charset=iso-8859-1",
          fmt::format("admin=\"root,{0}\"\r\nanonymous=\"\"\r\noperator=\"root,{0},{1}\"\r\nptz=\"\"\r\n"
                      "users=\"{0}\"\r\nviewer=\"root,{0},{1}\"\r\ndigusers=\"root,{0},{1}\"\r\n",
                      now.user, now.canary)};
}

Json api_list() {
  return {{"apis",
           {{"param", {{"v2", {{"state", "released"}}}}},
            {"time", {{"v2", {{"state", "released"}}}}},
            {"user-management", {{"v2", {{"state", "released"}}}}}}}};
}

}  // namespace

Role AxisRecorder::role_of(const HttpRequest& request) const {
  if (request.path == "/axis-cgi/basicdeviceinfo.cgi") return Role::identify;
  if (request.path == "/config/rest/$export" || request.path == "/config/rest/$import") return Role::export_;
  if (request.path == "/axis-cgi/systemready.cgi") return Role::other;
  return Role::inspect;
}

HttpAnswer AxisRecorder::unauthorized(const std::string& www) {
  return {401, "text/html", "<html><body>401 Unauthorized</body></html>", {{"WWW-Authenticate", www}}};
}

HttpAnswer AxisRecorder::locked() {
  return {403, "text/html", "<html><body>403 Forbidden</body></html>"};
}

HttpAnswer AxisRecorder::error_in_200() {
  return dca_error(200, 8000, "Internal error");
}

HttpAnswer AxisRecorder::answer(const HttpRequest& request, const Settings& now) {
  if (request.path == "/axis-cgi/systemready.cgi") return system_ready(now);
  if (request.path == "/axis-cgi/basicdeviceinfo.cgi" &&
      request.body.find("getAllUnrestrictedProperties") != std::string::npos) {
    return basic_device_info(request, now);
  }
  if (now.state == "fresh") return {401, "text/html", "<html><body>Setup needed</body></html>"};
  if (auto refusal = digest_refusal(request, now)) return std::move(*refusal);
  if (request.path == "/axis-cgi/basicdeviceinfo.cgi") return basic_device_info(request, now);
  if (request.path == "/axis-cgi/pwdgrp.cgi") return groups(now);
  if (request.path == "/config/discover/apis") return json(api_list());
  if (request.path == "/config/rest/$export" && request.method == "GET") return export_document(request, now);
  if (request.path == "/config/rest/$import" && request.method == "PATCH") return import_document(request);
  return dca_error(404, 100, "Path not found");
}

HttpAnswer AxisRecorder::basic_device_info(const HttpRequest& request, const Settings& now) {
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return json({{"apiVersion", "1.3"}, {"error", {{"code", 4000}, {"message", "Invalid JSON"}}}});
  const std::string method = body.value("method", "");
  if (method != "getAllProperties" && method != "getAllUnrestrictedProperties") {
    return json({{"apiVersion", "1.3"}, {"error", {{"code", 2004}, {"message", "Method not supported"}}}});
  }
  const std::string model = shown_model(request, now);
  return json({{"apiVersion", "1.3"},
               {"context", body.value("context", "")},
               {"method", method},
               {"data",
                {{"propertyList",
                  {{"Architecture", "aarch64"},
                   {"Brand", "AXIS"},
                   {"BuildDate", "Mar 01 2026 06:50"},
                   {"HardwareID", "9F9"},
                   {"ProdFullName", "AXIS " + model + " Network Video Recorder"},
                   {"ProdNbr", model},
                   {"ProdShortName", "AXIS " + model},
                   {"ProdType", "Network Video Recorder"},
                   {"SerialNumber", shown_serial(request, now)},
                   {"Version", shown_firmware(request, now)}}}}}});
}

HttpAnswer AxisRecorder::system_ready(const Settings& now) const {
  return json({{"apiVersion", "1.4"},
               {"method", "systemready"},
               {"data",
                {{"systemready", "yes"},
                 {"needsetup", now.state == "fresh" ? "yes" : "no"},
                 {"uptime", "4711"},
                 {"bootid", sha256_hex(fmt::format("{} {}", now.serial, boots_.load())).substr(0, 32)}}}});
}

HttpAnswer AxisRecorder::export_document(const HttpRequest& request, const Settings& now) {
  Json users = Json::array();
  users.push_back({{"username", "root"}, {"role", "admin"}});
  for (unsigned id = 2; id <= now.users; ++id) {
    users.push_back({{"username", fmt::format("{}-{}", now.canary, id)}, {"role", "viewer"}});
  }
  Json cameras = Json::array();
  for (unsigned id = 1; id <= now.channels; ++id) {
    cameras.push_back({{"id", id}, {"name", fmt::format("Camera {:02}", id)}, {"password", now.canary}});
  }
  Json data{{"param.v2", {{"root.Brand.ProdNbr", now.model}, {"simulated", configuration_text(now)}}},
            {"time.v2", {{"timeZone", "Europe/Paris"}}},
            {"recording.v1", {{"cameras", cameras}}},
            {"user-management.v2", {{"users", users}}}};
  constexpr std::size_t kAround = 64;  // what the member "padding" adds besides its text
  const std::uint64_t size = shown_size(request, now);
  const std::size_t so_far = data.dump().size() + kAround;
  if (size > so_far) data["param.v2"]["padding"] = text_filler(now.seed, size - so_far);
  return json({{"status", "success"}, {"data", data}});
}

HttpAnswer AxisRecorder::import_document(const HttpRequest& request) {
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object() || !body.contains("data")) return dca_error(400, 101, "Invalid JSON");
  const Json pointer = body["data"].value("/param.v2/simulated"_json_pointer, Json());
  if (!pointer.is_string()) return dca_error(400, 103, "Not an export of this product");
  const auto text = pointer.get<std::string>();
  change([&](Settings& settings) { apply_configuration_text(settings, text); });
  ++boots_;
  return json({{"status", "success"}});
}

}  // namespace coffre::simulator
