// What can be wrong with a simulated recorder. README.md lists the kinds with their meaning and default scope.
//
// A fault applies to requests by role (identify, export, inspect, any) or by path; "times=N" ends it after N of them.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace coffre::simulator {

// What a request is for; each make says so of its paths.
enum class Role { identify, export_, inspect, other };

struct Fault {
  std::string value;    // the kind's own argument
  std::string scope;    // "all", "identify", "export", "inspect", or a path's beginning
  long remaining = -1;  // -1: until healed
};

// Thread-safe.
class FaultSet {
 public:
  // "slow", "on=identify times=1 100": false when there is no such kind, or the argument is malformed.
  [[nodiscard]] bool add(std::string_view kind, std::string_view argument);
  void clear();
  // The fault's value when it concerns the request (and counts it); nullopt otherwise.
  std::optional<std::string> take(std::string_view kind, Role role, std::string_view path);
  // For faults that concern no single request: connections, authentication, identity.
  std::optional<std::string> take(std::string_view kind);

 private:
  std::optional<std::string> count(std::map<std::string, Fault, std::less<>>::iterator found);

  std::mutex mutex_;
  std::map<std::string, Fault, std::less<>> faults_;
};

// All kinds, one a line, for --help.
std::string fault_kinds();

}  // namespace coffre::simulator
