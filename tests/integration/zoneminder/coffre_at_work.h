// An installation of Coffre made and used as a person does: through the programs `backupd` and `restore-cli` alone, in
// a folder of its own, with one device (ours: the ZoneMinder) once add() has run.
//
// A program that ends otherwise than asked fails with std::runtime_error and all that it said. Threads: one.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integration/zoneminder/zoneminder_server.h"
#include "support/child_process.h"
#include "support/temp_dir.h"

namespace coffre::test {

inline constexpr std::string_view kZoneMinderDevice = "CLIEXEMP/SIEGEPARIS/VMS_VMS-ZM";
inline constexpr std::string_view kCredential = "siege-zoneminder";

// What `backupd run --device ... --json` said.
struct RunAnswer {
  int exit_code = -1;
  std::string result{};  // "proven", "not_proven", "suspect", "failed"
  std::string name{};    // of the backup, "" when none came about
  std::optional<int> proof{};
  std::string error_category{};  // "" without an error
  std::string out{};
  std::string err{};
};

struct CredentialState {
  bool stopped = false;
  std::string reason{};
};

class CoffreAtWork {
 public:
  CoffreAtWork();  // backupd init --unlocked, encryption: none; in English

  // `secret set` (password on stdin) and `device add` with the pin.
  void add(const ZoneMinderServer& server, std::string_view user, std::string_view password);
  void set_password(std::string_view user, std::string_view password);

  // backupd run, of the device alone. start_run() only starts it.
  RunAnswer run();
  [[nodiscard]] ChildProcess start_run() const;
  static RunAnswer finish_run(ChildProcess& child);

  [[nodiscard]] CredentialState credential() const;
  // How many backups of the device are known, at all and at proof level `at_least`.
  [[nodiscard]] std::size_t backups(int at_least) const;
  // restore-cli extract NAME --zip, with the offline key: name of the part -> its bytes. Nothing is written to disk.
  [[nodiscard]] std::map<std::string, std::string> extract(const std::string& name);

  [[nodiscard]] const std::filesystem::path& folder() const { return dir_.path(); }
  // stdout (of `extract` none: it is the configuration) and stderr of every program that has run so far.
  [[nodiscard]] const std::string& said() const { return said_; }

 private:
  void use_english() const;
  [[nodiscard]] ChildOptions program(std::vector<std::string> arguments) const;
  ChildResult must(ChildOptions options);

  TempDir dir_;
  std::string said_;
};

}  // namespace coffre::test
