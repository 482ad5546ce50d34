#include "drivers/request_builder.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"
#include "base/translate.h"
#include "drivers/content.h"
#include "drivers/deny_list.h"

namespace coffre {
namespace {

constexpr auto kFormats = std::to_array<std::pair<std::string_view, Format>>(
    {{"binary", Format::binary}, {"text", Format::text}, {"xml", Format::xml}, {"json", Format::json}});
constexpr auto kContainers =
    std::to_array<std::pair<std::string_view, Container>>({{"hikvision-config", Container::hikvision_config},
                                                           {"sqlite", Container::sqlite},
                                                           {"json-envelope", Container::json_envelope}});

// The schema allows only words of the table.
template <typename Table>
auto meaning_of(const Table& table, std::string_view word) {
  for (const auto& [name, value] : table) {
    if (name == word) return value;
  }
  return table[0].second;
}

std::string_view default_media_type(Format format) {
  if (format == Format::xml) return "application/xml";
  if (format == Format::json) return "application/json";
  return format == Format::text ? "text/plain" : "application/octet-stream";
}

Condition condition_of(const YamlValue& yaml) {
  Condition condition;
  condition.setting = text_of(yaml, "setting");
  condition.value = text_of(yaml, "value");
  condition.is = texts_of(yaml.find("is"));
  condition.is_not = texts_of(yaml.find("is_not"));
  if (const auto present = yaml.find("present")) condition.present = present->boolean();
  if (const auto any = yaml.find("any")) {
    for (const YamlValue& item : any->items()) condition.any.push_back(condition_of(item));
  }
  return condition;
}

Computation computation_of(const YamlValue& yaml) {
  Computation computation;
  computation.name = text_of(yaml, "name");
  if (const auto length = yaml.find("random_password")) {
    computation.kind = Computation::Kind::random_password;
    computation.size = static_cast<std::size_t>(length->integer());
  }
  if (const auto bytes = yaml.find("random_hex")) {
    computation.kind = Computation::Kind::random_hex;
    computation.size = static_cast<std::size_t>(bytes->integer());
  }
  if (const auto sensitive = yaml.find("hikvision_sensitive")) {
    computation.kind = Computation::Kind::hikvision_sensitive;
    for (const auto& member : sensitive->members()) computation.from[member.name] = member.value.text();
  }
  return computation;
}

}  // namespace

std::vector<std::string> texts_of(const std::optional<YamlValue>& list) {
  std::vector<std::string> texts;
  if (!list) return texts;
  for (const YamlValue& item : list->items()) texts.push_back(item.text());
  return texts;
}

std::string text_of(const YamlValue& map, std::string_view key) {
  const auto value = map.find(key);
  return value ? value->text() : std::string();
}

bool flag_of(const YamlValue& map, std::string_view key) {
  const auto value = map.find(key);
  return value && value->boolean();
}

std::vector<int> statuses_of(const YamlValue& list) {
  std::vector<int> statuses;
  for (const YamlValue& item : list.items()) statuses.push_back(static_cast<int>(item.integer()));
  return statuses;
}

void RequestBuilder::check_denied(const YamlValue& text) {
  const std::string word = denied_word(text.text());
  if (word.empty()) return;
  findings_.push_back(text.finding(
      fmt::format(fmt::runtime(tr("\"{}\" changes or destroys a device; a definition may only read")), word)));
}

void RequestBuilder::check_path(const YamlValue& at, Format format, const std::string& path) {
  if (format == Format::binary) {
    findings_.push_back(at.finding(tr("a path needs `format:` text, xml or json")));
    return;
  }
  const std::string problem = path_problem(format, path);
  if (!problem.empty()) findings_.push_back(at.finding(fmt::format("\"{}\": {}", path, problem)));
}

Extractor RequestBuilder::extractor(const YamlValue& yaml, Format format) {
  Extractor extractor;
  extractor.as_number = flag_of(yaml, "number");
  extractor.optional = flag_of(yaml, "optional");
  const auto at = yaml.find("at");
  const auto constant = yaml.find("const");
  if (at.has_value() == constant.has_value()) {
    findings_.push_back(yaml.finding(tr("exactly one of `at` and `const` is needed")));
    return extractor;
  }
  if (constant) {
    extractor.from = Extractor::From::constant;
    extractor.path = constant->text();
    return extractor;
  }
  extractor.path = at->text();
  check_path(*at, format, extractor.path);
  return extractor;
}

std::map<std::string, Extractor> RequestBuilder::extractors(const YamlValue& yaml, Format format) {
  std::map<std::string, Extractor> found;
  for (const auto& member : yaml.members()) {
    if (member.name != "counts") found[member.name] = extractor(member.value, format);
  }
  return found;
}

ExpectedAnswer RequestBuilder::expectation(const YamlValue& yaml) {
  ExpectedAnswer expect;
  expect.format = meaning_of(kFormats, text_of(yaml, "format"));
  if (const auto status = yaml.find("status")) expect.status = statuses_of(*status);
  for (const auto& type : texts_of(yaml.find("content_type"))) expect.content_types.push_back(to_lower_ascii(type));
  expect.root = text_of(yaml, "root");
  if (!expect.root.empty() && expect.format != Format::xml) {
    findings_.push_back(yaml.find("root")->key_finding(tr("`root` belongs to `format: xml`")));
  }
  for (const char* key : {"present", "absent", "fresh_without"}) {
    const auto list = yaml.find(key);
    if (!list) continue;
    for (const YamlValue& item : list->items()) check_path(item, expect.format, item.text());
  }
  expect.present = texts_of(yaml.find("present"));
  expect.absent = texts_of(yaml.find("absent"));
  expect.fresh_without = texts_of(yaml.find("fresh_without"));
  for (const char* key : {"equals", "fresh_equals"}) {
    const auto equals = yaml.find(key);
    for (const auto& member : equals ? equals->members() : std::vector<YamlValue::Member>()) {
      check_path(member.value, expect.format, member.name);
      auto& texts = std::string_view(key) == "equals" ? expect.equals : expect.fresh_equals;
      texts[member.name] = member.value.text();
    }
  }
  if (const auto bytes = yaml.find("min_bytes")) expect.min_bytes = static_cast<std::uint64_t>(bytes->integer());
  expect.prefix = texts_of(yaml.find("prefix"));
  expect.not_prefix = texts_of(yaml.find("not_prefix"));
  expect.suffix = text_of(yaml, "suffix");
  expect.fails_when = texts_of(yaml.find("fails_when"));
  if (const auto container = yaml.find("container")) {
    expect.container = meaning_of(kContainers, container->text());
  }
  if (const auto required = yaml.find("container_required")) expect.container_required = required->boolean();
  return expect;
}

void RequestBuilder::method_and_body(const YamlValue& yaml, RequestSpec& request) {
  const auto get = yaml.find("get");
  const auto post = yaml.find("post");
  if (get.has_value() == post.has_value()) {
    findings_.push_back(yaml.finding(tr("exactly one of `get` and `post` is needed")));
    return;
  }
  request.method = get ? "GET" : "POST";
  request.path = get ? get->text() : post->text();
  check_denied(get ? *get : *post);
  if (post && !flag_of(yaml, "reads")) {
    findings_.push_back(post->key_finding(tr("a POST is refused unless a person states `reads: true`: it only reads")));
  }
  int bodies = 0;
  if (const auto form = yaml.find("form")) {
    ++bodies;
    request.body.content_type = "application/x-www-form-urlencoded";
    for (const auto& field : form->members()) {
      check_denied(field.value);
      request.body.form.emplace_back(field.name, field.value.text());
    }
  }
  if (const auto json = yaml.find("json")) {
    ++bodies;
    request.body.content_type = "application/json";
    for (const auto& field : json->members()) {
      if (field.value.is_text()) check_denied(field.value);
      const bool is_text = field.value.is_text();
      const std::string other = field.value.type() == YamlType::boolean ? (field.value.boolean() ? "true" : "false")
                                : is_text                               ? std::string()
                                                                        : std::to_string(field.value.integer());
      request.body.json.push_back({field.name, is_text ? field.value.text() : other, is_text});
    }
  }
  if (const auto body = yaml.find("body")) {
    ++bodies;
    check_denied(*body);
    request.body.text = body->text();
  }
  if (const auto type = yaml.find("content_type")) request.body.content_type = type->text();
  if (bodies > 1 || (bodies == 1 && get)) {
    findings_.push_back(yaml.finding(tr("at most one of `form`, `json`, `body`, and only with `post`")));
  }
  if (const auto headers = yaml.find("headers")) {
    for (const auto& header : headers->members()) request.headers.emplace_back(header.name, header.value.text());
  }
}

void RequestBuilder::part(const YamlValue& yaml, RequestSpec& request) {
  const auto name = yaml.find("part");
  if (!name) return;
  request.part = name->text();
  request.role = request.part.starts_with("restore/") ? PartRole::restore : PartRole::inspect;
  std::string example = request.part;
  const auto page = example.find("{page}");
  if (page != std::string::npos) example.replace(page, 6, "1");
  if (!is_part_name(example)) findings_.push_back(name->finding(tr("not a part name (schemas/manifest.md)")));
  if ((page != std::string::npos) != request.pages.has_value()) {
    findings_.push_back(name->finding(tr("the name of a paged part, and only of one, holds {page}")));
  }
  if (!parts_.insert(request.part).second) findings_.push_back(name->finding(tr("another request has this part")));
  request.media_type = text_of(yaml, "media_type");
  if (request.media_type.empty()) request.media_type = default_media_type(request.expect.format);
}

void RequestBuilder::extraction(const YamlValue& yaml, RequestSpec& request) {
  if (const auto values = yaml.find("values")) request.values = extractors(*values, request.expect.format);
  if (const auto facts = yaml.find("facts")) {
    request.facts = extractors(*facts, request.expect.format);
    if (const auto counts = facts->find("counts")) request.counts = extractors(*counts, request.expect.format);
    if (request.part.empty()) {
      findings_.push_back(facts->key_finding(tr("facts are read again from the backup: name the `part` to store")));
    }
  }
  for (const char* key : {"volatile", "secrets"}) {
    const auto list = yaml.find(key);
    if (!list) continue;
    for (const YamlValue& item : list->items()) check_path(item, request.expect.format, item.text());
  }
  request.volatile_paths = texts_of(yaml.find("volatile"));
  request.secret_paths = texts_of(yaml.find("secrets"));
}

void RequestBuilder::pages(const YamlValue& yaml, RequestSpec& request) {
  const auto pages = yaml.find("pages");
  if (!pages) return;
  Paging paging;
  if (const auto first = pages->find("first")) paging.first = first->integer();
  if (const auto most = pages->find("at_most")) paging.at_most = most->integer();
  paging.more = text_of(*pages, "more");
  check_path(*pages->find("more"), request.expect.format, paging.more);
  if (request.path.find("{page}") == std::string::npos) {
    findings_.push_back(pages->key_finding(tr("the path of a paged request holds {page}")));
  }
  request.pages = paging;
}

RequestSpec RequestBuilder::request(const YamlValue& yaml) {
  RequestSpec request;
  method_and_body(yaml, request);
  if (const auto expect = yaml.find("expect")) request.expect = expectation(*expect);
  request.anonymous = flag_of(yaml, "anonymous");
  request.fresh_login = flag_of(yaml, "fresh_login");
  if (const auto when = yaml.find("when")) {
    for (const YamlValue& item : when->items()) request.when.push_back(condition_of(item));
  }
  request.unavailable_when = texts_of(yaml.find("unavailable_when"));
  if (const auto unavailable = yaml.find("unavailable")) request.unavailable = statuses_of(*unavailable);
  if (const auto compute = yaml.find("compute")) {
    for (const YamlValue& item : compute->items()) request.compute.push_back(computation_of(item));
  }
  pages(yaml, request);
  part(yaml, request);
  extraction(yaml, request);
  return request;
}

RequestSpec RequestBuilder::login_request(const YamlValue& yaml) {
  RequestSpec request;
  method_and_body(yaml, request);
  if (const auto expect = yaml.find("expect")) request.expect = expectation(*expect);
  return request;
}

RequestGroup RequestBuilder::group(const YamlValue& yaml) {
  RequestGroup group;
  group.id = text_of(yaml, "id");
  group.optional = flag_of(yaml, "optional");
  const auto first_of = yaml.find("first_of");
  if (!first_of) {
    group.alternatives.push_back(request(yaml));
    return group;
  }
  for (const auto& member : yaml.members()) {
    if (member.name == "id" || member.name == "optional" || member.name == "first_of") continue;
    findings_.push_back(member.value.key_finding(tr("beside `first_of` only `id` and `optional` may stand")));
  }
  for (const YamlValue& alternative : first_of->items()) group.alternatives.push_back(request(alternative));
  return group;
}

}  // namespace coffre
