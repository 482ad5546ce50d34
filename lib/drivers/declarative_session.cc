#include "drivers/declarative_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/translate.h"
#include "drivers/fact_reader.h"

namespace coffre {
namespace {

std::string page_name(const std::string& part, std::int64_t page) {
  std::string name = part;
  const auto at = name.find("{page}");
  if (at != std::string::npos) name.replace(at, 6, std::to_string(page));
  return name;
}

// A part that ends early is an answer that cannot be an export, not a device that does not answer: what came is kept as
// suspect, and looked at.
[[noreturn]] void throw_cut_part(const Error& error) {
  throw Error(ErrorCode::implausible, error.step(), error.reason(), error.hint()).with_category(error.category());
}

// Opaque parts of any size are stored as they come; what is parsed is packed, because it is text.
Compression compression_of(const RequestSpec& request) {
  return request.role == PartRole::inspect ? Compression::deflate : Compression::store;
}

}  // namespace

// What a run of requests is for: facts alone, or parts too.
struct DeclarativeSession::Target {
  BundleWriter* bundle = nullptr;
  DeviceIdentity identity;
  std::uint64_t restore_bytes = 0;

  [[nodiscard]] bool concerns(const RequestGroup& group) const {
    return bundle != nullptr || std::any_of(group.alternatives.begin(), group.alternatives.end(),
                                            [](const RequestSpec& request) { return request.has_facts(); });
  }
};

DeclarativeSession::DeclarativeSession(const Definition& definition, DeviceAccess access, Random& random,
                                       StepObserver observer, const TransportFactory& make_transport)
    : definition_(definition), link_(definition, std::move(access), random, std::move(observer), make_transport) {}

DeclarativeSession::~DeclarativeSession() {
  link_.logout();
}

void DeclarativeSession::close() noexcept {
  link_.logout();
}

DeviceIdentity DeclarativeSession::identify() {
  Target target;
  target.identity.vendor = definition_.vendor;
  for (const RequestGroup& group : definition_.requests) {
    if (target.concerns(group)) run(group, target);
  }
  return target.identity;
}

CollectionResult DeclarativeSession::collect(BundleWriter& bundle) {
  Target target;
  target.bundle = &bundle;
  not_available_.clear();
  for (const RequestGroup& group : definition_.requests) run(group, target);
  write_notes(bundle);
  CollectionResult result;
  result.restore_bytes = target.restore_bytes;
  const SecretString* password = link_.values().find(kExportPassword);
  if (password != nullptr) result.export_password = password->clone();
  return result;
}

void DeclarativeSession::run(const RequestGroup& group, Target& target) {
  for (const RequestSpec& request : group.alternatives) {
    if (!link_.values().holds(request.when)) continue;
    const Verdict verdict = request.pages ? run_pages(group.id, request, target) : run(group.id, request, target);
    if (verdict == Verdict::as_expected) return;
  }
  if (!group.optional) {
    throw Error(ErrorCode::unsupported, group.id, tr("this device does not have what the driver needs"),
                tr("Choose another driver, or try a definition of your own with `backupd driver test`."));
  }
  not_available_.insert(group.id);
}

DeviceLink::Answer DeclarativeSession::exchange(const std::string& id, const RequestSpec& request,
                                                const std::string& part, AnswerBody& body, Target& target) {
  const bool wanted = target.bundle != nullptr && !part.empty();
  DeviceLink::Answer answer;
  try {
    answer = link_.fetch(id, request, body);
  } catch (const Error& error) {
    if (wanted && error.category() == "SHORT_BODY") throw_cut_part(error);
    throw;
  }
  if (answer.verdict == Verdict::unavailable) return answer;
  if (answer.content) {
    for (const auto& [name, value] : read_values(request, *answer.content)) link_.values().set(name, value);
  }
  if (!wanted) return answer;
  if (answer.content) {
    target.bundle->begin_part(request.role, part, request.media_type, compression_of(request)).write(body.kept());
  } else {
    body.commit();
  }
  const Part written = target.bundle->end_part();
  if (written.role == PartRole::restore) target.restore_bytes += written.size;
  return answer;
}

Verdict DeclarativeSession::run(const std::string& id, const RequestSpec& request, Target& target) {
  const bool streams = request.expect.format == Format::binary && target.bundle != nullptr && !request.part.empty();
  std::function<ByteSink&()> open;
  if (streams) {
    open = [&]() -> ByteSink& {
      return target.bundle->begin_part(request.role, request.part, request.media_type, compression_of(request));
    };
  }
  AnswerBody body(max_content_bytes(request.expect.format), std::move(open));
  const DeviceLink::Answer answer = exchange(id, request, request.part, body, target);
  if (answer.verdict == Verdict::as_expected && answer.content) {
    read_facts(request, *answer.content, Page::first, target.identity);
  }
  return answer.verdict;
}

// Devices exist that answer page 1 to every page and promise another one for ever (zoneminder-facts.md).
Verdict DeclarativeSession::run_pages(const std::string& id, const RequestSpec& request, Target& target) {
  Digest last{};
  for (std::int64_t page = request.pages->first;; ++page) {
    const bool first = page == request.pages->first;
    if (page - request.pages->first >= request.pages->at_most) {
      throw Error(ErrorCode::implausible, id, tr("the list of pages does not end"));
    }
    link_.values().set("page", std::to_string(page));
    AnswerBody body(max_content_bytes(request.expect.format));
    const DeviceLink::Answer answer = exchange(id, request, page_name(request.part, page), body, target);
    if (answer.verdict == Verdict::unavailable && first) return Verdict::unavailable;
    if (!answer.content) throw Error(ErrorCode::implausible, id, tr("a page is missing that was announced"));
    const Digest digest = sha256(body.kept());
    if (!first && digest == last) throw Error(ErrorCode::implausible, id, tr("the device gives the same page again"));
    last = digest;
    read_facts(request, *answer.content, first ? Page::first : Page::following, target.identity);
    if (answer.content->text_at(request.pages->more) != "true") return Verdict::as_expected;
  }
}

void DeclarativeSession::write_notes(BundleWriter& bundle) const {
  std::string notes = fmt::format("{} {} ({})\n", definition_.name, definition_.version, definition_.title);
  for (const std::string& note : definition_.notes) notes += fmt::format("not held: {}\n", note);
  for (const std::string& id : not_available_) notes += fmt::format("not available on this device: {}\n", id);
  bundle.begin_part(PartRole::inspect, kNotesPart, "text/plain", Compression::store).write(as_bytes(notes));
  bundle.end_part();
}

}  // namespace coffre
