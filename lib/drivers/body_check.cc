#include "drivers/body_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/translate.h"

namespace coffre {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string_view without_blanks_in_front(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const auto first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

std::string_view without_blanks_behind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view beginning) {
  return text.size() >= beginning.size() &&
         to_lower_ascii(text.substr(0, beginning.size())) == to_lower_ascii(beginning);
}

bool is_html(std::string_view head) {
  return starts_with_ignoring_case(head, "<!doctype html") || starts_with_ignoring_case(head, "<html");
}

std::uint64_t little_endian_u32(ByteView bytes) {
  return bytes[0] | (std::uint64_t{bytes[1]} << 8U) | (std::uint64_t{bytes[2]} << 16U) |
         (std::uint64_t{bytes[3]} << 24U);
}

// u32 1, u32 payload length, payload, 16-byte trailer, integers little-endian (vendor-apis.md chapter 3, one client).
// Older firmware exports without this frame, so another beginning is no proof of damage.
std::string hikvision_problem(const BodyWindow& body, bool required) {
  constexpr std::uint64_t kFrameBytes = 24;
  constexpr std::uint64_t kPadding = 16;  // "about file size - 24"
  constexpr std::uint64_t kVersion = 1;
  const ByteView head = body.head();
  const bool framed = head.size() >= kFrameBytes && little_endian_u32(head) == kVersion;
  if (!framed) return required ? tr("it is not the container that recorders of this make export") : std::string();
  const std::uint64_t whole = little_endian_u32(head.subspan(4)) + kFrameBytes;
  if (body.size() < whole) return tr("it is cut: its header announces more bytes");
  return body.size() > whole + kPadding ? tr("bytes follow the end that its header announces") : std::string();
}

// https://www.sqlite.org/fileformat2.html section 1.3: page size at 16, page count at 28, big-endian; the count is
// valid when the change counter (24) equals "version-valid-for" (92).
std::string sqlite_problem(const BodyWindow& body, bool required) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  constexpr std::size_t kHeaderBytes = 100;
  constexpr std::uint64_t kLargestPage = 65536;
  const ByteView head = body.head();
  if (!as_text(head).starts_with(kMagic)) return required ? tr("it is not an SQLite database") : std::string();
  if (head.size() < kHeaderBytes) return tr("it is cut inside its header");
  const std::uint64_t stored_size = std::uint64_t{head[16]} << 8U | head[17];
  const std::uint64_t page_size = stored_size == 1 ? kLargestPage : stored_size;
  const std::uint64_t pages = load_u32(head.subspan(28, 4));
  const bool count_valid = pages != 0 && load_u32(head.subspan(24, 4)) == load_u32(head.subspan(92, 4));
  if (count_valid && body.size() < page_size * pages) return tr("it is cut: its header announces more pages");
  return {};
}

// {"data":"<base64>"} as Nx answers it: too large to parse, so beginning and end are looked at.
std::string envelope_problem(const BodyWindow& body) {
  std::string_view head = without_blanks_in_front(as_text(body.head()));
  for (const std::string_view token :
       {std::string_view("{"), std::string_view("\"data\""), std::string_view(":"), std::string_view("\"")}) {
    if (!head.starts_with(token)) return tr("it is not the JSON envelope {\"data\": ...}");
    head.remove_prefix(token.size());
    if (token != "\"") head = without_blanks_in_front(head);
  }
  if (head.empty() || head.front() == '"') return tr("its JSON envelope is empty");
  std::string_view tail = without_blanks_behind(as_text(body.tail()));
  for (const char end : {'}', '"'}) {
    if (tail.empty() || tail.back() != end) return tr("its JSON envelope is cut");
    tail = without_blanks_behind(tail.substr(0, tail.size() - 1));
  }
  return {};
}

}  // namespace

void BodyWindow::add(ByteView bytes) {
  size_ += bytes.size();
  const std::size_t room = kHeadBytes - head_.size();
  const ByteView first = bytes.first(std::min(room, bytes.size()));
  head_.insert(head_.end(), first.begin(), first.end());
  const ByteView last = bytes.last(std::min(kTailBytes, bytes.size()));
  const std::size_t excess = tail_.size() + last.size() > kTailBytes ? tail_.size() + last.size() - kTailBytes : 0;
  tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(excess));
  tail_.insert(tail_.end(), last.begin(), last.end());
}

bool head_holds(const BodyWindow& body, const std::vector<std::string>& texts) {
  if (texts.empty()) return false;
  const std::string head = to_lower_ascii(as_text(body.head()));
  return std::any_of(texts.begin(), texts.end(),
                     [&head](const std::string& text) { return head.find(to_lower_ascii(text)) != std::string::npos; });
}

std::string container_problem(const ExpectedAnswer& expect, const BodyWindow& body) {
  switch (expect.container) {
    case Container::none:
      return {};
    case Container::hikvision_config:
      return hikvision_problem(body, expect.container_required);
    case Container::sqlite:
      return sqlite_problem(body, expect.container_required);
    case Container::json_envelope:
      return envelope_problem(body);
  }
  return {};
}

std::string body_problem(const ExpectedAnswer& expect, const BodyWindow& body) {
  const std::string_view head = without_blanks_in_front(as_text(body.head()));
  if (body.size() == 0) return tr("the answer is empty");
  if (is_html(head)) return tr("an HTML page (a login or error page?) instead of what was asked for");
  if (head_holds(body, expect.fails_when)) return tr("the device reports a failure inside a successful answer");
  const auto begins = [head](const std::string& text) { return starts_with_ignoring_case(head, text); };
  if (std::any_of(expect.not_prefix.begin(), expect.not_prefix.end(), begins)) {
    return tr("it begins like an error message, not like what was asked for");
  }
  const auto begins_raw = [&body](const std::string& text) { return as_text(body.head()).starts_with(text); };
  if (!expect.prefix.empty() && std::none_of(expect.prefix.begin(), expect.prefix.end(), begins_raw)) {
    return tr("it does not begin like what was asked for");
  }
  if (body.size() < expect.min_bytes) {
    return fmt::format(fmt::runtime(tr("only {} bytes; at least {} are expected")), body.size(), expect.min_bytes);
  }
  if (!expect.suffix.empty() && !without_blanks_behind(as_text(body.tail())).ends_with(expect.suffix)) {
    return tr("its end is missing");
  }
  return container_problem(expect, body);
}

std::string content_problem(const ExpectedAnswer& expect, const Content& content) {
  if (!expect.root.empty() && content.root() != expect.root) {
    return fmt::format(fmt::runtime(tr("<{}> instead of <{}>")), printable(content.root()), expect.root);
  }
  for (const std::string& path : expect.present) {
    if (!content.present(path)) return fmt::format(fmt::runtime(tr("it lacks {}")), path);
  }
  for (const std::string& path : expect.absent) {
    if (content.present(path)) return fmt::format(fmt::runtime(tr("it holds {}")), path);
  }
  for (const auto& [path, expected] : expect.equals) {
    if (content.text_at(path) != expected) return fmt::format(fmt::runtime(tr("{} is not \"{}\"")), path, expected);
  }
  return {};
}

}  // namespace coffre
