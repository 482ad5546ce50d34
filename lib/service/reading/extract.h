// Gives a person the content of a backup in clear: into a folder, or as the ZIP. Rule 1 of design.md section 3 stands
// here: the target lies on an encrypted volume, or a person says why not, and that stays an open anomaly
// (EXTRACTION_EN_CLAIR) until somebody states that the files are destroyed.
//
// Nothing is written before every byte of the file was checked (vault) and every part compared with the manifest
// (bundle). Files are 0600, folders 0700, never overwritten, reached from one folder descriptor without following
// links. After an Error nothing of it exists; a kill leaves whole files only.
//
// Threads: one extraction at a time in a process (it narrows the umask while it writes).
// Errors: rule (target not encrypted: category VOLUME_NOT_ENCRYPTED), conflict (a file is there), no_space, io,
// interrupted (by `between_parts`), and those of vault/open.h and bundle/bundle_reader.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/stream.h"
#include "bundle/manifest.h"
#include "os/encrypted_volume.h"
#include "service/installation.h"
#include "service/keys/key_ring.h"

namespace coffre {

// Who remembers clear files on an unencrypted volume until they are destroyed.
enum class Reminder {
  catalog,  // an anomaly, closed by `restore-cli destroyed`
  person,   // there is no installation at hand: nothing is on record
};

// What a person allows the target to be.
struct ClearTarget {
  VolumePolicy policy{};
  std::string reason{};  // of --to-unencrypted; "" = an encrypted volume only
  Reminder reminder = Reminder::catalog;
  VolumeSources sources{};
};

struct TargetVerdict {
  bool encrypted = false;
  std::string reason{};  // as VolumeVerdict
};

// Throws Error(rule), naming the two ways out, unless the folder (or, while it does not exist, the one above it) is on
// an encrypted volume or `target.reason` is given. Asks for nothing and writes nothing: call it first.
TargetVerdict judge_folder(const std::filesystem::path& folder, const ClearTarget& target);
// The same for a regular file that is open already (standard output); a pipe or socket passes as encrypted.
TargetVerdict judge_output(int descriptor, const ClearTarget& target);

// A checked bundle, ready to be written: every byte verified, nothing written yet. Borrows `file`.
class CheckedBundle {
 public:
  CheckedBundle(const RandomReader& file, const OpenRequest& request);

  [[nodiscard]] const Manifest& manifest() const { return manifest_; }
  [[nodiscard]] const Opened& opened() const { return opened_; }

  // The parts below `folder`, which is made when missing, and judged again by its descriptor. Returns their paths, in
  // the order of the manifest. `between_parts` may throw.
  std::vector<std::string> write_to(const std::filesystem::path& folder, const ClearTarget& target,
                                    const std::function<void()>& between_parts);
  // The ZIP as it was sealed, manifest with export password included.
  void write_zip(ByteSink& out);

 private:
  Opened opened_;
  Manifest manifest_;
};

// --- on record, where there is a catalog

struct ExtractRecord {
  std::string name;    // of the backup
  std::string target;  // folder, or "zip"
  std::string ticket{};
  bool origin_checked = true;
};

// To an encrypted volume: one journal row.
void record_extract(Installation& at, const ExtractRecord& record);
// Whether clear files of that backup were on record already.
enum class ClearFiles { first, further };
// Before anything is written in clear: anomaly and journal row, in one transaction.
ClearFiles record_clear_extract(Installation& at, const ExtractRecord& record, const std::string& reason);
// When nothing was written after all: journal row; closes what record_clear_extract opened, but not the anomaly of
// `further` files, which are still somewhere.
void withdraw_clear_extract(Installation& at, const ExtractRecord& record, ClearFiles files, const std::string& why);
// `restore-cli destroyed NAME`: a person states that the clear files are gone. Error(usage) when none are on record.
void record_destroyed(Installation& at, const std::string& name, const std::string& reason);

}  // namespace coffre
