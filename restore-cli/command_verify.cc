// restore-cli verify: reads backups again in both places, and puts on record what that proves.
#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "opening.h"
#include "service/reading/listing.h"
#include "service/reading/look_at_file.h"
#include "service/reading/verify.h"
#include "vault/category.h"
#include "views.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

constexpr int kPartial = 3;

bool selects_by_place(const Arguments& arguments) {
  return arguments.has("--device") || arguments.has("--site") || arguments.has("--all");
}

// Each alone says what is verified: of two, one would be ignored.
void require_one_selection(const Arguments& arguments) {
  const int chosen =
      (arguments.has("--device") ? 1 : 0) + (arguments.has("--site") ? 1 : 0) + (arguments.has("--all") ? 1 : 0);
  const bool by_name = !arguments.all("NAME|FILE").empty();
  if (chosen + (by_name ? 1 : 0) <= 1) return;
  if (by_name) {
    throw Error(ErrorCode::usage, tr("reading the command line"),
                tr("backups are named either one by one, or by --device, --site or --all"));
  }
  throw Error(ErrorCode::usage, tr("reading the command line"), tr("--device, --site and --all exclude each other"));
}

ListFilter filter_from(const Arguments& arguments) {
  ListFilter filter{.client = {}, .site = {}, .device = arguments.text("--device"), .from = {}, .to = {}};
  const std::string site = arguments.text("--site");
  if (site.empty()) return filter;
  const auto slash = site.find('/');
  if (slash == std::string::npos) {
    throw Error(ErrorCode::usage, tr("reading the command line"), tr("--site wants CLIENT/SITE"));
  }
  filter.client = site.substr(0, slash);
  filter.site = site.substr(slash + 1);
  return filter;
}

struct Words {
  std::vector<std::string> files;
  std::vector<std::string> names;
};

Words words_from(const Arguments& arguments, const Context& context) {
  require_one_selection(arguments);
  Words words;
  for (const std::string& word : arguments.all("NAME|FILE")) {
    (names_a_file(word, context) ? words.files : words.names).push_back(word);
  }
  const bool by_place = selects_by_place(arguments);
  if (words.files.empty() && words.names.empty() && !by_place) {
    throw Error(ErrorCode::usage, tr("reading the command line"), tr("nothing to verify was named"),
                tr("Name backups or files, or --device, --site or --all"));
  }
  if (!words.files.empty() && !words.names.empty()) {
    throw Error(ErrorCode::usage, tr("reading the command line"),
                tr("files and backups of the catalog are verified by separate commands"));
  }
  return words;
}

std::vector<BackupView> views_from(const Arguments& arguments, const Words& words, const Installation& at) {
  if (selects_by_place(arguments)) {
    auto found = list_backup_views(at, filter_from(arguments));
    if (!found.empty() || !arguments.has("--device")) return found;
    throw Error(ErrorCode::not_found, tr("verifying"), tr("this device was never backed up"),
                tr("Back it up with: backupd run --device DEVICE"))
        .on(arguments.text("--device"));
  }
  std::vector<BackupView> views;
  for (const std::string& name : words.names) views.push_back(find_backup_view(at, name));
  return views;
}

Json copies_json(const std::vector<CopyCheck>& copies) {
  Json list = Json::array();
  for (const CopyCheck& copy : copies) {
    list.add(Json::object().set("replica", copy.replica).set("state", copy.state).set("error", error_json(copy.error)));
  }
  return list;
}

Json verification_json(const Verification& result) {
  Json json = Json::object();
  json.set("name", result.name).set("device", result.device).set("suspect", result.suspect);
  json.set("copies", copies_json(result.copies));
  if (result.content) {
    json.set("opened_by", result.content->opened_by).set("recipient", result.content->recipient);
    json.set("understood", result.content->understood).set("problems", Json::array_of(result.content->problems));
  }
  return json.set("proof", proof_json(result.proof)).set("error", error_json(result.error));
}

std::string copies_text(const Verification& result) {
  std::vector<std::string> texts;
  for (const CopyCheck& copy : result.copies) {
    texts.push_back(word_text(copy.replica) + tr(": ") + word_text(copy.state));
  }
  return join(texts, ", ");
}

std::string opened_text(const Verification& result) {
  if (!result.content) return {};
  return result.content->understood
             ? word_text(result.content->opened_by)
             : fmt::format(fmt::runtime(tr("{}, not understood")), word_text(result.content->opened_by));
}

void print_results(Context& context, const std::vector<Verification>& results, const Zone& zone) {
  cli::Table table({{tr("Backup")}, {tr("Copies")}, {tr("Opened by")}, {tr("Proof")}, {tr("Since")}});
  for (const Verification& result : results) {
    table.add({result.name, copies_text(result), opened_text(result),
               result.suspect ? tr("suspect, set aside") : cli::proof_text(result.proof.level),
               cli::date_text(result.proof.since, zone)});
  }
  context.out << table.text();
}

// What a person must look at, a line each.
void print_trouble(Context& context, const std::vector<Verification>& results) {
  for (const Verification& result : results) {
    if (result.error) context.err << result.error->what() << "\n";
    for (const CopyCheck& copy : result.copies) {
      if (copy.error) context.err << copy.error->what() << "\n";
      if (copy.state == "missing") {
        context.err << fmt::format(fmt::runtime(tr("{}: {}: the object is not there\n")), word_text(copy.replica),
                                   result.name);
      }
      if (copy.state != "good") continue;
      if (result.copies.size() > 1 && &copy != &result.copies.front() && result.copies.front().state != "good") {
        context.err << fmt::format(fmt::runtime(tr("{}: the copy in {} is good, and is the one that extract takes\n")),
                                   result.name, word_text(copy.replica));
      }
    }
    if (!result.content) continue;
    for (const std::string& problem : result.content->problems) {
      context.err << result.name << tr(": ") << printable(problem) << "\n";
    }
  }
}

int verify_named(const Arguments& arguments, Context& context, const Words& words) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  OpeningKeys keys = opening_keys(arguments, made.get());
  trust_installation(keys.ring, made->at->trust);
  const auto views = views_from(arguments, words, *made->at);
  const std::vector<CopyCheck> away = add_places(*made, context, arguments.text("--s3-credentials"));
  const VerifyRequest request{
      .ring = keys.ring, .sidecars = std::move(keys.sidecars), .replica = arguments.text("--replica")};

  std::vector<Verification> results;
  {
    cli::Progress progress(context);
    for (const BackupView& view : views) {
      progress.show(fmt::format("{}/{} {}", results.size() + 1, views.size(), view.backup.name));
      results.push_back(verify_backup(*made->at, view.backup, view.device, request));
      for (const CopyCheck& copy : away) {
        if (request.replica.empty() || request.replica == copy.replica) results.back().copies.push_back(copy);
      }
    }
  }
  const int code = exit_code_of(results, request);
  if (context.json) {
    Json list = Json::array();
    for (const Verification& result : results) list.add(verification_json(result));
    context.out << Json::object()
                       .set("backups", std::move(list))
                       .set("origin_checked", keys.ring.origin == OriginCheck::required)
                       .set("exit_code", code)
                       .text();
  } else {
    print_results(context, results, *made->at->zones.installation);
  }
  print_trouble(context, results);
  return with_origin(code, keys.ring, context);
}

int worse(int so_far, int code) {
  return so_far == 0 || so_far == kPartial ? code : so_far;
}

// Neither a key that opens nor one that says who may sign.
Error nothing_to_verify_with() {
  return Error(ErrorCode::no_key, tr("verifying"), tr("no key was given"),
               tr("Name the key file with --identity FILE"));
}

int verify_files(const Arguments& arguments, Context& context, const Words& words) {
  const auto made = installation_if_any(context);
  OpeningKeys keys = opening_keys(arguments, made.get());
  if (made) trust_installation_if_ours(keys.ring, made->at->trust);
  std::unique_ptr<DriverRegistry> shipped;
  const DriverRegistry& drivers = drivers_for(made.get(), shipped);
  int code = 0;
  Json list = Json::array();
  cli::Table table({{tr("File")}, {tr("Origin")}, {tr("Opened with")}, {tr("Understood")}});
  const RoleNames roles = role_names(made.get(), keys.ring);
  for (const std::string& path : words.files) {
    try {
      const BareFile bare = open_bare_file(path);
      KeyRing& ring = keys.ring;
      trust_around(ring, path);
      const FileView view = look_at_file(*bare.content, ring, sidecars_beside(keys, bare), bare.expected, drivers);
      if (!view.origin_checked && ring.origin == OriginCheck::required) {
        throw ring.identities.empty() ? nothing_to_verify_with() : no_signer_known();
      }
      if (!ring.identities.empty() && !view.manifest) throw refusal(Category::scope);
      if (made) record_opening(*made->at, ring, "verify", path, view.opened_with);
      const bool complete = !view.manifest || view.understood;
      if (!complete) code = code == 0 ? kPartial : code;
      list.add(Json::object().set("file", path).set("opened", file_json(view, roles)).set("error", Json()));
      table.add({path, origin_text(view), view.opened_with ? recipients_text({to_hex(*view.opened_with)}, roles) : "",
                 view.manifest ? (view.understood ? word_text(view.understood_by) : tr("no")) : ""});
      for (const std::string& problem : view.problems) context.err << path << tr(": ") << printable(problem) << "\n";
    } catch (Error& error) {
      error.on(path);
      if (made) record_refused_opening(*made->at, keys.ring, "verify", path, error);
      context.err << error.what() << "\n";
      code = worse(code, exit_code(error.code()));
      list.add(Json::object().set("file", path).set("opened", Json()).set("error", error_json(error)));
      table.add({path, tr("refused"), "", ""});
    }
  }
  code = with_origin(code, keys.ring, context);
  if (context.json) {
    context.out << Json::object().set("files", std::move(list)).set("exit_code", code).text();
  } else {
    context.out << table.text();
    if (code == 0 && keys.ring.identities.empty()) {
      cli::note(context, tr("Only the signature was checked. With --identity FILE: also the content."));
    }
  }
  return code;
}

int run(const Arguments& arguments, Context& context) {
  const Words words = words_from(arguments, context);
  return words.files.empty() ? verify_named(arguments, context, words) : verify_files(arguments, context, words);
}

}  // namespace

cli::Command verify_command() {
  cli::Command command;
  command.name = "verify";
  command.person = cli::Person::technician;
  command.summary = tr_noop("read backups again in both places and check them");
  command.description = tr_noop(
      "Reads every byte of every copy. With --identity each copy is opened, every part checked, its content "
      "understood: "
      "that is proof 4, and a proof of the key. Without, digest and signature are checked. What is found goes on "
      "record. "
      "A .bak file needs no configuration, only one key file; nothing goes on record then.");
  command.positionals = {cli::optional(cli::repeatable(
      cli::positional(tr_noop("NAME|FILE"), cli::Takes::file, tr_noop("backups' names, or .bak files"))))};
  command.options = {
      cli::option("--device", cli::Takes::text, tr_noop("CLIENT/SITE/TYPE_NAME"),
                  tr_noop("all backups of this device")),
      cli::option("--site", cli::Takes::text, tr_noop("CLIENT/SITE"), tr_noop("all backups of this site")),
      cli::flag("--all", tr_noop("every backup")),
      cli::choice("--replica", {"local", "cloud"}, tr_noop("only the copy there")),
  };
  for (cli::Parameter& option : opening_options()) command.options.push_back(std::move(option));
  command.examples = {
      {"restore-cli verify --all --identity test.key", tr_noop("everything, opened by the drill key")},
      {"restore-cli verify --site CLIEXEMP/SIEGEPARIS", tr_noop("digests and signatures of a site, without a key")},
      {"restore-cli verify ./copy.bak --identity secours.key", tr_noop("a file, with one key and nothing else")}};
  command.run = run;
  return command;
}

}  // namespace coffre
