#include "base/translate.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>

#include "base/text.h"

namespace coffre {
namespace {

constexpr const char* kDomain = "coffre";
Language g_language = Language::english;  // written once by set_language, before threads

}  // namespace

Language language_of_environment() {
  for (const char* const name : {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* const value = getenv(name);
    if (value == nullptr || *value == '\0') continue;
    for (const std::string_view text : split(value, ':')) {
      if (text.starts_with("en")) return Language::english;
      if (text.starts_with("fr")) return Language::french;
    }
  }
  return Language::french;
}

void set_language(Language language, const std::string& locale_dir) {
  g_language = language;
  // LANGUAGE is ignored in the locale "C" but honored in "C.UTF-8", which glibc has built in.
  setlocale(LC_MESSAGES, "C.UTF-8");
  setlocale(LC_CTYPE, "C.UTF-8");
  setenv("LANGUAGE", language == Language::french ? "fr" : "en", 1);
  bindtextdomain(kDomain, locale_dir.c_str());
  bind_textdomain_codeset(kDomain, "UTF-8");
}

Language current_language() {
  return g_language;
}

const char* tr(const char* message) {
  if (g_language == Language::english || *message == '\0') return message;
  return dgettext(kDomain, message);
}

}  // namespace coffre
