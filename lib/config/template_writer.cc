#include "config/template_writer.h"

#include <string_view>
#include <utility>

#include "base/translate.h"
#include "config/embedded_file.h"
#include "config/yaml_document.h"

namespace coffre {
namespace {

std::string in_language(std::string_view stem) {
  const std::string_view ending = current_language() == Language::french ? ".fr.yaml" : ".en.yaml";
  return std::string(embedded_file(std::string(stem) + std::string(ending)));
}

std::string or_question(const std::string& given, const char* question) {
  return given.empty() ? question : given;
}

}  // namespace

std::string config_template(const TemplateChoices& choices) {
  const std::pair<std::string_view, std::string> blanks[] = {
      {"@organization@", choices.organization},
      {"@local_path@", choices.local_path},
      {"@local_location@", or_question(choices.local_location, tr("to be completed: room, building, who holds it"))},
      {"@encryption@", choices.encryption == EncryptionDemand::none ? "none" : "required"},
      {"@cloud_directory@", choices.cloud_directory},
      {"@cloud_location@", or_question(choices.cloud_location, tr("to be completed: provider, region, contract"))},
  };
  std::string text = in_language("coffre");
  for (const auto& [blank, value] : blanks) {
    const std::size_t at = text.find(blank);
    if (at != std::string::npos) text.replace(at, blank.size(), yaml_scalar(value));
  }
  return text;
}

std::string inventory_template() {
  return in_language("inventory");
}

}  // namespace coffre
