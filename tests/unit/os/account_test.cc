#include "os/account.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "support/temp_dir.h"

using namespace coffre;

namespace {

// Sets a variable of the environment for one test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

std::string own_name() {
  return ::getpwuid(::geteuid())->pw_name;
}

AccountSources login(const test::TempDir& dir, const std::string& uid) {
  test::write_file(dir / "loginuid", uid);
  return {dir / "loginuid"};
}

}  // namespace

TEST_CASE("A service runs as its account, with nobody behind it") {
  const test::TempDir dir;
  ::unsetenv("SUDO_USER");
  for (const AccountSources& sources : {login(dir, "4294967295"), AccountSources{dir / "absent"}}) {
    const Account account = current_account(sources);
    CHECK(account.name == own_name());
    CHECK_FALSE(account.behind.has_value());
    CHECK(account.text() == own_name());
  }
}

TEST_CASE("The person who logged in stands behind the account, whatever SUDO_USER says") {
  const test::TempDir dir;
  const Variable sudo("SUDO_USER", "mallory");
  const std::string other = ::geteuid() == 1 ? "2" : "1";
  const std::string other_name = ::getpwuid(::geteuid() == 1 ? 2 : 1)->pw_name;
  CHECK(current_account(login(dir, other)).text() == own_name() + " (" + other_name + ")");
}

TEST_CASE("sudo is believed when we run as root and the audit system knows nothing") {
  const test::TempDir dir;
  const Variable sudo("SUDO_USER", "alice\n");
  const Account account = current_account({dir / "absent"});
  if (::geteuid() == 0) CHECK(account.text() == "root (alice\\x0a)");
  if (::geteuid() != 0) CHECK_FALSE(account.behind.has_value());
}

TEST_CASE("Somebody who is his own account stands behind nobody") {
  const test::TempDir dir;
  CHECK(current_account(login(dir, std::to_string(::geteuid()))).text() == own_name());
}
