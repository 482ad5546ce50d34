#include "drivers/bundle_understanding.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "base/translate.h"
#include "drivers/declarative_session.h"
#include "drivers/fact_reader.h"

namespace coffre {
namespace {

// "inspect/users-{page}.json" for the stored "inspect/users-12.json".
bool is_page_of(std::string_view pattern, std::string_view part) {
  constexpr std::string_view kPage = "{page}";
  const auto at = pattern.find(kPage);
  if (at == std::string_view::npos) return pattern == part;
  const std::string_view before = pattern.substr(0, at);
  const std::string_view after = pattern.substr(at + kPage.size());
  if (part.size() <= before.size() + after.size() || !part.starts_with(before) || !part.ends_with(after)) return false;
  const std::string_view page = part.substr(before.size(), part.size() - before.size() - after.size());
  return page.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

BundleUnderstanding::BundleUnderstanding(const Definition& definition) : definition_(definition) {
  identity_.vendor = definition.vendor;
}

const RequestSpec* BundleUnderstanding::request_of(std::string_view part) const {
  for (const RequestGroup& group : definition_.requests) {
    for (const RequestSpec& request : group.alternatives) {
      if (!request.part.empty() && is_page_of(request.part, part)) return &request;
    }
  }
  return nullptr;
}

void BundleUnderstanding::begin(std::string_view name, PartRole role) {
  part_ = name;
  request_ = request_of(name);
  if (role == PartRole::restore) restore_seen_ = true;
  const Format format = request_ == nullptr ? Format::binary : request_->expect.format;
  if (role == PartRole::restore && (format == Format::binary || format == Format::text)) opaque_seen_ = true;
  std::function<ByteSink&()> open;
  if (format == Format::binary) open = [this]() -> ByteSink& { return counting_; };
  body_ = std::make_unique<AnswerBody>(max_content_bytes(format), std::move(open));
}

void BundleUnderstanding::data(ByteView bytes) {
  body_->write(bytes);
}

void BundleUnderstanding::end() {
  const bool known = request_ != nullptr;
  if (known) {
    examine(*request_, *body_);
  } else if (part_ != kNotesPart) {
    problems_.push_back(fmt::format(fmt::runtime(tr("{}: the driver {} knows no such part")), part_, definition_.name));
  }
  body_.reset();
}

void BundleUnderstanding::examine(const RequestSpec& request, const AnswerBody& body) {
  const Page page = seen_.insert(&request).second ? Page::first : Page::following;
  const auto problem = [this](const std::string& why) { problems_.push_back(fmt::format("{}: {}", part_, why)); };
  const std::string raw = body_problem(request.expect, body.window());
  if (!raw.empty()) return problem(raw);
  if (request.expect.format == Format::binary) return;
  if (body.too_large()) return problem(tr("it is larger than allowed for its format"));
  try {
    const auto content = parse_content(request.expect.format, body.kept());
    const std::string parsed = content_problem(request.expect, *content);
    if (!parsed.empty()) return problem(parsed);
    read_facts(request, *content, page, identity_);
  } catch (const Error& error) {
    problem(error.reason());
  }
}

void BundleUnderstanding::find_missing() {
  for (const RequestGroup& group : definition_.requests) {
    const auto stored = [](const RequestSpec& request) { return !request.part.empty(); };
    const auto found = [this](const RequestSpec& request) { return seen_.contains(&request); };
    const auto& all = group.alternatives;
    const bool needed = !group.optional && std::all_of(all.begin(), all.end(), stored);
    if (!needed || std::any_of(all.begin(), all.end(), found)) continue;
    problems_.push_back(fmt::format(fmt::runtime(tr("{}: it is missing")), all.front().part));
  }
  if (!restore_seen_) problems_.emplace_back(tr("nothing in it could be restored"));
}

Understanding::Result BundleUnderstanding::result() {
  find_missing();
  return {identity_, opaque_seen_ ? "inspect" : "artefact", problems_};
}

}  // namespace coffre
