#include "simulators/options.h"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

#include "simulators/faults.h"

namespace coffre::simulator {
namespace {

constexpr unsigned kMostDevices = 5000;

struct Group {
  Settings settings;
  unsigned devices = 1;
  std::vector<std::string> faults;
};

unsigned device_count(const std::string& text) {
  unsigned count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count == 0 || count > kMostDevices) {
    throw std::runtime_error(fmt::format("--devices: '{}' is not 1..{}", text, kMostDevices));
  }
  return count;
}

void finish(const Group& group, Options& options) {
  for (unsigned i = 1; i <= group.devices; ++i) {
    Settings one = group.settings;
    if (group.devices > 1) {
      one.name = fmt::format("{}-{}", group.settings.name, i);
      one.seed = group.settings.seed + i;
    }
    for (const std::string& fault : group.faults)
      options.commands.push_back(fmt::format("fault {} {}", one.name, fault));
    options.recorders.push_back(std::move(one));
  }
}

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  Group group;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--help") {
      options.help = true;
      continue;
    }
    if (word == "--and") {
      finish(group, options);
      group = {};
      continue;
    }
    if (!word.starts_with("--") || i + 1 == arguments.size()) {
      throw std::runtime_error(fmt::format("'{}': unknown, or its value is missing", word));
    }
    const std::string& value = arguments[++i];
    if (word == "--devices") {
      group.devices = device_count(value);
    } else if (word == "--fault") {
      group.faults.push_back(value);
    } else if (!assign(group.settings, std::string_view(word).substr(2), value)) {
      throw std::runtime_error(fmt::format("{} {}: no such option, or not a number", word, value));
    }
  }
  finish(group, options);
  return options;
}

std::string help_text() {
  return "recorder-simulator [OPTIONS] [--and OPTIONS ...]\n"
         "Video recorders over real HTTPS on loopback. Prints 'listening URL pin PIN name NAME' per device, then "
         "'ready';\n"
         "reads commands from stdin, one line each, and ends when stdin closes.\n\n"
         "Options (a group of devices; --and starts another one):\n"
         "  --make hikvision|nx|axis   --name NAME   --devices N   --user U   --password P   --canary TEXT\n"
         "  --size BYTES of the export   --seed N   --delay-ms N   --channels N   --users N\n"
         "  --serial S   --model M   --firmware F   --state active|fresh   --digest MD5|SHA-256   --key p256|rsa1024\n"
         "  --export plain|encrypted (hikvision)   --api v1|v2|v4   --fresh-ms N (nx)\n"
         "  --port N (another one when it is taken)   --key-file FILE (keeps the pin from start to start)\n"
         "  --fault 'KIND [on=SCOPE] [times=N] [VALUE]' (repeatable)\n\n"
         "Commands (NAME may be *):\n"
         "  fault NAME KIND [on=SCOPE] [times=N] [VALUE]   heal NAME   count NAME   reset NAME   unlock NAME\n"
         "  set NAME OPTION VALUE   new-certificate NAME\n"
         "SCOPE: all, identify, export, inspect, or the beginning of a path.\n\n"
         "Faults [default scope]:\n" +
         fault_kinds();
}

}  // namespace coffre::simulator
