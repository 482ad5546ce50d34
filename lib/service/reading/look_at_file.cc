#include "service/reading/look_at_file.h"

#include "base/error.h"
#include "model/backup_name.h"
#include "os/file_reader.h"
#include "service/keys/sidecars.h"
#include "service/places/read_back.h"

namespace coffre {
namespace {

FileView view_of_header(const RandomReader& file, const KeyRing& ring) {
  const bool can_check = ring.origin == OriginCheck::required && !ring.signers.empty();
  const SignedFile checked = can_check ? check_signatures(file, ring.signers, nullptr) : check_integrity(file);
  FileView view;
  view.size = file.size();
  view.header = checked.header;
  view.stanzas = checked.stanzas;
  view.digest = checked.digest;
  view.origin_checked = can_check;
  if (can_check) view.trust = ring.trust_in(view.header.signer_id);
  return view;
}

}  // namespace

FileView look_at_file(const RandomReader& file, const KeyRing& ring, const std::vector<Bytes>& sidecars,
                      const Expected& expected, const DriverRegistry& drivers) {
  if (ring.identities.empty()) return view_of_header(file, ring);
  OpenRequest request = ring.open_request();
  request.sidecars = sidecars;
  request.expected = expected;

  Opened opened = open_bak(file, request);
  FileView view;
  view.size = file.size();
  view.header = opened.header();
  view.stanzas = opened.stanzas();
  view.digest = opened.digest();
  view.origin_checked = opened.origin() == OriginCheck::required;
  view.trust = ring.trust_in(view.header.signer_id);
  view.metadata = opened.metadata();
  view.opened_with = opened.opened_with();
  if (opened.scope() != Scope::full) return view;
  if (!is_device_backup(view.header.kind)) {
    opened.check_payload();  // the installation's own objects hold no bundle
    return view;
  }
  ReadBack seen = read_back(opened, drivers);
  view.manifest = std::move(seen.manifest);
  view.understood = seen.understood;
  view.understood_by = std::move(seen.understood_by);
  view.problems = std::move(seen.problems);
  return view;
}

BareFile open_bare_file(const std::filesystem::path& path) {
  BareFile file{.path = path, .content = open_path(path.string())};
  const std::string name = path.filename().string();
  if (BackupName::parse(name) || InstallationObjectName::parse(name)) file.expected.name = name;
  return file;
}

std::vector<Bytes> read_sidecars(const std::vector<std::filesystem::path>& paths) {
  std::vector<Bytes> sidecars;
  for (const std::filesystem::path& path : paths) {
    try {
      sidecars.push_back(read_sidecar(*open_path(path.string())));
    } catch (Error& error) {
      throw error.on(path.string());
    }
  }
  return sidecars;
}

}  // namespace coffre
