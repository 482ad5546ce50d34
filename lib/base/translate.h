// The language of what people read: GNU gettext, domain "coffre", message ids in English, French in
// lib/base/translations/fr.po.
//
// `tr("...")` marks and translates a literal; with arguments use fmt: fmt::format(fmt::runtime(tr("{} of {}")), a, b).
// Works without any system locale installed (C.UTF-8 is part of the C library).
#pragma once

#include <string>
#include <string_view>

namespace coffre {

enum class Language { english, french };

// From LANGUAGE (a list, "de:fr"), LC_ALL, LC_MESSAGES, LANG in that order, as gettext does: the first that names
// French or English; French when none does.
Language language_of_environment();

// Sets the language of this process. Call once, early, before other threads run.
// `locale_dir` holds fr/LC_MESSAGES/coffre.mo; a missing catalog leaves English.
void set_language(Language language, const std::string& locale_dir);
Language current_language();

// The message in the current language; the English text itself when there is no translation. Thread-safe.
// The empty message stays empty (gettext would give the catalog's header).
const char* tr(const char* message);

// Marks a literal that is translated later, where it is shown: tables of commands, of rules, of errors.
// `AnomalyRule{... tr_noop("Run `backupd check`")}`, later `tr(rule.remedy)`; xgettext takes --keyword=tr_noop.
constexpr const char* tr_noop(const char* message) {
  return message;
}

}  // namespace coffre
