#include "simulators/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace coffre::simulator {
namespace {

struct Kind {
  std::string_view name;
  std::string_view scope;  // default
  std::string_view meaning;
};

constexpr std::array kKinds{
    // Connections
    Kind{"down", "all", "accepts and closes at once"},
    Kind{"refuse", "all", "accepts and resets at once (RST)"},
    Kind{"mute", "all", "accepts, and never takes part in TLS"},
    Kind{"old-tls", "all", "offers TLS 1.1 only"},
    // Authentication
    Kind{"wrong-password", "all", "no password is right"},
    Kind{"basic-offered", "all", "asks for Basic instead of Digest"},
    Kind{"stale-once", "all", "answers the first login with stale=true, once"},
    Kind{"endless-401", "all", "answers every login with stale=true"},
    Kind{"locked", "all", "answers 403 as if the account were locked"},
    // Answers
    Kind{"delay", "all", "waits VALUE milliseconds before answering"},
    Kind{"never-answer", "all", "reads the request, and never answers"},
    Kind{"endless-headers", "all", "headers without end"},
    Kind{"status", "all", "answers with status VALUE and no content"},
    Kind{"redirect", "all", "302 to VALUE (default http://169.254.169.254/latest)"},
    Kind{"slow", "export", "VALUE bytes a second (default 1)"},
    Kind{"endless", "export", "a chunked body without end; VALUE 'declared': Content-Length 50 GB and as many bytes"},
    Kind{"truncated", "export", "declares all, sends half, closes"},
    Kind{"lying-short", "export", "declares half, sends all"},
    Kind{"chunked-cut", "export", "chunked, cut in the middle"},
    Kind{"no-length", "export", "neither length nor chunks, ends in the middle; VALUE 'whole': at the end"},
    Kind{"gzip", "export", "Content-Encoding: gzip"},
    // Content
    Kind{"login-page", "export", "an HTML page with status 200"},
    Kind{"empty", "export", "status 200 and no byte"},
    Kind{"half-body", "export", "the first half only, with a length that fits it"},
    Kind{"corrupt", "export", "the last byte is another one"},
    Kind{"error-in-200", "export", "the make's way of saying an error with status 200"},
    Kind{"xml-bomb", "identify", "entities that grow"},
    Kind{"xml-deep", "identify", "VALUE nested elements (default 1000000)"},
    // Facts
    Kind{"half-size", "export", "a well-formed export of half the size"},
    Kind{"other-serial", "identify", "says serial VALUE (default SIM-OTHER-0001)"},
    Kind{"other-model", "identify", "says model VALUE (default SIM-OTHER-MODEL)"},
    Kind{"identity-changes", "identify", "another firmware at each identification"},
};

}  // namespace

bool FaultSet::add(std::string_view kind, std::string_view argument) {
  const auto* const known = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& k) { return k.name == kind; });
  if (known == kKinds.end()) return false;
  Fault fault;
  fault.scope = known->scope;
  for (const std::string_view word : split(argument, ' ')) {
    if (word.starts_with("on=")) {
      fault.scope = word.substr(3);
    } else if (word.starts_with("times=")) {
      const std::string_view digits = word.substr(6);
      if (std::from_chars(digits.data(), digits.data() + digits.size(), fault.remaining).ec != std::errc{})
        return false;
    } else if (!word.empty()) {
      fault.value = word;
    }
  }
  if (kind == "stale-once") fault.remaining = 1;
  const std::lock_guard lock(mutex_);
  faults_[std::string(kind)] = std::move(fault);
  return true;
}

void FaultSet::clear() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

std::optional<std::string> FaultSet::count(std::map<std::string, Fault, std::less<>>::iterator found) {
  std::string value = found->second.value;
  if (found->second.remaining > 0 && --found->second.remaining == 0) faults_.erase(found);
  return value;
}

std::optional<std::string> FaultSet::take(std::string_view kind, Role role, std::string_view path) {
  const std::lock_guard lock(mutex_);
  const auto found = faults_.find(kind);
  if (found == faults_.end()) return std::nullopt;
  const std::string& scope = found->second.scope;
  const bool concerned = scope == "all" || (scope == "identify" && role == Role::identify) ||
                         (scope == "export" && role == Role::export_) ||
                         (scope == "inspect" && role == Role::inspect) ||
                         (scope.starts_with('/') && path.starts_with(scope));
  if (!concerned) return std::nullopt;
  return count(found);
}

std::optional<std::string> FaultSet::take(std::string_view kind) {
  const std::lock_guard lock(mutex_);
  const auto found = faults_.find(kind);
  if (found == faults_.end()) return std::nullopt;
  return count(found);
}

std::string fault_kinds() {
  std::string text;
  for (const Kind& kind : kKinds) text += fmt::format("  {:<18}[{}] {}\n", kind.name, kind.scope, kind.meaning);
  return text;
}

}  // namespace coffre::simulator
