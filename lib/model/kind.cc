#include "model/kind.h"

#include <array>

namespace coffre {
namespace {

constexpr std::array kAllKinds = {Kind::hebdo,   Kind::pre,    Kind::post, Kind::mensuel,
                                  Kind::catalog, Kind::anchor, Kind::drill};

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::hebdo:
      return "HEBDO";
    case Kind::pre:
      return "PRE";
    case Kind::post:
      return "POST";
    case Kind::mensuel:
      return "MENSUEL";
    case Kind::catalog:
      return "CATALOG";
    case Kind::anchor:
      return "ANCHOR";
    case Kind::drill:
      return "DRILL";
  }
  return "";
}

std::optional<Kind> kind_from_string(std::string_view text) {
  for (const Kind kind : kAllKinds) {
    if (to_string(kind) == text) return kind;
  }
  return std::nullopt;
}

std::optional<Kind> kind_from_number(std::uint8_t number) {
  for (const Kind kind : kAllKinds) {
    if (static_cast<std::uint8_t>(kind) == number) return kind;
  }
  return std::nullopt;
}

bool is_device_backup(Kind kind) {
  return kind == Kind::hebdo || kind == Kind::pre || kind == Kind::post || kind == Kind::mensuel;
}

}  // namespace coffre
