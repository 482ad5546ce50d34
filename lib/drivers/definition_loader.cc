#include "drivers/definition_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/translate.h"
#include "config/schema_check.h"
#include "config/yaml_document.h"
#include "drivers/content.h"
#include "drivers/request_builder.h"

namespace coffre {
namespace {

constexpr auto kSchemes =
    std::to_array<std::pair<std::string_view, LoginScheme>>({{"none", LoginScheme::none},
                                                             {"basic", LoginScheme::basic},
                                                             {"digest", LoginScheme::digest},
                                                             {"bearer", LoginScheme::bearer},
                                                             {"token-in-query", LoginScheme::token_in_query}});
constexpr auto kMeanings = std::to_array<std::pair<std::string_view, AnswerRule::Means>>(
    {{"locked_out", AnswerRule::Means::locked_out},
     {"not_activated", AnswerRule::Means::not_activated},
     {"wrong_password", AnswerRule::Means::wrong_password},
     {"no_right", AnswerRule::Means::no_right},
     {"unavailable", AnswerRule::Means::unavailable},
     {"busy", AnswerRule::Means::busy},
     {"failed", AnswerRule::Means::failed}});

Login login_of(const YamlValue& yaml, RequestBuilder& builder, std::vector<Finding>& findings) {
  Login login;
  for (const auto& [name, scheme] : kSchemes) {
    if (name == text_of(yaml, "scheme")) login.scheme = scheme;
  }
  const bool by_token = login.scheme == LoginScheme::bearer || login.scheme == LoginScheme::token_in_query;
  login.token = text_of(yaml, "token");
  login.parameter = text_of(yaml, "parameter");
  login.open_when_null = flag_of(yaml, "open_when_null");
  if (const auto request = yaml.find("request")) login.request = builder.login_request(*request);
  if (const auto logout = yaml.find("logout")) {
    login.logout_method = text_of(*logout, "method");
    login.logout_path = text_of(*logout, "path");
    builder.check_denied(*logout->find("path"));
  }
  if (by_token != (login.request.has_value() && !login.token.empty())) {
    findings.push_back(
        yaml.finding(tr("`request` and `token` belong to the schemes bearer and token-in-query, to both")));
    return login;
  }
  if ((login.scheme == LoginScheme::token_in_query) != !login.parameter.empty()) {
    findings.push_back(yaml.finding(tr("`parameter` belongs to the scheme token-in-query")));
  }
  if (by_token && login.request->expect.format != Format::json) {
    findings.push_back(yaml.find("request")->finding(tr("the answer of a login is `format: json`")));
  }
  const std::string problem = json_pointer_problem(login.token);
  if (by_token && !problem.empty()) findings.push_back(yaml.find("token")->finding(problem));
  return login;
}

std::vector<AnswerRule> answers_of(const std::optional<YamlValue>& yaml) {
  std::vector<AnswerRule> rules;
  if (!yaml) return rules;
  for (const YamlValue& item : yaml->items()) {
    AnswerRule rule;
    if (const auto status = item.find("status")) rule.status = statuses_of(*status);
    rule.contains = texts_of(item.find("contains"));
    for (const auto& [name, means] : kMeanings) {
      if (name == text_of(item, "means")) rule.means = means;
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

Limits limits_of(const std::optional<YamlValue>& yaml) {
  Limits limits;
  if (!yaml) return limits;
  const auto seconds = [&yaml](std::string_view key, std::chrono::milliseconds& limit) {
    if (const auto value = yaml->find(key)) limit = std::chrono::seconds(value->integer());
  };
  seconds("connect_s", limits.connect);
  seconds("first_byte_s", limits.first_byte);
  seconds("total_s", limits.total);
  if (const auto mib = yaml->find("max_mib")) {
    limits.max_body_bytes = static_cast<std::uint64_t>(mib->integer()) * 1024 * 1024;
  }
  return limits;
}

std::map<std::string, SettingSpec> settings_of(const std::optional<YamlValue>& yaml, std::vector<Finding>& findings) {
  std::map<std::string, SettingSpec> settings;
  if (!yaml) return settings;
  for (const auto& member : yaml->members()) {
    SettingSpec setting{text_of(member.value, "default"), texts_of(member.value.find("values")),
                        flag_of(member.value, "path")};
    const auto& allowed = setting.values;
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), setting.default_value) == allowed.end()) {
      findings.push_back(member.value.find("default")->finding(tr("the default is not one of `values`")));
    }
    settings[member.name] = std::move(setting);
  }
  return settings;
}

// Every {name} of a definition must come from somewhere: a setting, a value, a computation, or the engine itself.
class PlaceholderCheck {
 public:
  PlaceholderCheck(const Definition& definition, const YamlValue& root, std::vector<Finding>& findings)
      : root_(root), findings_(findings) {
    for (const auto& [name, setting] : definition.settings) known_.insert(name);
    for (const RequestGroup& group : definition.requests) {
      for (const RequestSpec& request : group.alternatives) {
        for (const auto& [name, value] : request.values) known_.insert(name);
        for (const Computation& computation : request.compute) known_.insert(computation.name);
      }
    }
  }

  void run() {
    for (const YamlValue& request : root_.find("requests")->items()) {
      one(request, {"page"});
      if (const auto first_of = request.find("first_of")) {
        for (const YamlValue& alternative : first_of->items()) one(alternative, {"page"});
      }
    }
    const YamlValue login = root_.find("login").value();
    if (const auto request = login.find("request")) one(*request, {"user", "password"});
    if (const auto logout = login.find("logout")) text(*logout->find("path"), {"token"});
  }

 private:
  void one(const YamlValue& request, const std::set<std::string>& more) {
    for (const char* key : {"get", "post"}) {
      if (const auto path = request.find(key)) text(*path, more);
    }
    for (const char* key : {"form", "json"}) {
      const auto fields = request.find(key);
      if (!fields) continue;
      for (const auto& field : fields->members()) {
        if (field.value.is_text()) text(field.value, more);
      }
    }
    for (const auto& condition : request.find("when") ? request.find("when")->items() : std::vector<YamlValue>()) {
      name(condition);
    }
  }

  void name(const YamlValue& condition) {
    for (const char* key : {"setting", "value"}) {
      const auto named = condition.find(key);
      if (named && !known_.contains(named->text())) unknown(*named, named->text());
    }
    const auto any = condition.find("any");
    for (const auto& item : any ? any->items() : std::vector<YamlValue>()) name(item);
  }

  void text(const YamlValue& yaml, const std::set<std::string>& more) {
    const std::string& value = yaml.text();
    for (auto open = value.find('{'); open != std::string::npos; open = value.find('{', open + 1)) {
      const auto close = value.find('}', open);
      const std::string found = value.substr(open + 1, close == std::string::npos ? close : close - open - 1);
      if (close == std::string::npos || (!known_.contains(found) && !more.contains(found))) unknown(yaml, found);
    }
  }

  void unknown(const YamlValue& yaml, const std::string& found) {
    findings_.push_back(yaml.finding(
        fmt::format(fmt::runtime(tr("\"{}\" is neither a setting nor a value that some request gives")), found)));
  }

  std::set<std::string> known_;
  const YamlValue root_;
  std::vector<Finding>& findings_;
};

Definition build(const Document& document, std::vector<Finding>& findings) {
  const YamlValue root = document.root();
  RequestBuilder builder(findings);
  Definition definition;
  definition.file = document.file();
  definition.name = text_of(root, "name");
  definition.version = text_of(root, "version");
  definition.vendor = text_of(root, "vendor");
  definition.title = text_of(root, "title");
  definition.models = texts_of(root.find("models"));
  definition.tested = texts_of(root.find("tested"));
  definition.confidence = texts_of(root.find("confidence"));
  definition.notes = texts_of(root.find("notes"));
  definition.settings = settings_of(root.find("settings"), findings);
  definition.limits = limits_of(root.find("limits"));
  definition.login = login_of(root.find("login").value(), builder, findings);
  definition.answers = answers_of(root.find("answers"));
  std::set<std::string> ids;
  for (const YamlValue& request : root.find("requests")->items()) {
    definition.requests.push_back(builder.group(request));
    if (!ids.insert(definition.requests.back().id).second) {
      findings.push_back(request.find("id")->finding(tr("another request has this id")));
    }
  }
  PlaceholderCheck(definition, root, findings).run();
  return definition;
}

std::optional<Definition> checked(const std::optional<Document>& document, std::vector<Finding>& findings) {
  if (!document) return std::nullopt;
  std::vector<Finding> own = Schema::embedded("driver").check(*document);
  std::optional<Definition> definition;
  if (own.empty()) definition = build(*document, own);
  if (own.empty()) return definition;
  sort_by_place(own);
  findings.insert(findings.end(), own.begin(), own.end());
  return std::nullopt;
}

}  // namespace

std::optional<Definition> read_definition(const std::filesystem::path& file, std::vector<Finding>& findings) {
  return checked(Document::read(file, findings), findings);
}

std::optional<Definition> parse_definition(std::string_view yaml, const std::string& file,
                                           std::vector<Finding>& findings) {
  return checked(Document::parse(yaml, file, findings), findings);
}

}  // namespace coffre
