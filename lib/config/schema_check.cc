#include "config/schema_check.h"

// The one file of the project that includes valijson. Without this word it ends the process for a bad schema.
#define VALIJSON_USE_EXCEPTIONS 1
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <fmt/format.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/translate.h"
#include "config/embedded_file.h"
#include "config/schema_explainer.h"

namespace coffre {
namespace {

void refuse_long(const YamlValue& value, std::vector<Finding>& findings) {
  const auto too_long = [] { return fmt::format(fmt::runtime(tr("is longer than {} bytes")), kMaxCheckedTextBytes); };
  if (value.is_text() && value.text().size() > kMaxCheckedTextBytes) findings.push_back(value.finding(too_long()));
  for (const YamlValue& item : value.items()) refuse_long(item, findings);
  for (const YamlValue::Member& member : value.members()) {
    if (member.name.size() > kMaxCheckedTextBytes) {
      findings.push_back({value.file(), member.value.key_at(), value.pointer(), too_long()});
      continue;
    }
    refuse_long(member.value, findings);
  }
}

// valijson would call a function that we do not give it, for a schema somewhere else.
void refuse_foreign_references(const nlohmann::json& schema) {
  const auto reference = schema.is_object() ? schema.find("$ref") : schema.end();
  const bool foreign = schema.is_object() && reference != schema.end() && reference->is_string() &&
                       !reference->get_ref<const std::string&>().starts_with("#");
  if (foreign) throw std::invalid_argument("$ref to another document");
  for (const nlohmann::json& part : schema) {
    if (part.is_structured()) refuse_foreign_references(part);
  }
}

}  // namespace

struct Schema::State {
  nlohmann::json json;
  valijson::Schema compiled;
};

Schema::Schema(std::unique_ptr<const State> state) : state_(std::move(state)) {}
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

Schema Schema::from_text(std::string_view json) {
  try {
    auto state = std::make_unique<State>();
    state->json = nlohmann::json::parse(json);
    refuse_foreign_references(state->json);
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(state->json), state->compiled);
    return Schema(std::move(state));
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorCode::internal, "reading a JSON schema", error.what());
  }
}

Schema Schema::embedded(std::string_view name) {
  return from_text(embedded_file(std::string(name) + ".schema.json"));
}

std::vector<Finding> Schema::check(const Document& document) const {
  std::vector<Finding> findings;
  refuse_long(document.root(), findings);
  if (!findings.empty()) return findings;

  const nlohmann::json target = document.empty() ? nlohmann::json::object() : nlohmann::json::parse(document.json());
  valijson::Validator validator;
  valijson::ValidationResults results;
  const valijson::adapters::NlohmannJsonAdapter adapter(target);
  if (validator.validate(state_->compiled, adapter, &results)) return {};

  findings = explain_violations(state_->json, document);
  if (!findings.empty()) return findings;
  // A keyword that we have no words for: valijson's own, better than none.
  const std::string why = results.numErrors() == 0 ? std::string() : results.begin()->description;
  findings.push_back(document.root().finding(fmt::format(fmt::runtime(tr("does not fit its schema ({})")), why)));
  return findings;
}

}  // namespace coffre
