// The second phase of expiry: removes what was announced long enough ago and still expires, from both places.
//
// One process at a time (lock "expire"), each backup under its device's lock. Nothing at all goes while anything is in
// doubt (service/retention/expiry_doubts.h). Each copy is asked for again just before it goes, by facts read then, and
// only with the floor check's permit. The second place first: what it keeps under lock stays in both until its date.
// One journal row per copy.
//
// Errors: conflict (another process is at it, named); what ends the work as a whole. A place that fails ends it too:
// it is in doubt from then on. A kill leaves a copy removed and still on record: the next call finds it absent and puts
// that on record.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "service/retention/expiry_doubts.h"
#include "service/retention/expiry_plan.h"

namespace coffre {

struct ExpiryOutcome {
  enum class Result {
    removed,  // from every place that had it
    waits,    // the second place keeps it under lock
    kept,     // since it was announced something changed: it does not expire any more
    failed,   // `error`
  };
  std::string name;
  Result result = Result::kept;
  std::optional<Instant> locked_until{};  // with `waits`, where the store says when
  std::optional<Error> error{};
};
std::string_view to_string(ExpiryOutcome::Result result);  // "removed", "waits", "kept", "failed": stable, for --json

struct ExpiryReport {
  ExpiryDoubts doubts{};  // with stops: nothing was tried
  std::vector<ExpiryOutcome> outcomes{};
  std::size_t due = 0;  // that were to go
};

using AfterEach = std::function<void(const ExpiryOutcome& outcome, std::size_t done, std::size_t of)>;
// Does not announce: the caller does that first. Opens or closes EXPIRATION_ARRETEE.
ExpiryReport execute_expiry(Installation& at, const AfterEach& after_each);

}  // namespace coffre
