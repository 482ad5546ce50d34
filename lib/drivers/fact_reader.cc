#include "drivers/fact_reader.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/error.h"
#include "base/translate.h"
#include "model/fact_word.h"

namespace coffre {
namespace {

[[noreturn]] void refuse(std::string why) {
  throw Error(ErrorCode::implausible, tr("reading an answer"), std::move(why));
}

std::optional<std::string> text_of(const Extractor& extractor, const Content& content) {
  if (extractor.from == Extractor::From::constant) return extractor.path;
  return content.text_at(extractor.path);
}

std::optional<std::int64_t> number_of(const Extractor& extractor, const Content& content) {
  if (!extractor.as_number) return content.count_at(extractor.path);
  const auto text = text_of(extractor, content);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return number;
}

std::string* field_of(DeviceIdentity& identity, const std::string& name) {
  if (name == "vendor") return &identity.vendor;
  if (name == "model") return &identity.model;
  if (name == "serial") return &identity.serial;
  return name == "firmware" ? &identity.firmware : nullptr;
}

}  // namespace

void read_facts(const RequestSpec& request, const Content& content, Page page, DeviceIdentity& identity) {
  for (const auto& [name, extractor] : request.facts) {
    const auto text = text_of(extractor, content);
    std::string* const field = field_of(identity, name);
    if (text && !text->empty() && field != nullptr) *field = *text;
    const bool missing = !text || text->empty();
    if (missing && !extractor.optional) {
      refuse(fmt::format(fmt::runtime(tr("the answer does not say the device's {}")), fact_word(name)));
    }
  }
  for (const auto& [name, extractor] : request.counts) {
    const auto number = number_of(extractor, content);
    if (!number && extractor.optional) continue;
    if (!number)
      refuse(fmt::format(fmt::runtime(tr("the answer does not say how many {} there are")), fact_word(name)));
    const std::int64_t before = page == Page::following ? identity.counts[name] : 0;
    identity.counts[name] = before + *number;
  }
}

std::map<std::string, std::string> read_values(const RequestSpec& request, const Content& content) {
  std::map<std::string, std::string> values;
  for (const auto& [name, extractor] : request.values) {
    const auto text = text_of(extractor, content);
    if (!text && !extractor.optional) refuse(fmt::format(fmt::runtime(tr("the answer does not say its {}")), name));
    if (text) values[name] = *text;
  }
  return values;
}

}  // namespace coffre
