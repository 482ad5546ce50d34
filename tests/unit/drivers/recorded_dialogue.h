// A dialogue under tests/devices/<vendor>/<model>_<firmware>/dialogue.yaml: what the device answers, and what the
// driver has to make of it. New firmware means a new file, not new test code. All content is invented.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/yaml_document.h"
#include "scripted_device.h"
#include "support/source_tree.h"

namespace coffre::test {

struct RecordedDialogue {
  std::string name;
  std::string driver;
  std::map<std::string, std::string> settings;
  ScriptedDevice device;
  DeviceIdentity identity;
  std::vector<std::string> parts;
  std::string understood_by;
};

inline std::string text_or(const YamlValue& map, std::string_view key, std::string other) {
  const auto value = map.find(key);
  return value ? value->text() : std::move(other);
}

inline std::string recorded_body(const YamlValue& answer) {
  if (const auto size = answer.find("hikvision_config")) {
    return hikvision_container(static_cast<std::size_t>(size->integer()));
  }
  if (const auto size = answer.find("sqlite")) {
    return std::string("SQLite format 3\0", 16) + std::string(static_cast<std::size_t>(size->integer()), '\0');
  }
  return text_or(answer, "body", "");
}

inline RecordedDialogue read_dialogue(const std::filesystem::path& file) {
  const Document document = Document::read(file);
  const YamlValue root = document.root();
  RecordedDialogue dialogue;
  dialogue.name = file.parent_path().parent_path().filename().string() + "/" + file.parent_path().filename().string();
  dialogue.driver = root.find("driver")->text();
  const auto settings = root.find("settings");
  if (settings) {
    for (const auto& member : settings->members()) dialogue.settings[member.name] = member.value.text();
  }
  for (const YamlValue& answer : root.find("answers")->items()) {
    const auto status = answer.find("status");
    dialogue.device.on(answer.find("to")->text(),
                       {status ? static_cast<int>(status->integer()) : 200, recorded_body(answer),
                        text_or(answer, "type", "application/xml"), text_or(answer, "auth", ""), false});
  }
  const YamlValue expect = root.find("expect").value();
  dialogue.identity = {text_or(expect, "vendor", ""),
                       text_or(expect, "model", ""),
                       text_or(expect, "serial", ""),
                       text_or(expect, "firmware", ""),
                       {}};
  for (const auto& count : expect.find("counts")->members()) {
    dialogue.identity.counts[count.name] = count.value.integer();
  }
  for (const YamlValue& part : expect.find("parts")->items()) dialogue.parts.push_back(part.text());
  dialogue.understood_by = expect.find("understood_by")->text();
  return dialogue;
}

inline std::vector<std::filesystem::path> dialogue_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::filesystem::path(test::source_dir()) / "tests/devices")) {
    if (entry.path().filename() == "dialogue.yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace coffre::test
