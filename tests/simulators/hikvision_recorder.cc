#include "simulators/hikvision_recorder.h"

#include <fmt/format.h>

#include "base/text.h"
#include "simulators/content.h"

namespace coffre::simulator {
namespace {

constexpr std::string_view kNamespace = "http://www.hikvision.com/ver20/XMLSchema";
constexpr std::string_view kKeyTail = "AaBbCcDd1234!@#$";
constexpr unsigned kRounds = 100;
constexpr std::size_t kKeyDigits = 32;
constexpr std::size_t kMaxSecret = 32;
constexpr std::size_t kWord = 4;
constexpr std::size_t kTrailer = 16;
constexpr std::uint32_t kContainerVersion = 1;
constexpr std::string_view kPayloadMagic = "SIMCFG\n";
constexpr std::size_t kSpreadsheetFiller = 6000;

std::string little_endian(std::uint32_t value) {
  std::string out;
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>((value >> shift) & 0xffU);
  return out;
}

std::uint32_t read_little_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < kWord; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8U * static_cast<unsigned>(i));
  }
  return value;
}

HttpAnswer document(std::string_view root, std::string_view inside, int status = 200) {
  return {status, "application/xml; charset=\"UTF-8\"",
          fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{} version=\"2.0\" xmlns=\"{}\">\n{}</{}>\n", root,
                      kNamespace, inside, root)};
}

HttpAnswer response_status(int status, int code, std::string_view text, std::string_view sub) {
  return document("ResponseStatus",
                  fmt::format("<statusCode>{}</statusCode>\n<statusString>{}</statusString>\n"
                              "<subStatusCode>{}</subStatusCode>\n",
                              code, text, sub),
                  status);
}

HttpAnswer invalid_operation() {
  return response_status(200, 4, "Invalid Operation", "invalidOperation");
}

HttpAnswer security_capabilities(const std::string& salt) {
  return document("SecurityCap",
                  fmt::format("<supportUserNums>32</supportUserNums>\n<securityVersion opt=\"1\"></securityVersion>\n"
                              "<keyIterateNum>{}</keyIterateNum>\n<isSupportUserCheck>true</isSupportUserCheck>\n"
                              "<isSupportConfigFileImport>true</isSupportConfigFileImport>\n"
                              "<isSupportConfigFileExport>true</isSupportConfigFileExport>\n"
                              "<cfgFileSecretKeyLenLimit min=\"0\" max=\"{}\"></cfgFileSecretKeyLenLimit>\n"
                              "<isIrreversible>true</isIrreversible>\n<salt>{}</salt>\n",
                              kRounds, kMaxSecret, salt));
}

HttpAnswer users(const Settings& now) {
  std::string list;
  for (unsigned id = 1; id <= now.users; ++id) {
    const std::string name = id == 1 ? "admin" : (id == 2 ? now.user : fmt::format("{}-{}", now.canary, id));
    list += fmt::format("<User>\n<id>{}</id>\n<userName>{}</userName>\n<userLevel>{}</userLevel>\n</User>\n", id,
                        xml_escape(name), id == 1 ? "Administrator" : "Operator");
  }
  return document("UserList", list);
}

HttpAnswer channels(const Settings& now) {
  std::string list;
  for (unsigned id = 1; id <= now.channels; ++id) {
    list += fmt::format(
        "<InputProxyChannel>\n<id>{0}</id>\n<name>Camera {0:02}</name>\n<sourceInputPortDescriptor>\n"
        "<proxyProtocol>ONVIF</proxyProtocol>\n<addressingFormatType>ipaddress</addressingFormatType>\n"
        "<ipAddress>192.0.2.{1}</ipAddress>\n<managePortNo>80</managePortNo>\n"
        "<srcInputPort>1</srcInputPort>\n<userName>{2}</userName>\n<streamType>auto</streamType>\n"
        "</sourceInputPortDescriptor>\n<enableAnr>false</enableAnr>\n</InputProxyChannel>\n",
        id, 10 + id, xml_escape(now.canary));
  }
  return document("InputProxyChannelList", list);
}

HttpAnswer tracks(const Settings& now) {
  std::string list;
  for (unsigned id = 1; id <= now.channels; ++id) {
    list += fmt::format(
        "<Track>\n<id>{0}01</id>\n<Channel>{0}01</Channel>\n<Enable>true</Enable>\n"
        "<Description>trackType=standard</Description>\n<Duration>P30D</Duration>\n</Track>\n",
        id);
  }
  return document("TrackList", list);
}

HttpAnswer interfaces() {
  return document("NetworkInterfaceList",
                  "<NetworkInterface>\n<id>1</id>\n<IPAddress>\n<ipVersion>v4</ipVersion>\n"
                  "<addressingType>static</addressingType>\n<ipAddress>192.0.2.2</ipAddress>\n"
                  "<subnetMask>255.255.255.0</subnetMask>\n<DefaultGateway>\n<ipAddress>192.0.2.1</ipAddress>\n"
                  "</DefaultGateway>\n</IPAddress>\n</NetworkInterface>\n");
}

// The head of an OLE2 file, as .xls files have it.
HttpAnswer camera_spreadsheet(const Settings& now) {
  return {200, "application/vnd.ms-excel",
          "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + filler(now.seed, kSpreadsheetFiller) + now.canary};
}

std::string export_key(std::string_view secret) {
  return md5_bytes(secret);
}

}  // namespace

std::string isapi_secret_key_hex(std::string_view user, std::string_view salt, std::string_view password,
                                 unsigned rounds) {
  std::string x = sha256_hex(fmt::format("{}{}{}", user, salt, password)) + std::string(kKeyTail);
  for (unsigned round = 0; round < rounds; ++round) x = sha256_hex(x);
  return x.substr(0, kKeyDigits);
}

std::string isapi_open_secret(std::string_view key_hex, std::string_view sealed_hex, std::string_view iv_hex) {
  std::string secret =
      from_base64(aes_cbc_decrypt(bytes_from_hex(key_hex), bytes_from_hex(iv_hex), bytes_from_hex(sealed_hex)));
  const std::pair<std::string_view, std::string_view> escapes[] = {{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
  for (const auto& [from, to] : escapes) {
    for (std::size_t at = 0; (at = secret.find(from, at)) != std::string::npos; at += to.size()) {
      secret.replace(at, from.size(), to);
    }
  }
  return secret;
}

HikvisionRecorder::HikvisionRecorder(Settings settings)
    : Recorder(std::move(settings)), started_(std::chrono::steady_clock::now()) {}

std::string HikvisionRecorder::salt() const {
  return sha256_hex("salt of " + settings().name);
}

Role HikvisionRecorder::role_of(const HttpRequest& request) const {
  if (request.path == "/ISAPI/System/deviceInfo") return Role::identify;
  if (request.path == "/ISAPI/System/configurationData") return Role::export_;
  return Role::inspect;
}

HttpAnswer HikvisionRecorder::unauthorized(const std::string& www) {
  HttpAnswer reply = response_status(401, 4, "Unauthorized", "unauthorized");
  reply.headers.emplace_back("WWW-Authenticate", www);
  return reply;
}

HttpAnswer HikvisionRecorder::locked() {
  return document("userCheck",
                  "<statusValue>401</statusValue>\n<statusString>Unauthorized</statusString>\n"
                  "<lockStatus>lock</lockStatus>\n<unlockTime>1800</unlockTime>\n",
                  403);
}

HttpAnswer HikvisionRecorder::error_in_200() {
  return response_status(200, 3, "Device Error", "deviceError");
}

HttpAnswer HikvisionRecorder::answer(const HttpRequest& request, const Settings& now) {
  if (request.path == "/SDK/activateStatus") {
    return document("ActivateStatus", fmt::format("<Activated>{}</Activated>\n", now.state != "fresh"));
  }
  if (now.state == "fresh") return response_status(403, 4, "Invalid Operation", "notActivated");
  if (auto refusal = digest_refusal(request, now)) return std::move(*refusal);
  if (request.path == "/ISAPI/System/configurationData") return configuration(request, now);
  if (request.path == "/ISAPI/System/reboot" && request.method == "PUT") {
    started_ = std::chrono::steady_clock::now();
    return response_status(200, 1, "OK", "ok");
  }
  if (request.method != "GET") return response_status(405, 4, "Invalid Operation", "methodNotAllowed");
  if (request.path == "/ISAPI/System/deviceInfo") return device_info(request, now);
  if (request.path == "/ISAPI/Security/capabilities") return security_capabilities(salt());
  if (request.path == "/ISAPI/Security/users") return users(now);
  if (request.path == "/ISAPI/ContentMgmt/InputProxy/channels") return channels(now);
  if (request.path == "/ISAPI/ContentMgmt/InputProxy/ipcConfig") return camera_spreadsheet(now);
  if (request.path == "/ISAPI/System/Network/interfaces") return interfaces();
  if (request.path == "/ISAPI/ContentMgmt/record/tracks") return tracks(now);
  if (request.path == "/ISAPI/System/status") {
    const auto up =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started_.load());
    return document("DeviceStatus", fmt::format("<deviceUpTime>{}</deviceUpTime>\n", up.count()));
  }
  return response_status(404, 4, "Invalid Operation", "notSupport");
}

HttpAnswer HikvisionRecorder::device_info(const HttpRequest& request, const Settings& now) {
  return document(
      "DeviceInfo",
      fmt::format("<deviceName>{}</deviceName>\n<deviceID>48000000-0000-0000-0000-{}</deviceID>\n"
                  "<model>{}</model>\n<serialNumber>{}</serialNumber>\n"
                  "<macAddress>02:00:5e:00:53:01</macAddress>\n<firmwareVersion>{}</firmwareVersion>\n"
                  "<firmwareReleasedDate>build 260301</firmwareReleasedDate>\n"
                  "<encoderVersion>V5.0</encoderVersion>\n"
                  "<encoderReleasedDate>build 260301</encoderReleasedDate>\n"
                  "<deviceType>NVR</deviceType>\n<telecontrolID>255</telecontrolID>\n",
                  xml_escape(now.name), sha256_hex(now.serial).substr(0, 12), xml_escape(shown_model(request, now)),
                  xml_escape(shown_serial(request, now)), xml_escape(shown_firmware(request, now))));
}

HttpAnswer HikvisionRecorder::configuration(const HttpRequest& request, const Settings& now) {
  std::string secret;
  const auto given = request.query.find("secretkey");
  if (now.export_mode == "encrypted") {
    if (given == request.query.end()) return invalid_operation();
    const auto iv = request.query.find("iv");
    const std::string key = isapi_secret_key_hex(now.user, salt(), now.password, kRounds);
    if (iv != request.query.end()) secret = isapi_open_secret(key, given->second, iv->second);
    if (secret.empty() || secret.size() > kMaxSecret) return invalid_operation();
  } else if (given != request.query.end()) {
    return invalid_operation();
  }
  if (request.method == "GET") return export_file(request, now, secret);
  if (request.method == "PUT") return import_file(request, now, secret);
  return response_status(405, 4, "Invalid Operation", "methodNotAllowed");
}

HttpAnswer HikvisionRecorder::export_file(const HttpRequest& request, const Settings& now, const std::string& secret) {
  constexpr std::size_t kAround = 2 * kWord + kTrailer;
  std::string payload = std::string(kPayloadMagic) + "model=" + now.model + "\n" + configuration_text(now) + "\n";
  const std::uint64_t size = shown_size(request, now);
  if (size > payload.size() + kAround) payload += filler(now.seed, size - payload.size() - kAround);
  if (!secret.empty()) payload = aes_ctr(export_key(secret), std::string(kTrailer, '\0'), payload);
  return {200, "application/octet-stream",
          little_endian(kContainerVersion) + little_endian(static_cast<std::uint32_t>(payload.size())) + payload +
              md5_bytes(payload)};
}

HttpAnswer HikvisionRecorder::import_file(const HttpRequest& request, const Settings& now, const std::string& secret) {
  const HttpAnswer bad = response_status(400, 6, "Invalid Content", "badParameters");
  const std::string& file = request.body;
  if (file.size() < 2 * kWord + kTrailer || read_little_endian(file) != kContainerVersion) return bad;
  const std::size_t length = read_little_endian(std::string_view(file).substr(kWord));
  if (length != file.size() - 2 * kWord - kTrailer) return bad;
  std::string payload = file.substr(2 * kWord, length);
  if (file.substr(2 * kWord + length) != md5_bytes(payload)) return bad;
  if (!secret.empty()) payload = aes_ctr(export_key(secret), std::string(kTrailer, '\0'), payload);
  const std::string expected = std::string(kPayloadMagic) + "model=" + now.model + "\n";
  if (!payload.starts_with(expected)) return bad;  // another model, or another secret
  const std::string text = payload.substr(expected.size(), payload.find("\n\n") - expected.size());
  change([&](Settings& settings) { apply_configuration_text(settings, text); });
  return response_status(200, 7, "Reboot Required", "rebootRequired");
}

}  // namespace coffre::simulator
