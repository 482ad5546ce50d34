// What must hold whatever happened, read from the files themselves: Fleet::damage().
#include <algorithm>
#include <regex>

#include "base/clock.h"
#include "catalog/database.h"
#include "catalog/jobs.h"
#include "catalog/journal.h"
#include "fleet.h"
#include "model/backup_name.h"
#include "os/file_reader.h"
#include "vault/header_region.h"
#include "vault/open.h"

namespace coffre::test {
namespace {

namespace fs = std::filesystem;
using Findings = std::vector<std::string>;

struct SealedFile {
  std::string path;
  std::uint64_t sequence = 0;
  Digest previous{};
  Digest digest{};
};

using Chains = std::map<std::string, std::vector<SealedFile>>;  // by the device's folder

bool is_known_object(const std::string& path) {
  return path == "_coffre/INSTALLATION" || path == "_coffre/PROBE" ||
         (path.starts_with("_coffre/") && path.ends_with(".list"));
}

// Further access to a backup that lies beside it.
bool is_sidecar(const fs::path& place, const std::string& path) {
  static const std::regex kSidecar("(.+)\\.[1-9][0-9]*\\.rwk");
  std::smatch parts;
  return std::regex_match(path, parts, kSidecar) && fs::exists(place / (parts[1].str() + ".bak"));
}

// Every file below the place is one of ours, whole and under the name that it should have.
Chains read_place(const fs::path& place, const std::string& label, Findings& findings) {
  Chains chains;
  for (const auto& [path, bytes] : Fleet::objects(place)) {
    if (is_known_object(path) || is_sidecar(place, path)) continue;
    const auto name = BackupName::parse(fs::path(path).filename().string());
    if (!name || (path != name->path() && path != name->suspect_path())) {
      findings.push_back(label + ": left over: " + path);
      continue;
    }
    const auto file = open_path((place / path).string());
    const HeaderRegion region = load_header_region(*file);
    chains[name->device.path()].push_back(
        {path, region.header.device_seq, region.header.prev_digest, digest_of_file(*file)});
  }
  return chains;
}

void check_chains(Chains chains, const std::string& label, Findings& findings) {
  for (auto& [device, files] : chains) {
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
    Digest previous{};
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (files[i].sequence != i + 1) {
        findings.push_back(label + ": gap or twin: " + files[i].path + " has number " +
                           std::to_string(files[i].sequence) + ", not " + std::to_string(i + 1));
      }
      if (files[i].previous != previous) findings.push_back(label + ": chain broken at " + files[i].path);
      previous = files[i].digest;
    }
  }
}

void check_catalog(const fs::path& path, Findings& findings) {
  const SystemClock clock;
  const Database catalog = Database::open_read_only(path.string(), clock);
  try {
    catalog.check_integrity();
  } catch (const std::exception& error) {
    findings.push_back(std::string("catalog: ") + error.what());
  }
  catalog.read([&](Session& session) {
    for (const std::string& problem : verify_journal(session).problems) findings.push_back("journal: " + problem);
    for (const JobRow& job : open_jobs(session)) {
      findings.push_back("catalog: job " + std::to_string(job.id) + " is still " + std::string(to_string(job.state)));
    }
  });
}

}  // namespace

std::vector<std::string> Fleet::damage() {
  Findings findings;
  const Chains local = read_place(local_, "local", findings);
  read_place(cloud_, "cloud", findings);
  check_chains(local, "local", findings);

  const auto first = objects(local_);
  const auto second = objects(cloud_);
  for (const auto& [path, bytes] : first) {
    const auto other = second.find(path);
    if (other == second.end()) {
      findings.push_back("not in the second place: " + path);
    } else if (other->second != bytes) {
      findings.push_back("the two places differ: " + path);
    }
  }
  for (const auto& [path, bytes] : second) {
    if (!is_known_object(path) && !first.contains(path)) findings.push_back("only in the second place: " + path);
  }

  std::size_t files = 0;
  for (const auto& [device, chain] : local) files += chain.size();
  const std::size_t known = backups().size();
  if (known != files) {
    findings.push_back("the catalog knows " + std::to_string(known) + " of " + std::to_string(files) + " files");
  }
  check_catalog(server() / "data" / "catalog.sqlite", findings);
  for (std::string& leak : leaks()) findings.push_back(std::move(leak));
  return findings;
}

}  // namespace coffre::test
