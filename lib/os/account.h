// Which account of the operating system runs us: the journal's "who" (an account, never a free text).
#pragma once

#include <optional>
#include <string>

namespace coffre {

struct Account {
  std::string name;                   // of the effective user; "uid 1234" when it has no name
  std::optional<std::string> behind;  // the person who became that user: login of the audit system, else sudo

  [[nodiscard]] std::string text() const;  // "backup", or "root (alice)": stable, not translated
};

struct AccountSources {
  std::string login_uid = "/proc/self/loginuid";  // set once at login by PAM; cannot be changed without rights
};

// Never fails: what cannot be found out is left out. `SUDO_USER` is believed only when we run as root, since any other
// user can write it as he likes.
Account current_account(const AccountSources& sources = {});

}  // namespace coffre
