// One request of a definition: YAML, already checked against the schema, -> RequestSpec.
// A part of definition_loader; tested with it. Threads, errors: as there.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "config/yaml_document.h"
#include "drivers/definition.h"

namespace coffre {

class RequestBuilder {
 public:
  explicit RequestBuilder(std::vector<Finding>& findings) : findings_(findings) {}

  RequestGroup group(const YamlValue& yaml);
  RequestSpec login_request(const YamlValue& yaml);
  // A path that is not part of a request (logout): only the deny-list.
  void check_denied(const YamlValue& text);

 private:
  RequestSpec request(const YamlValue& yaml);
  void method_and_body(const YamlValue& yaml, RequestSpec& request);
  void part(const YamlValue& yaml, RequestSpec& request);
  void extraction(const YamlValue& yaml, RequestSpec& request);
  void pages(const YamlValue& yaml, RequestSpec& request);
  ExpectedAnswer expectation(const YamlValue& yaml);
  void check_path(const YamlValue& at, Format format, const std::string& path);
  std::map<std::string, Extractor> extractors(const YamlValue& yaml, Format format);
  Extractor extractor(const YamlValue& yaml, Format format);

  std::vector<Finding>& findings_;
  std::set<std::string> parts_;
};

// The texts of a list; empty for nullopt.
std::vector<std::string> texts_of(const std::optional<YamlValue>& list);
std::string text_of(const YamlValue& map, std::string_view key);
bool flag_of(const YamlValue& map, std::string_view key);
std::vector<int> statuses_of(const YamlValue& list);

}  // namespace coffre
