#include "service/backup/learned_facts.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {

using nlohmann::json;

std::string format_facts(const Expectation& facts) {
  const DeviceIdentity& identity = facts.identity;
  const json value{{"identity",
                    {{"vendor", identity.vendor},
                     {"model", identity.model},
                     {"serial", identity.serial},
                     {"firmware", identity.firmware},
                     {"counts", identity.counts}}},
                   {"restore_bytes", facts.restore_bytes},
                   {"restore_parts", facts.restore_parts}};
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Expectation> parse_facts(std::string_view text) {
  if (text.empty()) return std::nullopt;
  try {
    const json value = json::parse(text);
    const json& identity = value.at("identity");
    return Expectation{.identity = {.vendor = identity.at("vendor").get<std::string>(),
                                    .model = identity.at("model").get<std::string>(),
                                    .serial = identity.at("serial").get<std::string>(),
                                    .firmware = identity.at("firmware").get<std::string>(),
                                    .counts = identity.at("counts").get<std::map<std::string, std::int64_t>>()},
                       .restore_bytes = value.at("restore_bytes").get<std::uint64_t>(),
                       .restore_parts = value.at("restore_parts").get<PartSizes>()};
  } catch (const json::exception& error) {
    throw Error(ErrorCode::damaged, tr("reading what is known of a device"), error.what());
  }
}

}  // namespace coffre
