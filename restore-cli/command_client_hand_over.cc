// restore-cli client hand-over: a client's backups in a folder, readable by the client's own key.
#include <fmt/format.h>

#include <filesystem>

#include "base/error.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "cli/interrupt.h"
#include "cli/json.h"
#include "cli/output.h"
#include "commands.h"
#include "opening.h"
#include "service/retention/hand_over.h"

namespace coffre {
namespace {

using cli::Arguments;
using cli::Context;
using cli::Json;

constexpr int kPartial = 3;

// From a recipient line, or from a key file of the client's.
Recipient recipient_in(const std::string& path) {
  const KeyFile file = read_key_file(path, "--to");
  if (!file.recipients.empty()) return file.recipients.front();
  if (!file.identities.empty()) return file.identities.front().recipient();
  throw Error(ErrorCode::no_key, tr("reading the client's key"), tr("the file holds no coffre-recipient line"),
              tr("The client makes a key with: restore-cli keygen --role recovery --out FILE, and gives the line that "
                 "it prints"))
      .on(path);
}

int run(const Arguments& arguments, Context& context) {
  const auto made = cli::compose(context.config_file, cli::Needs::catalog);
  Installation& at = *made->at;
  const Recipient to = recipient_in(arguments.text("--to"));
  OpeningKeys keys = opening_keys(arguments, made.get());
  trust_installation(keys.ring, at.trust);
  const std::vector<CopyCheck> away = add_places(*made, context, arguments.text("--s3-credentials"));
  const std::filesystem::path folder = std::filesystem::absolute(arguments.text("--out"));
  std::filesystem::create_directories(folder);
  HandOverReport report;
  {
    cli::Progress progress(context);
    const HandOverRequest request{.client = arguments.text("CLIENT"), .to = to, .ring = keys.ring, .folder = folder};
    report = hand_over(at, request, [&](const std::string& name, std::size_t done, std::size_t of) {
      cli::throw_if_interrupted();
      progress.show(fmt::format("{}/{} {}", done, of, name));
    });
  }
  const int code = report.failed.empty() ? 0 : kPartial;
  if (context.json) {
    Json failed = Json::array();
    for (const Error& error : report.failed) failed.add(error_json(error));
    context.out << Json::object()
                       .set("client", arguments.text("CLIENT"))
                       .set("folder", folder.string())
                       .set("recipient", to_hex(to.id()))
                       .set("backups", Json::array_of(report.files))
                       .set("failed", std::move(failed))
                       .set("exit_code", code)
                       .text();
  } else {
    context.out << fmt::format(fmt::runtime(tr("{} backups in {}, readable by the key {}\n")), report.files.size(),
                               folder.string(), to_hex(to.id()));
  }
  for (const Error& error : report.failed) context.err << error.what() << "\n";
  cli::note(context, fmt::format(fmt::runtime(tr("The client opens one with: restore-cli extract FILE.bak --identity "
                                                 "THEIR-KEY --signers {} --to FOLDER")),
                                 signers_file_name(at.trust)));
  return with_origin(code, keys.ring, context);
}

}  // namespace

cli::Command client_hand_over_command() {
  cli::Command command;
  command.name = "client hand-over";
  command.person = cli::Person::operation;
  command.summary = tr_noop("copy a client's backups into a folder, readable by the client's own key");
  command.description = tr_noop(
      "At the restore station, with a key that opens them. Each backup as it was sealed, with a small file (.rwk) "
      "beside "
      "it that gives the client's key access, and the signers' lines. Nothing is written in clear. Repeated, it goes "
      "on "
      "where it stopped.");
  command.positionals = {cli::positional("CLIENT", cli::Takes::text, tr_noop("the client's code"))};
  command.options = {
      cli::required(cli::option("--to", cli::Takes::file, tr_noop("FILE"),
                                tr_noop("the client's key: a file with its coffre-recipient line"))),
      cli::required(cli::option("--out", cli::Takes::folder, tr_noop("FOLDER"), tr_noop("where to; made if missing"))),
  };
  for (cli::Parameter& option : opening_options()) command.options.push_back(std::move(option));
  command.examples = {
      {"restore-cli client hand-over CLIEXEMP --to client.txt --identity secours.key --out /media/stick",
       tr_noop("for the client to take along")}};
  command.on_interrupt = cli::OnInterrupt::orderly;
  command.run = run;
  return command;
}

}  // namespace coffre
