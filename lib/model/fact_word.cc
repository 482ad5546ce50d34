#include "model/fact_word.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/translate.h"

namespace coffre {
namespace {

// DeviceIdentity's facts, and the counts of the shipped driver definitions.
constexpr std::array kWords = {tr_noop("vendor"),   tr_noop("model"),   tr_noop("serial"),   tr_noop("firmware"),
                               tr_noop("channels"), tr_noop("users"),   tr_noop("monitors"), tr_noop("zones"),
                               tr_noop("configs"),  tr_noop("states"),  tr_noop("storage"),  tr_noop("groups"),
                               tr_noop("servers"),  tr_noop("controls")};

}  // namespace

std::string fact_word(std::string_view name) {
  const auto* const known = std::ranges::find(kWords, name, [](const char* word) { return std::string_view(word); });
  return known == kWords.end() ? printable(name) : std::string(tr(*known));
}

}  // namespace coffre
