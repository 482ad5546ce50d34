#include "config/secret_keys.h"

#include <set>
#include <string>
#include <utility>

#include "base/translate.h"
#include "config/suggest.h"

namespace coffre {
namespace {

bool holds_named_entries(const std::string& pointer) {
  return pointer == "/clients" || pointer == "/sites" || pointer == "/devices";
}

void search(const YamlValue& value, std::vector<Finding>& findings) {
  for (const YamlValue& item : value.items()) search(item, findings);
  const std::vector<YamlValue::Member> members = value.members();
  if (members.empty()) return;
  const bool named = holds_named_entries(value.pointer());
  for (const YamlValue::Member& member : members) {
    if (!named && names_a_secret(member.name)) {
      findings.push_back(member.value.key_finding(
          tr("a secret does not belong into this file: delete the line, change the password if others could read it, "
             "then store it with `backupd secret set NAME`")));
      continue;
    }
    search(member.value, findings);
  }
}

}  // namespace

std::vector<Finding> secrets_in(const Document& document) {
  std::vector<Finding> findings;
  search(document.root(), findings);
  return findings;
}

void drop_same_places(std::vector<Finding>& findings, const std::vector<Finding>& already_said) {
  std::set<std::pair<std::string, std::string>> said;
  for (const Finding& finding : already_said) said.emplace(finding.file, finding.pointer);
  if (said.empty()) return;
  std::erase_if(findings, [&](const Finding& finding) {
    // The place itself, or anything that contains it.
    for (std::string pointer = finding.pointer;; pointer.resize(pointer.rfind('/'))) {
      if (said.contains({finding.file, pointer})) return true;
      if (pointer.empty()) return false;
    }
  });
}

}  // namespace coffre
