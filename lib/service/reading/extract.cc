#include "service/reading/extract.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "base/error.h"
#include "base/fault_point.h"
#include "base/translate.h"
#include "bundle/bundle_reader.h"
#include "catalog/anomalies.h"
#include "catalog/journal.h"
#include "os/durable_file.h"
#include "os/folder.h"
#include "os/narrow_umask.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCopyBlock = std::size_t{64} * 1024;

class LookOnly final : public PartVisitor {
 public:
  void begin(std::string_view /*name*/, PartRole /*role*/) override {}
  void data(ByteView /*bytes*/) override {}
  void end() override {}
};

TargetVerdict judge(const VolumeVerdict& volume, const ClearTarget& target, const std::string& subject) {
  TargetVerdict verdict{.encrypted = volume.encrypted, .reason = volume.reason};
  if (verdict.encrypted || !target.reason.empty()) return verdict;
  const char* const ways_out =
      target.reminder == Reminder::catalog
          ? tr("Name a folder on an encrypted volume (LUKS, or a FUSE type that is allowed); or add "
               "--to-unencrypted --reason R, destroy the files afterwards, and say so: restore-cli destroyed NAME")
          : tr("Name a folder on an encrypted volume (LUKS, or a FUSE type named with --allow-fuse); or add "
               "--to-unencrypted --reason R, and destroy the files afterwards: without a configuration nothing is on "
               "record, and nothing will remind you");
  throw Error(ErrorCode::rule, tr("choosing where clear files go"),
              fmt::format(fmt::runtime(tr("volume not encrypted: {}")), volume.reason), ways_out)
      .on(subject)
      .with_category("VOLUME_NOT_ENCRYPTED");
}

// What this extraction made, to be taken back when it fails.
class Undo {
 public:
  explicit Undo(const fs::path& top) : top_(top) {}
  ~Undo() {
    if (kept_) return;
    for (const std::string& file : files_) ::unlink((top_ / file).c_str());
    // Inner folders were noted after outer ones; a folder that something else lies in stays.
    for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) ::rmdir(folder->c_str());
  }
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;

  void note_folders_of(const std::string& part) {
    fs::path folder = top_;
    note_folder(folder);
    for (const fs::path& step : fs::path(part).parent_path()) note_folder(folder /= step);
  }
  void note_file(const std::string& part) { files_.push_back(part); }
  void keep() { kept_ = true; }

 private:
  void note_folder(const fs::path& folder) {
    std::error_code ignored;
    if (known_.insert(folder).second && !fs::exists(fs::symlink_status(folder, ignored))) folders_.push_back(folder);
  }

  fs::path top_;
  std::set<fs::path> known_;
  std::vector<fs::path> folders_;
  std::vector<std::string> files_;
  bool kept_ = false;
};

// Writes each part whole before it gets its name.
class PartFiles final : public PartVisitor {
 public:
  PartFiles(const Folder& folder, Undo& undo, const std::function<void()>& between_parts)
      : folder_(folder), undo_(undo), between_parts_(between_parts) {}

  void begin(std::string_view name, PartRole /*role*/) override {
    if (between_parts_) between_parts_();
    name_ = name;
    undo_.note_folders_of(name_);
    file_.emplace(folder_, split_path(name_).folder);
  }
  void data(ByteView bytes) override { file_->write(bytes); }
  void end() override {
    file_->sync();
    if (file_->publish(name_) == PublishResult::exists) {
      throw Error(ErrorCode::conflict, tr("extracting"), tr("a file of this name is there already"),
                  tr("Choose an empty folder: nothing is ever overwritten"))
          .on(name_);
    }
    undo_.note_file(name_);
    file_.reset();
    fault_point("extract.part_written");
  }

 private:
  const Folder& folder_;
  Undo& undo_;
  const std::function<void()>& between_parts_;
  std::string name_;
  std::optional<DurableFile> file_;
};

void require_absent(const Folder& folder, const Manifest& manifest) {
  for (const Part& part : manifest.parts) {
    if (!folder.head(part.name)) continue;
    throw Error(ErrorCode::conflict, tr("extracting"), tr("a file of this name is there already"),
                tr("Choose an empty folder: nothing is ever overwritten"))
        .on((fs::path(folder.path()) / part.name).string());
  }
}

JournalEntry entry_of(const Installation& at, const ExtractRecord& record, std::string result) {
  JournalEntry entry{.account = at.account,
                     .action = "extract",
                     .subject = record.name,
                     .result = std::move(result),
                     .ticket = record.ticket,
                     .detail = {{"target", record.target}}};
  if (!record.origin_checked) entry.detail["origin"] = "not checked";
  return entry;
}

std::string with_ending(const std::string& name) {
  return name.ends_with(".bak") ? name : name + ".bak";
}

std::string place_of(const Installation& at, const ExtractRecord& record) {
  return fmt::format("{} -> {}", at.account, record.target);
}

std::optional<Anomaly> open_clear_extract(Session& session, const std::string& name) {
  for (Anomaly& open : open_anomalies(session)) {
    if (open.code == AnomalyCode::clear_extract && open.subject == name) return std::move(open);
  }
  return std::nullopt;
}

}  // namespace

TargetVerdict judge_folder(const fs::path& folder, const ClearTarget& target) {
  fs::path existing = fs::absolute(folder).lexically_normal();
  if (!existing.has_filename()) existing = existing.parent_path();  // "DIR/"
  if (!fs::exists(existing)) existing = existing.parent_path();     // it will be made there
  const Folder opened = Folder::open(existing.string());
  return judge(inspect_volume(opened.fd(), target.policy, target.sources), target, folder.string());
}

TargetVerdict judge_output(int descriptor, const ClearTarget& target) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    return {.encrypted = true, .reason = tr("not a file: where it ends is the reader's matter")};
  }
  return judge(inspect_volume(descriptor, target.policy, target.sources), target, tr("standard output"));
}

CheckedBundle::CheckedBundle(const RandomReader& file, const OpenRequest& request) : opened_(open_bak(file, request)) {
  opened_.check_payload();
  LookOnly nobody;
  const auto data = opened_.data();
  manifest_ = read_bundle(*data, nobody);
}

std::vector<std::string> CheckedBundle::write_to(const fs::path& folder, const ClearTarget& target,
                                                 const std::function<void()>& between_parts) {
  fs::path top = fs::absolute(folder).lexically_normal();
  if (!top.has_filename()) top = top.parent_path();
  const NarrowUmask narrow;
  Undo undo(top);
  undo.note_folders_of("");
  const Folder opened = Folder::open_or_make(top.string());
  judge(inspect_volume(opened.fd(), target.policy, target.sources), target, folder.string());
  require_absent(opened, manifest_);
  PartFiles files(opened, undo, between_parts);
  const auto data = opened_.data();
  read_bundle(*data, files);
  undo.keep();
  std::vector<std::string> paths;
  for (const Part& part : manifest_.parts) paths.push_back((top / part.name).string());
  return paths;
}

void CheckedBundle::write_zip(ByteSink& out) {
  const auto data = opened_.data();
  ClearBytes block(kCopyBlock);
  for (;;) {
    const std::size_t length = data->read(block);
    if (length == 0) return;
    out.write(ByteView(block).first(length));
  }
}

void record_extract(Installation& at, const ExtractRecord& record) {
  at.catalog.write([&](Session& session) { append_journal(session, entry_of(at, record, "done"), at.clock.now()); });
}

ClearFiles record_clear_extract(Installation& at, const ExtractRecord& record, const std::string& reason) {
  const Instant now = at.clock.now();
  ClearFiles files = ClearFiles::first;
  at.catalog.write([&](Session& session) {
    std::string places;  // all of them, so that none is forgotten
    if (const auto open = open_clear_extract(session, record.name)) {
      files = ClearFiles::further;
      places = open->detail + "; ";
    }
    open_anomaly(session, AnomalyCode::clear_extract, record.name, places + place_of(at, record) + ": " + reason, now);
    JournalEntry entry = entry_of(at, record, "clear");
    entry.detail["reason"] = reason;
    append_journal(session, entry, now);
  });
  return files;
}

void withdraw_clear_extract(Installation& at, const ExtractRecord& record, ClearFiles files, const std::string& why) {
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    if (files == ClearFiles::first) {
      close_anomaly(session, AnomalyCode::clear_extract, record.name, "nothing was written: " + why, now);
    } else if (const auto open = open_clear_extract(session, record.name)) {
      const std::string before = open->detail.substr(0, open->detail.rfind("; " + place_of(at, record)));
      open_anomaly(session, AnomalyCode::clear_extract, record.name, before, now);
    }
    JournalEntry entry = entry_of(at, record, "failed");
    entry.detail["reason"] = why;
    append_journal(session, entry, now);
  });
}

void record_destroyed(Installation& at, const std::string& name, const std::string& reason) {
  const Instant now = at.clock.now();
  const std::string subject = with_ending(name);
  bool was_open = false;
  at.catalog.write([&](Session& session) {
    was_open = close_anomaly(session, AnomalyCode::clear_extract, subject, at.account + ": " + reason, now);
    if (!was_open) return;
    append_journal(session,
                   {.account = at.account,
                    .action = "clear_files_destroyed",
                    .subject = subject,
                    .result = "done",
                    .ticket = {},
                    .detail = {{"reason", reason}}},
                   now);
  });
  if (was_open) return;
  throw Error(ErrorCode::usage, tr("stating that clear files are destroyed"),
              tr("no clear files of this backup are on record"), tr("See what is: restore-cli list --anomalies"))
      .on(subject);
}

}  // namespace coffre
