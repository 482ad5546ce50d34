#include "vault/key_files.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "vault/key_lines.h"

namespace coffre {
namespace {

constexpr std::size_t kMaxKeyFileSize = std::size_t{1} << 20U;

constexpr std::string_view kIdentityWord = "coffre-identity";
constexpr std::string_view kLockedIdentityWord = "coffre-identity-locked";
constexpr std::string_view kSigningKeyWord = "coffre-signing-key";
constexpr std::string_view kRootKeyWord = "coffre-root-key";
constexpr std::string_view kLockedRootKeyWord = "coffre-root-key-locked";
constexpr std::string_view kKekWord = "coffre-kek";
constexpr std::string_view kDedupWord = "coffre-dedup";
constexpr std::string_view kX25519 = "x25519";
constexpr std::string_view kEd25519 = "ed25519";
constexpr std::string_view kKekAlgorithm = "xchacha20poly1305";
constexpr std::string_view kDedupAlgorithm = "hmac-sha256";

constexpr std::string_view kRootPurpose = "root";

std::string_view purpose_of(Scope scope) {
  return scope == Scope::full ? "identity full" : "identity meta";
}

// "WORD ALGORITHM <hex>": every key that has no scope.
SecretBytes read_plain_secret(const KeyLine& line, std::string_view algorithm) {
  line.require_words(3);
  line.require_word(1, algorithm);
  return line.read_secret(2, kSecretKeySize);
}

void require_first(const KeyLine& line, bool is_first) {
  if (!is_first) line.fail(tr("this kind of key may occur only once"));
}

void add_identity(KeyFile& file, const KeyLine& line) {
  line.require_words(4);
  line.require_word(1, kX25519);
  Identity identity = Identity::from_secret(line.read_scope(2), line.read_secret(3, kSecretKeySize));
  const auto same = [&identity](const Identity& other) { return other.public_key() == identity.public_key(); };
  if (std::ranges::any_of(file.identities, same)) line.fail(tr("this key is in the file already"));
  file.identities.push_back(std::move(identity));
}

void add_locked_identity(KeyFile& file, const KeyLine& line) {
  line.require_words(5);
  line.require_word(1, kX25519);
  LockedIdentity locked{line.read_scope(2), {}};
  line.require_word(3, kLockName);
  line.read_hex(4, locked.secret.bytes);
  const auto same = [&locked](const LockedIdentity& other) { return other.secret.bytes == locked.secret.bytes; };
  if (std::ranges::any_of(file.locked_identities, same)) line.fail(tr("this key is in the file already"));
  file.locked_identities.push_back(locked);
}

void add_recipient(KeyFile& file, const KeyLine& line) {
  Recipient recipient = read_recipient(line);
  const auto same = [&recipient](const Recipient& other) { return other.key == recipient.key; };
  if (std::ranges::any_of(file.recipients, same)) line.fail(tr("this key is in the file already"));
  file.recipients.push_back(std::move(recipient));
}

void add_signing_key(KeyFile& file, const KeyLine& line) {
  require_first(line, !file.signing_key);
  file.signing_key = SigningKey::from_seed(read_plain_secret(line, kEd25519));
}

void add_root_key(KeyFile& file, const KeyLine& line) {
  require_first(line, !file.root_key);
  file.root_key = RootKey{SigningKey::from_seed(read_plain_secret(line, kEd25519))};
}

void add_locked_root_key(KeyFile& file, const KeyLine& line) {
  require_first(line, !file.locked_root_key);
  line.require_words(4);
  line.require_word(1, kEd25519);
  line.require_word(2, kLockName);
  LockedSecret locked;
  line.read_hex(3, locked.bytes);
  file.locked_root_key = locked;
}

void add_root(KeyFile& file, const KeyLine& line) {
  require_first(line, !file.root);
  line.require_words(3);
  line.require_word(1, kEd25519);
  PublicKey root{};
  line.read_hex(2, root);
  file.root = root;
}

void add_signer(KeyFile& file, const KeyLine& line) {
  if (!file.signers.add(read_signer(line))) line.fail(tr("this key is in the file already"));
}

void add_kek(KeyFile& file, const KeyLine& line) {
  require_first(line, file.kek.empty());
  file.kek = read_plain_secret(line, kKekAlgorithm);
}

void add_dedup(KeyFile& file, const KeyLine& line) {
  require_first(line, file.dedup.empty());
  file.dedup = read_plain_secret(line, kDedupAlgorithm);
}

struct Handler {
  std::string_view word;
  void (*add)(KeyFile&, const KeyLine&);
};

constexpr Handler kHandlers[] = {
    {kIdentityWord, add_identity},
    {kLockedIdentityWord, add_locked_identity},
    {kRecipientWord, add_recipient},
    {kSigningKeyWord, add_signing_key},
    {kRootKeyWord, add_root_key},
    {kLockedRootKeyWord, add_locked_root_key},
    {kRootWord, add_root},
    {kSignerWord, add_signer},
    {kKekWord, add_kek},
    {kDedupWord, add_dedup},
};

const char* const kCompare = tr_noop("Compare it with the original (the printed sheet), character by character");
const char* const kKindsOfLines =
    tr_noop("A key file has lines that begin with coffre-identity, coffre-recipient, coffre-signer, coffre-root, ...");

// The line of the file's n-th key of that kind.
const KeyLine& nth_line(const std::vector<KeyLine>& lines, std::string_view word, std::size_t n) {
  for (const KeyLine& line : lines) {
    if (line.words.front() == word && n-- == 0) return line;
  }
  return lines.front();
}

// A printed key carries its public half beside it; where both are there, they must fit.
void check_pairs(const KeyFile& file, const std::vector<KeyLine>& lines) {
  for (std::size_t i = 0; i < file.identities.size(); ++i) {
    const PublicKey& key = file.identities[i].public_key();
    const auto fits = [&key](const Recipient& recipient) { return recipient.key == key; };
    if (!file.recipients.empty() && std::ranges::none_of(file.recipients, fits)) {
      nth_line(lines, kIdentityWord, i).fail(tr("this identity does not fit any coffre-recipient line of the file"));
    }
  }
  if (file.root_key && file.root && file.root_key->key.public_key() != *file.root) {
    nth_line(lines, kRootKeyWord, 0).fail(tr("this key does not fit the coffre-root line of the file"));
  }
}

// What a person gave as a key file. Whatever is wrong with it: no key came with it.
LineOrigin key_file_origin(std::string_view text, std::string_view source) {
  const auto refuse = [source](const char* why) {
    throw Error(ErrorCode::no_key, tr("reading keys"), why, tr(kKindsOfLines)).on(source);
  };
  if (text.size() > kMaxKeyFileSize) refuse(tr("the file is too large to be a key file"));
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos) {
    refuse(tr("the file is not text, so it is no key file"));
  }
  return {.source = source, .code = ErrorCode::no_key, .category = {}, .hint = kCompare};
}

// Perhaps another file than was meant.
[[noreturn]] void fail_unknown(KeyLine line) {
  line.origin.hint = kKindsOfLines;
  line.fail_at(0, tr("the line does not begin with a known kind of key"));
}

// A single line, or Error.
KeyLine only_line(std::string_view text, std::string_view source) {
  auto lines = key_lines(text, {.source = source, .code = ErrorCode::usage, .category = {}, .hint = ""});
  if (lines.size() != 1) {
    throw Error(ErrorCode::usage, tr("reading keys"), tr("exactly one line with one key is expected")).on(source);
  }
  lines.front().number = 0;
  return std::move(lines.front());
}

// Text that holds secrets while it grows: every block is wiped when it is given back.
class ClearText {
 public:
  ClearText& operator<<(std::string_view text) {
    const ByteView bytes = as_bytes(text);
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  void secret_line(std::initializer_list<std::string_view> words, ByteView secret) {
    for (const std::string_view word : words) *this << word << " ";
    std::string hex = to_hex(secret);
    *this << hex << "\n";
    wipe(hex);
  }
  [[nodiscard]] SecretString take() const { return SecretString::copy_of(as_text(bytes_)); }

 private:
  ClearBytes bytes_;
};

void write_public_part(ClearText& out, const KeyFile& file) {
  if (file.root) out << root_line(*file.root) << "\n";
  for (const Signer& signer : file.signers.all()) out << to_line(signer) << "\n";
  for (const Recipient& recipient : file.recipients) out << to_line(recipient) << "\n";
  for (const Identity& identity : file.identities) {
    const auto same = [&identity](const Recipient& recipient) { return recipient.key == identity.public_key(); };
    if (std::ranges::none_of(file.recipients, same)) out << to_line(identity.recipient()) << "\n";
  }
}

}  // namespace

KeyFile parse_key_file(std::string_view text, std::string_view source) {
  KeyFile file;
  const auto lines = key_lines(text, key_file_origin(text, source));
  for (const KeyLine& line : lines) {
    const auto* const handler = std::ranges::find(kHandlers, line.words.front(), &Handler::word);
    if (handler == std::end(kHandlers)) fail_unknown(line);
    handler->add(file, line);
  }
  check_pairs(file, lines);
  return file;
}

SecretString write_key_file(const KeyFile& file, std::string_view comment) {
  ClearText out;
  if (!comment.empty()) {
    for (const std::string_view line : split(comment, '\n')) out << "# " << printable(line) << "\n";
  }
  write_public_part(out, file);
  for (const Identity& identity : file.identities) {
    out.secret_line({kIdentityWord, kX25519, to_string(identity.scope())}, identity.secret().reveal_bytes());
  }
  for (const LockedIdentity& locked : file.locked_identities) {
    out.secret_line({kLockedIdentityWord, kX25519, to_string(locked.scope), kLockName}, locked.secret.bytes);
  }
  if (file.root_key) out.secret_line({kRootKeyWord, kEd25519}, file.root_key->key.seed().reveal_bytes());
  if (file.locked_root_key) {
    out.secret_line({kLockedRootKeyWord, kEd25519, kLockName}, file.locked_root_key->bytes);
  }
  if (file.signing_key) out.secret_line({kSigningKeyWord, kEd25519}, file.signing_key->seed().reveal_bytes());
  if (!file.kek.empty()) out.secret_line({kKekWord, kKekAlgorithm}, file.kek.reveal_bytes());
  if (!file.dedup.empty()) out.secret_line({kDedupWord, kDedupAlgorithm}, file.dedup.reveal_bytes());
  return out.take();
}

LockedIdentity lock(const Identity& identity, const SecretString& passphrase) {
  return {identity.scope(), {lock_secret(identity.secret(), passphrase, purpose_of(identity.scope()))}};
}

LockedSecret lock(const RootKey& root, const SecretString& passphrase) {
  return {lock_secret(root.key.seed(), passphrase, kRootPurpose)};
}

Identity unlock(const LockedIdentity& locked, const SecretString& passphrase) {
  return Identity::from_secret(locked.scope, unlock_secret(locked.secret.bytes, passphrase, purpose_of(locked.scope)));
}

RootKey unlock_root(const LockedSecret& locked, const SecretString& passphrase) {
  return {SigningKey::from_seed(unlock_secret(locked.bytes, passphrase, kRootPurpose))};
}

std::string to_line(const Recipient& recipient) {
  std::string line = std::string(kRecipientWord) + " x25519 ";
  line += to_string(recipient.scope);
  line += " " + to_hex(ByteView(recipient.key));
  if (!recipient.role.empty()) line += " role " + recipient.role;
  return line;
}

std::string to_line(const Signer& signer) {
  std::string line = std::string(kSignerWord) + " ed25519 " + to_hex(ByteView(signer.key));
  if (signer.from) line += " from " + to_rfc3339(*signer.from);
  if (signer.to) line += " to " + to_rfc3339(*signer.to);
  if (signer.revoked) line += " revoked " + to_rfc3339(*signer.revoked);
  return line;
}

std::string root_line(const PublicKey& root) {
  return std::string(kRootWord) + " ed25519 " + to_hex(ByteView(root));
}

Recipient parse_recipient_line(std::string_view line, std::string_view source) {
  return read_recipient(only_line(line, source));
}

Signer parse_signer_line(std::string_view line, std::string_view source) {
  return read_signer(only_line(line, source));
}

SignerList parse_signers_file(std::string_view text, std::string_view source) {
  KeyFile file;
  for (const KeyLine& line : key_lines(text, key_file_origin(text, source))) {
    if (line.words.front() == kRootWord) {
      add_root(file, line);
    } else if (line.words.front() == kSignerWord) {
      add_signer(file, line);
    } else {
      line.fail_at(0, tr("a file of signers has coffre-signer and coffre-root lines only"));
    }
  }
  if (file.signers.empty()) {
    throw Error(ErrorCode::no_key, tr("reading keys"), tr("the file names no signer"),
                tr("It wants at least one line \"coffre-signer ...\"; key files of the installation have it"))
        .on(source);
  }
  return std::move(file.signers);
}

}  // namespace coffre
