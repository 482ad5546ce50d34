#include "drivers/content.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"

namespace coffre {
namespace {

// Lines "key=value"; others are passed over. Bytes stay as they are: some makes write Latin-1 or GBK.
class KeyValueContent final : public Content {
 public:
  explicit KeyValueContent(ByteView bytes) {
    for (const std::string_view line : split(as_text(bytes), '\n')) {
      const auto equals = line.find('=');
      if (equals == std::string_view::npos) continue;
      pairs_.emplace_back(trim(line.substr(0, equals)), trim(line.substr(equals + 1)));
    }
  }

  [[nodiscard]] std::string root() const override { return {}; }
  [[nodiscard]] bool present(const std::string& path) const override { return find(path) != pairs_.end(); }
  [[nodiscard]] std::optional<std::string> text_at(const std::string& path) const override {
    const auto found = find(path);
    if (found == pairs_.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] std::optional<std::int64_t> count_at(const std::string& path) const override {
    return std::count_if(pairs_.begin(), pairs_.end(),
                         [&path](const auto& pair) { return matches_glob(path, pair.first); });
  }

 private:
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] Pairs::const_iterator find(const std::string& key) const {
    return std::find_if(pairs_.begin(), pairs_.end(), [&key](const auto& pair) { return pair.first == key; });
  }
  Pairs pairs_;
};

}  // namespace

std::unique_ptr<Content> parse_content(Format format, ByteView bytes) {
  if (bytes.size() > max_content_bytes(format)) {
    throw Error(ErrorCode::implausible, tr("reading an answer"), tr("it is larger than allowed for its format"));
  }
  if (format == Format::xml) return parse_xml(bytes);
  if (format == Format::json) return parse_json(bytes);
  return std::make_unique<KeyValueContent>(bytes);
}

std::size_t max_content_bytes(Format format) {
  switch (format) {
    case Format::json:
      return kMaxJsonBytes;
    case Format::xml:
      return kMaxXmlBytes;
    case Format::text:
    case Format::binary:
      break;
  }
  return kMaxTextBytes;
}

std::string path_problem(Format format, const std::string& path) {
  if (format == Format::xml) return xpath_problem(path);
  if (format == Format::json) return json_pointer_problem(path);
  return path.empty() ? tr("a key is missing") : std::string();
}

}  // namespace coffre
