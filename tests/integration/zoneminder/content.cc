#include "integration/zoneminder/content.h"

#include <fmt/format.h>

#include <array>
#include <random>

namespace coffre::test {
namespace {

constexpr int kColleagues = 25;  // with the others more than the 20 of one page

Made monitor(const char* id, const char* name, const std::string& path, const char* user, const std::string& password) {
  return {"monitors",
          "Monitor",
          {{"Id", id},
           {"Name", name},
           {"Notes", "first line\nsecond \"line\" <&>"},
           {"Type", "Ffmpeg"},
           {"Function", "None"},  // no daemon is asked
           {"Enabled", "1"},
           {"Path", path},
           {"User", user},
           {"Pass", password},
           {"ONVIF_Username", user},
           {"ONVIF_Password", password},
           {"Width", "1920"},
           {"Height", "1080"}}};
}

Made zone(const char* monitor_id, const char* name, const char* type) {
  return {"zones",
          "Zone",
          {{"MonitorId", monitor_id},
           {"Name", name},
           {"Type", type},
           {"Units", "Percent"},
           {"NumCoords", "4"},
           {"Coords", "0,0 99,0 99,99 0,99"},
           {"Area", "10000"}}};
}

Made user(std::string_view name, const char* api) {
  return {"users",
          "User",
          {{"Username", std::string(name)},
           {"Enabled", "1"},
           {"APIEnabled", api},
           {"Language", "fr_fr"},
           {"Stream", "None"},
           {"Events", "None"},
           {"Control", "View"},
           {"Monitors", "View"},
           {"Groups", "View"},
           {"Devices", "None"},
           {"System", "View"}}};
}

Made setting(const char* name, const std::string& value) {
  return {"configs", "Config", {{"Name", name}, {"Value", value}}};
}

std::vector<Made> all_content() {
  std::vector<Made> made{
      monitor("1",
              "Entr\xC3\xA9"
              "e \xC2\xAB Nord \xC2\xBB & l'accueil",
              "rtsp://192.0.2.11/flux", "cam\xC3\xA9ra", canary()),
      monitor("2", "Quai \"B\" <b>gras</b> \\ fin", fmt::format("rtsp://admin:{}@192.0.2.12/1?a=b&c=d", canary()),
              "admin", "p&ss=\xC3\xBC#%+"),
      monitor("3", "\xE9\xA7\x90\xE8\xBB\x8A\xE5\xA0\xB4 \xE3\x82\xAB\xE3\x83\xA1\xE3\x83\xA9", "rtsp://192.0.2.13/",
              "", ""),
      zone("1",
           "Porte d'entr\xC3\xA9"
           "e <1>",
           "Active"),
      zone("1", "Masque", "Privacy"),
      zone("2", "\xE5\x85\xA5\xE5\x8F\xA3", "Inclusive"),
      zone("3", "Tout", "Active"),
      {"groups",
       "Group",
       {{"Id", "1"},
        {"Name",
         "Rez-de-chauss\xC3\xA9"
         "e"}}},
      {"groups", "Group", {{"Id", "2"}, {"Name", "Quais & cours"}, {"ParentId", "1"}}},
      {"states", "State", {{"Name", "Nuit d'\xC3\xA9t\xC3\xA9"}, {"Definition", "1:Modect:1,2:None:0,3:Record:1"}}},
      {"storage",
       "Storage",
       {{"Name", "Disque \xC3\xA9tage 2"}, {"Path", "/srv/cam\xC3\xA9ras"}, {"Type", "local"}, {"Scheme", "Deep"}}},
      {"servers", "Server", {{"Name", "Serveur \"A\""}, {"Hostname", "zm-a.example"}, {"Port", "8443"}}},
      {"controls", "Control", {{"Name", "PTZ maison"}, {"Type", "Remote"}, {"Protocol", "Maison"}, {"CanPan", "1"}}},
      setting("ZM_WEB_TITLE", "Soci\xC3\xA9t\xC3\xA9 <D\xC3\xA9mo> & fils"),
      setting("ZM_UPLOAD_PASS", canary()),
      setting("ZM_FROM_EMAIL", "alerte@example.net"),
      user(kBackupUser, "1"),
      user(kUserWithoutApi, "0"),
  };
  for (int number = 1; number <= kColleagues; ++number)
    made.push_back(user(fmt::format("coll\xC3\xA8gue-{}", number), "0"));
  return made;
}

// Where a new one goes, which resources have conventions of their own (zoneminder-facts.md).
std::string path_of(const Made& made) {
  if (made.resource == "configs") return fmt::format("configs/edit/{}.json", made.fields.front().second);
  if (made.resource == "storage" || made.resource == "servers") return made.resource + "/add.json";
  return made.resource + ".json";
}

Fields form_of(const Made& made) {
  Fields form;
  for (const auto& [name, value] : made.fields) form.emplace_back(fmt::format("{}[{}]", made.model, name), value);
  if (made.resource == "users") form.emplace_back("User[Password]", kBackupPassword);
  if (made.resource == "groups") form.insert(form.end(), {{"Monitor[]", "1"}, {"Monitor[]", "2"}});
  return form;
}

}  // namespace

const std::string& canary() {
  static const std::string text = [] {
    std::random_device random;
    return fmt::format("Canary-{:08x}{:08x}", random(), random());
  }();
  return text;
}

void make_content(const ApiClient& admin) {
  for (const Made& made : content()) admin.write(path_of(made), form_of(made));
}

const std::vector<Made>& content() {
  static const std::vector<Made> made = all_content();
  return made;
}

}  // namespace coffre::test
