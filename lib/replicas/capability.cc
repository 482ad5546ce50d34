#include "replicas/capability.h"

#include <array>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {
namespace {

struct Words {
  Capability capability;
  std::string_view name;
  const char* title;
};

constexpr std::array kWords{
    Words{Capability::conditional_put, "conditional_put", tr_noop("a second put is refused")},
    Words{Capability::versioning, "versioning", tr_noop("versions are kept")},
    Words{Capability::lock_read_back, "lock_read_back", tr_noop("locks can be read back")},
    Words{Capability::lock_refuses, "lock_refuses", tr_noop("a locked version cannot be deleted")},
    Words{Capability::user_metadata, "user_metadata", tr_noop("metadata is kept")},
    Words{Capability::checksum, "checksum", tr_noop("a wrong digest is refused")},
    Words{Capability::pagination, "pagination", tr_noop("listings are complete")},
    Words{Capability::clock, "clock", tr_noop("the clocks agree")},
};

constexpr std::array kAll{Capability::conditional_put, Capability::versioning,    Capability::lock_read_back,
                          Capability::lock_refuses,    Capability::user_metadata, Capability::checksum,
                          Capability::pagination,      Capability::clock};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kAll.size(); ++i) {
    if (static_cast<std::size_t>(kAll[i]) != i || kWords[i].capability != kAll[i]) return false;
  }
  return kWords.size() == kAll.size();
}
static_assert(in_order(), "one row for each Capability, in the order of the enum");

const Words& words_of(Capability capability) {
  return kWords.at(static_cast<std::size_t>(capability));
}

}  // namespace

std::span<const Capability> all_capabilities() {
  return kAll;
}

std::string_view to_string(Capability capability) {
  return words_of(capability).name;
}

std::string title_of(Capability capability) {
  return tr(words_of(capability).title);
}

std::string_view to_string(Ability verdict) {
  switch (verdict) {
    case Ability::yes:
      return "yes";
    case Ability::no:
      return "no";
    case Ability::not_measured:
      return "not_measured";
  }
  return "";
}

Demand demand_for(Capability capability, const PlaceDemands& place) {
  switch (capability) {
    case Capability::versioning:
    case Capability::lock_read_back:
    case Capability::lock_refuses:
      return place.locks ? Demand::rule : Demand::welcome;
    case Capability::conditional_put:  // two writers are kept apart by versions, or by this
      return place.versions ? Demand::welcome : Demand::needed;
    case Capability::clock:
      return place.bucket ? Demand::needed : Demand::welcome;
    case Capability::checksum:
    case Capability::pagination:
      return Demand::needed;
    case Capability::user_metadata:  // never believed
      return Demand::welcome;
  }
  return Demand::welcome;
}

int exit_code_of(const std::vector<Measured>& all, const PlaceDemands& place) {
  constexpr int kPartial = 3;
  int code = 0;
  for (const Measured& one : all) {
    const Demand demand = demand_for(one.what, place);
    if (demand == Demand::welcome || one.verdict == Ability::yes) continue;
    if (demand == Demand::rule && one.verdict == Ability::no) return exit_code(ErrorCode::rule);
    code = kPartial;
  }
  return code;
}

}  // namespace coffre
