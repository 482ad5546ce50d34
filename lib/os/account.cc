#include "os/account.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <limits>
#include <vector>

#include "base/text.h"

namespace coffre {
namespace {

constexpr std::size_t kPasswdBuffer = std::size_t{16} * 1024;

std::string name_of(uid_t uid) {
  std::vector<char> buffer(kPasswdBuffer);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return printable(found->pw_name);
  return "uid " + std::to_string(uid);
}

// nullopt when nobody logged in for this process (a service), or the kernel has no audit.
std::optional<uid_t> login_uid(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  if (!std::getline(file, text)) return std::nullopt;
  uid_t uid = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), uid);
  const bool unset = uid == std::numeric_limits<uid_t>::max();  // (uid_t)-1
  if (parsed.ec != std::errc() || unset) return std::nullopt;
  return uid;
}

std::optional<std::string> sudo_user() {
  const char* const name = ::geteuid() == 0 ? ::getenv("SUDO_USER") : nullptr;
  if (name == nullptr || *name == '\0') return std::nullopt;
  return printable(name);
}

}  // namespace

std::string Account::text() const {
  return behind ? name + " (" + *behind + ")" : name;
}

Account current_account(const AccountSources& sources) {
  Account account{name_of(::geteuid()), std::nullopt};
  if (const auto uid = login_uid(sources.login_uid)) account.behind = name_of(*uid);
  if (!account.behind) account.behind = sudo_user();
  if (account.behind == account.name) account.behind.reset();
  return account;
}

}  // namespace coffre
