#include "catalog/installation.h"

#include "catalog/session.h"

namespace coffre {
namespace {

constexpr const char* kSelect = "SELECT value FROM installation WHERE key = :key";
constexpr const char* kPut =
    "INSERT INTO installation (key, value) VALUES (:key, :value) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value";

}  // namespace

std::optional<std::string> get_fact(Session& session, std::string_view key) {
  std::string value;
  if (!session.one(kSelect, {key}, {&value})) return std::nullopt;
  return value;
}

void put_fact(Session& session, std::string_view key, std::string_view value) {
  session.run(kPut, {key, value});
}

}  // namespace coffre
