#include "simulators/settings.h"

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <map>

#include "base/hash.h"
#include "base/text.h"

namespace coffre::simulator {
namespace {

template <typename Number>
bool read_number(Number& out, std::string_view text) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

bool read_time(std::chrono::milliseconds& out, std::string_view text) {
  std::int64_t count = 0;
  if (!read_number(count, text)) return false;
  out = std::chrono::milliseconds(count);
  return true;
}

bool read_text(std::string& out, std::string_view text) {
  out = text;
  return true;
}

using Setter = std::function<bool(Settings&, std::string_view)>;

Setter text_of(std::string Settings::*member) {
  return [member](Settings& settings, std::string_view value) { return read_text(settings.*member, value); };
}

template <typename Number>
Setter number_of(Number Settings::*member) {
  return [member](Settings& settings, std::string_view value) { return read_number(settings.*member, value); };
}

Setter time_of(std::chrono::milliseconds Settings::*member) {
  return [member](Settings& settings, std::string_view value) { return read_time(settings.*member, value); };
}

const std::map<std::string, Setter, std::less<>>& setters() {
  static const std::map<std::string, Setter, std::less<>> kSetters{
      {"make", text_of(&Settings::make)},
      {"name", text_of(&Settings::name)},
      {"user", text_of(&Settings::user)},
      {"password", text_of(&Settings::password)},
      {"serial", text_of(&Settings::serial)},
      {"model", text_of(&Settings::model)},
      {"firmware", text_of(&Settings::firmware)},
      {"canary", text_of(&Settings::canary)},
      {"digest", text_of(&Settings::digest)},
      {"api", text_of(&Settings::api)},
      {"export", text_of(&Settings::export_mode)},
      {"state", text_of(&Settings::state)},
      {"key", text_of(&Settings::key)},
      {"key-file", text_of(&Settings::key_file)},
      {"port", number_of(&Settings::port)},
      {"size", number_of(&Settings::size)},
      {"seed", number_of(&Settings::seed)},
      {"channels", number_of(&Settings::channels)},
      {"users", number_of(&Settings::users)},
      {"delay-ms", time_of(&Settings::delay)},
      {"fresh-ms", time_of(&Settings::fresh_for)},
  };
  return kSetters;
}

struct MakeDefaults {
  std::string model;
  std::string firmware;
  std::string serial_prefix;
};

MakeDefaults defaults_of(std::string_view make) {
  if (make == "nx") return {"Simulated Media Server", "5.1.0.37133", ""};
  if (make == "axis") return {"S9999-SIM", "12.1.60", "ACCC8E"};
  return {"DS-9999NI-SIM", "V4.99.001", "DS-9999NI-SIM0820260101CCWR"};
}

}  // namespace

bool assign(Settings& settings, std::string_view key, std::string_view value) {
  const auto found = setters().find(key);
  return found != setters().end() && found->second(settings, value);
}

void complete(Settings& settings) {
  constexpr std::size_t kSerialDigits = 9;
  const MakeDefaults defaults = defaults_of(settings.make);
  const std::string identity = fmt::format("{}/{}/{}", settings.seed, settings.make, settings.name);
  const std::string digits = to_upper_ascii(to_hex(sha256(as_bytes(identity)))).substr(0, kSerialDigits);
  if (settings.model.empty()) settings.model = defaults.model;
  if (settings.firmware.empty()) settings.firmware = defaults.firmware;
  if (settings.serial.empty()) settings.serial = defaults.serial_prefix + digits;
}

std::string configuration_text(const Settings& settings) {
  return fmt::format("name={}\nchannels={}\nusers={}\ncanary={}\nsize={}\n", settings.name, settings.channels,
                     settings.users, settings.canary, settings.size);
}

void apply_configuration_text(Settings& settings, std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, equals);
    if (key == "name") continue;  // the name by which tests address the device stays
    static_cast<void>(assign(settings, key, line.substr(equals + 1)));
  }
}

}  // namespace coffre::simulator
