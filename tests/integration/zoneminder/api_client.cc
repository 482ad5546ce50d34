#include "integration/zoneminder/api_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace coffre::test {
namespace {

constexpr long kTimeoutSeconds = 120;
constexpr long kGood = 200;
constexpr long kCreated = 201;  // controls only

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

Handle new_handle() {
  Handle handle(curl_easy_init(), &curl_easy_cleanup);
  if (handle == nullptr) throw std::runtime_error("curl_easy_init");
  return handle;
}

std::size_t append(char* data, std::size_t size, std::size_t count, void* body) noexcept {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

std::string escape(CURL* handle, std::string_view text) {
  const std::unique_ptr<char, decltype(&curl_free)> escaped(
      curl_easy_escape(handle, text.data(), static_cast<int>(text.size())), &curl_free);
  return escaped.get();
}

std::string encode(const Fields& form) {
  const Handle handle = new_handle();
  std::string text;
  for (const auto& [name, value] : form) {
    if (!text.empty()) text += '&';
    text += escape(handle.get(), name) + '=' + escape(handle.get(), value);
  }
  return text;
}

}  // namespace

ApiClient::ApiClient(const ZoneMinderServer& server, std::string_view user, std::string_view password)
    : base_(server.url() + "/zm/api/"), certificate_(server.certificate().string()) {
  const std::string form = encode({{"user", std::string(user)}, {"pass", std::string(password)}});
  const auto answer = nlohmann::json::parse(send("host/login.json", "", &form));
  token_ = "?token=" + answer.at("access_token").get<std::string>();
}

std::string ApiClient::get(std::string_view path) const {
  return send(path, token_, nullptr);
}

void ApiClient::write(std::string_view path, const Fields& form) const {
  const std::string text = encode(form);
  const std::string answer = send(path, token_, &text);
  if (answer.empty() || answer.find("\"Saved\"") != std::string::npos) return;
  if (answer.find("{\"success\":true") == 0) return;  // controls
  throw std::runtime_error(fmt::format("ZoneMinder did not save {} {}: {}", path, text, answer));
}

std::string ApiClient::send(std::string_view path, std::string_view query, const std::string* form) const {
  const Handle handle = new_handle();
  const std::string url = fmt::format("{}{}{}", base_, path, query);
  std::string body;
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_CAINFO, certificate_.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, kTimeoutSeconds);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &body);
  if (form != nullptr) curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, form->c_str());
  const CURLcode code = curl_easy_perform(handle.get());
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK && (status == kGood || status == kCreated)) return body;
  throw std::runtime_error(
      fmt::format("ZoneMinder, {}: {}, status {}: {}", path, curl_easy_strerror(code), status, body));
}

}  // namespace coffre::test
