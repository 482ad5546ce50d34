#include "confirm.h"

#include "base/error.h"
#include "base/translate.h"
#include "os/terminal.h"

namespace coffre {

bool confirmed(const cli::Arguments& arguments, const cli::Context& context, const Confirmation& about) {
  if (arguments.has("--yes")) return true;
  SystemTerminal terminal;
  if (context.json || !terminal.is_interactive()) {
    throw Error(ErrorCode::usage, about.step, tr("nobody is here to ask"), about.look);
  }
  return terminal.confirm(about.question, Answer::no) == Answer::yes;
}

}  // namespace coffre
