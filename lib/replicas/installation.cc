#include "replicas/installation.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr std::string_view kPrefix = "coffre-installation ";
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kObjectSize = kPrefix.size() + 2 * kIdBytes + 1;  // and the line's end

bool is_id(std::string_view text) {
  const auto bytes = from_hex(text);
  return bytes && bytes->size() == kIdBytes;
}

[[noreturn]] void throw_damaged(const Replica& replica) {
  Error error(ErrorCode::damaged, tr("reading whose replica this is"),
              fmt::format(fmt::runtime(tr("{} is not of the form that Coffre writes")), kInstallationPath));
  error.on(replica.properties().name);
  throw error;
}

[[noreturn]] void throw_other(const Replica& replica, std::string_view found, std::string_view ours) {
  Error error(ErrorCode::rule, tr("opening a replica"),
              fmt::format(fmt::runtime(tr("it belongs to installation {}, and we are {}")), found, ours),
              tr("Give each installation a place of its own; check the replica's path in the configuration"));
  error.on(replica.properties().name).with_category("FOREIGN_INSTALLATION");
  throw error;
}

}  // namespace

std::optional<std::string> installation_id(Replica& replica) {
  const auto reader = replica.open(kInstallationPath);
  if (!reader) return std::nullopt;
  if (reader->size() != kObjectSize) throw_damaged(replica);
  Bytes content(kObjectSize);
  reader->read_at(0, content);
  const std::string_view text = as_text(content);
  const std::string_view id = text.substr(kPrefix.size(), 2 * kIdBytes);
  if (text.rfind(kPrefix, 0) != 0 || text.back() != '\n' || !is_id(id)) throw_damaged(replica);
  return std::string(id);
}

void claim_installation(Replica& replica, std::string_view id) {
  if (!is_id(id)) throw Error(ErrorCode::internal, "claiming a replica", "an installation's id has 32 hex digits");
  const std::string text = std::string(kPrefix) + std::string(id) + "\n";
  const MemoryReader content(as_bytes(text));
  // The answer is not what counts, but what is there afterwards: two may claim at once.
  (void)replica.put_if_absent(kInstallationPath, content, sha256(as_bytes(text)));
  require_installation(replica, id);
}

void require_installation(Replica& replica, std::string_view id) {
  const auto found = installation_id(replica);
  if (found && *found != id) throw_other(replica, *found, id);
  if (found) return;
  Error error(ErrorCode::rule, tr("opening a replica"),
              tr("it belongs to no installation yet; perhaps its volume is not mounted"),
              fmt::format(fmt::runtime(tr("Mount the volume; if this is a new, empty place (a replaced disk): backupd "
                                          "replica claim {} --ticket T --reason R")),
                          replica.properties().name));
  error.on(replica.properties().name).with_category("UNCLAIMED_REPLICA");
  throw error;
}

}  // namespace coffre
