#include "store_key.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "base/translate.h"
#include "cli/compose.h"
#include "os/folder.h"
#include "os/process_guard.h"
#include "os/terminal.h"

namespace coffre {
namespace {

constexpr std::size_t kMaxBytes = 4096;

// The next line of `text` without its end (LF or CR LF), which goes from `text`.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

S3Credentials ask_store_key(const std::string& name) {
  guard_process();
  SystemTerminal terminal;
  const SecretString access_key =
      terminal.ask_secret(fmt::format(fmt::runtime(tr("Access key of the bucket ({}): ")), name));
  return {.access_key = std::string(access_key.reveal_text()),
          .secret_key = terminal.ask_secret(fmt::format(fmt::runtime(tr("Secret key of the bucket ({}): ")), name))};
}

}  // namespace

cli::Parameter store_key_option() {
  return cli::option(
      "--s3-credentials", cli::Takes::file, tr_noop("FILE"),
      tr_noop("the bucket's access key and secret key, one a line (0600), where the stored ones cannot be used"));
}

S3Credentials read_store_key(const std::filesystem::path& file) {
  guard_process();
  const std::filesystem::path path = std::filesystem::absolute(file);
  if (cli::others_can_read(path)) {
    throw Error(ErrorCode::rule, tr("reading the bucket's key"), tr("other accounts can read this key"),
                fmt::format("chmod 600 {}", path.string()))
        .on(path.string());
  }
  auto content = Folder::open(path.parent_path().string()).read_small(path.filename().string(), kMaxBytes);
  if (!content) {
    throw Error(ErrorCode::not_found, tr("reading the bucket's key"), tr("there is no such file")).on(path.string());
  }
  const SecretString kept = SecretString::copy_of(*content);
  wipe(*content);
  std::string_view rest = kept.reveal_text();
  const std::string_view access_key = take_line(rest);
  const std::string_view secret_key = take_line(rest);
  if (access_key.empty() || secret_key.empty() || !rest.empty()) {
    throw Error(ErrorCode::usage, tr("reading the bucket's key"), tr("it does not have two lines"),
                tr("Write the access key on the first line and the secret key on the second"))
        .on(path.string());
  }
  return {.access_key = std::string(access_key), .secret_key = SecretString::copy_of(secret_key)};
}

StoreAccess BroughtStoreKey::access() {
  return {
      .key = [this](const std::string& name) { return file_.empty() ? ask_store_key(name) : read_store_key(file_); },
      .means = {.clock = clock_, .random = random_, .sleeper = sleeper_},
      .conditional_put = ConditionalPut::unknown};  // no catalog says
}

}  // namespace coffre
