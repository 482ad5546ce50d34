// restore-cli extract: the content of a backup in clear, and restore-cli destroyed: that it is gone again.
#include <fmt/format.h>
#include <unistd.h>

#include <ostream>

#include "base/error.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/interrupt.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "opening.h"
#include "service/reading/extract.h"
#include "service/reading/listing.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

class StreamSink final : public ByteSink {
 public:
  explicit StreamSink(std::ostream& out) : out_(out) {}
  void write(ByteView bytes) override {
    const std::string_view text = as_text(bytes);
    out_.write(text.data(), static_cast<std::streamsize>(text.size()));
    if (!out_) throw Error(ErrorCode::io, tr("writing the ZIP"), tr("the output cannot be written"));
  }

 private:
  std::ostream& out_;
};

// Everything that one extraction works with. `made` is null for a bare file without an installation.
struct Extraction {
  std::unique_ptr<cli::Composition> made;
  OpeningKeys keys;
  ClearTarget target;
  TargetVerdict verdict;
  std::string folder;  // "" = ZIP
  std::string name;
  std::string replica;                 // "" for a bare file
  std::unique_ptr<RandomReader> file;  // outlives the bundle
  std::unique_ptr<CheckedBundle> bundle;
};

void require_sensible(const Arguments& arguments, const Context& context) {
  if (arguments.has("--to") == arguments.has("--zip")) {
    throw Error(ErrorCode::usage, tr("reading the command line"), tr("give either --to DIR or --zip"));
  }
  if (arguments.has("--to-unencrypted") != arguments.has("--reason")) {
    throw Error(ErrorCode::usage, tr("reading the command line"), tr("--to-unencrypted and --reason go together"));
  }
  if (!arguments.has("--identity")) {
    throw Error(ErrorCode::no_key, tr("extracting"), tr("no key was given"),
                tr("Name the key file with --identity FILE"));
  }
  if (!arguments.has("--zip")) return;
  if (context.json) {
    throw Error(ErrorCode::usage, tr("reading the command line"),
                tr("with --zip standard output is the ZIP, not JSON"));
  }
  if (context.out_is_terminal) {
    throw Error(ErrorCode::usage, tr("writing the ZIP"), tr("standard output is a terminal"),
                tr("Send it to a program or into a file on an encrypted volume"));
  }
}

ClearTarget target_from(const Arguments& arguments, const cli::Composition* made) {
  ClearTarget target;
  target.reason = arguments.text("--reason");
  if (made == nullptr) target.reminder = Reminder::person;
  // An installation's own rule is not widened by an option.
  const std::vector<std::string>& types =
      made != nullptr ? made->settings.local.allow_fuse : arguments.all("--allow-fuse");
  for (const std::string& type : types) target.policy.allowed_fuse_types.push_back("fuse." + type);
  return target;
}

void judge_target(Extraction& work, const Arguments& arguments) {
  work.folder = arguments.text("--to");
  work.target = target_from(arguments, work.made.get());
  work.verdict =
      work.folder.empty() ? judge_output(STDOUT_FILENO, work.target) : judge_folder(work.folder, work.target);
}

void open_named(Extraction& work, const Arguments& arguments, Context& context) {
  work.made = cli::compose(context.config_file, cli::Needs::catalog);
  judge_target(work, arguments);
  work.keys = opening_keys(arguments, work.made.get());
  trust_installation(work.keys.ring, work.made->at->trust);
  const BackupView view = find_backup_view(*work.made->at, arguments.text("NAME|FILE"));
  add_places(*work.made, context, arguments.text("--s3-credentials"));
  OpenRequest request = work.keys.ring.open_request();
  request.expected = expected_of(view.backup);
  try {
    OpenedCopy used = use_good_copy(*work.made->at, view.backup, [&](Replica& place, const RandomReader& file) {
      request.sidecars = sidecars_in(work.keys, place, view.backup, file);
      work.bundle = std::make_unique<CheckedBundle>(file, request);
    });
    note_failed_copies(used.failed, context);
    work.replica = used.replica;
    work.file = std::move(used.file);
  } catch (const Error& error) {
    record_refused_opening(*work.made->at, work.keys.ring, "extract", view.backup.name, error);
    throw;
  }
  work.name = view.backup.name;
}

void open_file(Extraction& work, const Arguments& arguments, Context& context) {
  const std::string path = arguments.text("NAME|FILE");
  BareFile bare = open_bare_file(path);
  work.made = installation_if_any(context);
  judge_target(work, arguments);
  work.keys = opening_keys(arguments, work.made.get());
  try {
    trust_around(work.keys.ring, path);
    if (work.made) trust_installation_if_ours(work.keys.ring, work.made->at->trust);
    OpenRequest request = work.keys.ring.open_request();
    request.sidecars = sidecars_beside(work.keys, bare);
    request.expected = bare.expected;
    work.file = std::move(bare.content);
    work.bundle = std::make_unique<CheckedBundle>(*work.file, request);
  } catch (Error& error) {
    error.on(path);
    if (work.made) record_refused_opening(*work.made->at, work.keys.ring, "extract", path, error);
    throw;
  }
  work.name = work.bundle->opened().metadata().name();
}

std::vector<std::string> write_out(Extraction& work, Context& context) {
  if (!work.folder.empty()) return work.bundle->write_to(work.folder, work.target, cli::throw_if_interrupted);
  StreamSink sink(context.out);
  work.bundle->write_zip(sink);
  context.out.flush();
  if (!context.out) throw Error(ErrorCode::io, tr("writing the ZIP"), tr("the output cannot be written"));
  return {};
}

// Writes, with what has to be on record before and after.
std::vector<std::string> write_on_record(Extraction& work, Context& context) {
  if (!work.made) return write_out(work, context);
  Installation& at = *work.made->at;
  const ExtractRecord record{.name = work.name,
                             .target = work.folder.empty() ? "zip" : std::filesystem::absolute(work.folder).string(),
                             .ticket = {},
                             .origin_checked = work.keys.ring.origin == OriginCheck::required};
  if (work.verdict.encrypted) {
    auto files = write_out(work, context);
    record_extract(at, record);
    return files;
  }
  const ClearFiles before = record_clear_extract(at, record, work.target.reason);
  try {
    return write_out(work, context);
  } catch (const Error& error) {
    withdraw_clear_extract(at, record, before, error.what());
    throw;
  }
}

// What the person has to do now that the files lie there in clear.
void print_reminder(const Extraction& work, Context& context) {
  if (work.made) {
    context.err << fmt::format(
        fmt::runtime(tr("In clear on an unencrypted volume ({}). Destroy the files, then: restore-cli destroyed {} "
                        "--reason R\n")),
        work.verdict.reason, work.name);
    return;
  }
  const std::string place =
      work.folder.empty() ? tr("standard output") : std::filesystem::absolute(work.folder).string();
  context.err << fmt::format(
      fmt::runtime(tr("In clear on an unencrypted volume ({}). Destroy {} yourself when you are done: without a "
                      "configuration nothing is on record, and nothing will remind you.\n")),
      work.verdict.reason, place);
}

void print_result(const Extraction& work, const std::vector<std::string>& files, Context& context) {
  const SecretString& password = work.bundle->manifest().export_password;
  if (context.json) {
    Json json = Json::object();
    json.set("name", work.name).set("replica", work.replica.empty() ? Json() : Json(work.replica));
    json.set("folder", work.folder).set("files", Json::array_of(files));
    json.set("encrypted", work.verdict.encrypted).set("volume", work.verdict.reason);
    json.set("origin_checked", work.keys.ring.origin == OriginCheck::required);
    json.set("trust", trust_json(work.keys.ring.trust_in(work.bundle->opened().header().signer_id)));
    json.set("export_password", password.empty() ? Json() : Json(password.reveal_text()));
    context.out << json.text();
    return;
  }
  for (const std::string& file : files) context.out << file << "\n";
  if (!password.empty()) context.err << tr("Export password: ") << password.reveal_text() << "\n";
  if (work.verdict.encrypted) return;
  print_reminder(work, context);
}

int run_extract(const Arguments& arguments, Context& context) {
  require_sensible(arguments, context);
  Extraction work;
  if (names_a_file(arguments.text("NAME|FILE"), context)) {
    open_file(work, arguments, context);
  } else {
    open_named(work, arguments, context);
  }
  const auto files = write_on_record(work, context);
  print_result(work, files, context);
  return with_origin(0, work.keys.ring, context);
}

int run_destroyed(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::records);
  const std::string name = arguments.text("NAME");
  record_destroyed(*made->at, name, arguments.text("--reason"));
  if (context.json) {
    context.out << Json::object().set("name", name).set("destroyed", true).text();
  } else {
    cli::note(context, tr("On record: the clear files are destroyed."));
  }
  return 0;
}

}  // namespace

cli::Command extract_command() {
  cli::Command command;
  command.name = "extract";
  command.person = cli::Person::technician;
  command.summary = tr_noop("take the content of a backup out, in clear");
  command.description = tr_noop(
      "Writes the parts of a backup into a folder, or the ZIP to standard output, after all of it was checked. The "
      "folder "
      "must lie on an encrypted volume; otherwise --to-unencrypted --reason R, and an anomaly stays open until "
      "`destroyed` "
      "closes it. Nothing is overwritten; after a failure nothing is left. Shows the export password where the make "
      "wants "
      "one.");
  command.positionals = {
      cli::positional(tr_noop("NAME|FILE"), cli::Takes::file, tr_noop("a backup's name, or a .bak file"))};
  command.options = opening_options();
  command.options.push_back(cli::option("--to", cli::Takes::folder, tr_noop("DIR"), tr_noop("write the parts there")));
  command.options.push_back(cli::flag("--zip", tr_noop("write the ZIP to standard output")));
  command.options.push_back(
      cli::flag("--to-unencrypted", tr_noop("allow a volume that is not encrypted; with --reason")));
  command.options.push_back(
      cli::option("--reason", cli::Takes::text, tr_noop("REASON"), tr_noop("why, for the journal")));
  command.options.push_back(cli::repeatable(
      cli::option("--allow-fuse", cli::Takes::text, tr_noop("TYPE"),
                  tr_noop("without a configuration: a FUSE type that counts as encrypted (gocryptfs)"))));
  command.examples = {
      {tr_noop("restore-cli extract NAME --identity restauration.key --to /media/coffre/retour"), tr_noop("the parts")},
      {"restore-cli extract ./copy.bak --identity secours.key --zip | bsdtar -tf -", tr_noop("only look")}};
  command.on_interrupt = cli::OnInterrupt::orderly;
  command.run = run_extract;
  return command;
}

cli::Command destroyed_command() {
  cli::Command command;
  command.name = "destroyed";
  command.person = cli::Person::technician;
  command.summary = tr_noop("state that extracted clear files are destroyed");
  command.description = tr_noop("Closes the anomaly that `extract --to-unencrypted` opened, under your account.");
  command.positionals = {cli::positional(tr_noop("NAME"), cli::Takes::text, tr_noop("the backup's name"))};
  command.options = {cli::required(
      cli::option("--reason", cli::Takes::text, tr_noop("REASON"), tr_noop("how and by whom they were destroyed")))};
  command.examples = {
      {tr_noop("restore-cli destroyed NAME --reason \"shred, by A. Martin\""), tr_noop("after a restore")}};
  command.run = run_destroyed;
  return command;
}

}  // namespace coffre
