#include "cli/run_program.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <exception>
#include <filesystem>
#include <iostream>

#include "base/error.h"
#include "base/text.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/json.h"
#include "cli/man_page.h"
#include "cli/parse.h"
#include "os/file_error.h"

namespace coffre::cli {
namespace {

constexpr int kDone = 0;

// Catalogs lie beside the programs: <build>/bin and <build>/share/locale, /usr/bin and /usr/share/locale.
std::string locale_folder() {
  std::error_code problem;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", problem);
  return (self.parent_path().parent_path() / "share" / "locale").string();
}

// A message must find its reader: written whole or not, it never throws.
void report(const Error& error, const CommonOptions& common, const Streams& streams) {
  if (!common.json) {
    streams.err << error.what() << '\n' << std::flush;
    return;
  }
  Json details = Json::object()
                     .set("code", to_string(error.code()))
                     .set("category", error.category())
                     .set("subject", error.subject())
                     .set("step", error.step())
                     .set("reason", error.reason())
                     .set("hint", error.hint());
  streams.out << Json::object().set("error", std::move(details)).set("exit_code", exit_code(error.code())).text()
              << std::flush;
}

// `completion` and `man`: made here because only here the whole table is at hand.
Command completion_command() {
  return {.name = "completion",
          .person = Person::operation,
          .summary = tr_noop("print the completion script of a shell"),
          .positionals = {positional_choice(tr_noop("SHELL"), {"bash", "zsh"}, tr_noop("the shell"))},
          .run = [](const Arguments& arguments, Context& context) {
            const bool is_zsh = arguments.text("SHELL") == "zsh";
            context.out << (is_zsh ? zsh_completion(context.program) : bash_completion(context.program));
            return kDone;
          }};
}

Command man_command() {
  return {.name = "man",
          .person = Person::operation,
          .summary = tr_noop("print the manual page (roff)"),
          .run = [](const Arguments& /*arguments*/, Context& context) {
            context.out << man_page(context.program);
            return kDone;
          }};
}

Program with_own_commands(Program program) {
  program.commands.push_back(completion_command());
  program.commands.push_back(man_command());
  return program;
}

void print_version(const Program& program, const CommonOptions& common, std::ostream& out) {
  if (common.json) {
    out << Json::object().set("name", program.name).set("version", program.version).text();
    return;
  }
  out << program.name << ' ' << program.version << '\n';
}

int run_invocation(const Program& program, const Invocation& invocation, const Streams& streams) {
  const Command* const command = invocation.command;
  if (invocation.common.help) {
    streams.out << (command == nullptr ? help_of(program) : help_of(program, *command));
    return kDone;
  }
  if (invocation.common.version) {
    print_version(program, invocation.common, streams.out);
    return kDone;
  }
  const char* const no_color = getenv("NO_COLOR");  // https://no-color.org: set and not empty
  const bool may_color = no_color == nullptr || *no_color == '\0';
  Context context{.program = program,
                  .command = *command,
                  .config_file = invocation.common.config_file,
                  .json = invocation.common.json,
                  .quiet = invocation.common.quiet,
                  .in = streams.in,
                  .out = streams.out,
                  .err = streams.err,
                  .in_is_terminal = streams.in_is_terminal,
                  .out_is_terminal = streams.out_is_terminal,
                  .err_is_terminal = streams.err_is_terminal,
                  .colors = streams.out_is_terminal && may_color};
  return command->run(invocation.arguments, context);
}

// Runs `step`; an Error, or anything else, is reported and becomes its exit code. The one wall for what std::filesystem
// throws: a path that cannot be used is the person's matter, not our own mistake.
template <typename Step>
int guarded(const CommonOptions& common, const Streams& streams, const Step& step) {
  try {
    return step();
  } catch (const Error& error) {
    report(error, common, streams);
    return exit_code(error.code());
  } catch (const std::filesystem::filesystem_error& problem) {
    const Error error = file_error(problem);
    report(error, common, streams);
    return exit_code(error.code());
  } catch (const std::exception& other) {
    report(Error(ErrorCode::internal, tr("running the command"), other.what()), common, streams);
    return exit_code(ErrorCode::internal);
  }
}

int run(const Program& declared, const std::vector<std::string>& words, const Streams& streams,
        void (*prepare)(OnInterrupt)) {
  const Program program = with_own_commands(declared);
  CommonOptions common = peek_common_options(words);
  const int code = guarded(common, streams, [&] {
    const Invocation invocation = parse(program, words);
    common = invocation.common;
    if (invocation.command != nullptr) prepare(invocation.command->on_interrupt);
    return run_invocation(program, invocation, streams);
  });
  streams.out.flush();
  return code;
}

// A reader that has gone (`restore-cli list | head`) needs no message.
bool reader_has_gone() {
  pollfd out{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

Language language_for(const Program& program, const CommonOptions& common) {
  const auto configured = program.language ? program.language(common.config_file) : std::nullopt;
  return configured ? *configured : language_of_environment();
}

}  // namespace

int run_program(const Program& program, const std::vector<std::string>& words, const Streams& streams) {
  return run(program, words, streams, [](OnInterrupt /*how*/) {});
}

int run_program(const Program& program, int argc, char** argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  signal(SIGPIPE, SIG_IGN);  // a broken connection is an error of one device, not the end of the run
  const CommonOptions common = peek_common_options(words);
  set_language(language_for(program, common), locale_folder());

  const Streams streams{.in = std::cin,
                        .out = std::cout,
                        .err = std::cerr,
                        .in_is_terminal = isatty(STDIN_FILENO) == 1,
                        .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                        .err_is_terminal = isatty(STDERR_FILENO) == 1};
  const int code = run(program, words, streams, handle_interrupts);
  if (std::cout.good()) return code;
  if (!reader_has_gone()) {
    std::cerr << Error(ErrorCode::io, tr("writing the result"), tr("the output cannot be written")).what() << '\n';
  }
  return code == kDone ? exit_code(ErrorCode::io) : code;
}

}  // namespace coffre::cli
