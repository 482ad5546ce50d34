#include "recovery_sheet.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "base/translate.h"
#include "cli/output.h"
#include "cli/qr.h"

namespace coffre {
namespace {

struct Row {
  std::string title;
  std::string value;
};

// What a person types to find it.
std::string cloud_address(const CloudReplicaSettings& cloud) {
  if (!cloud.bucket) return cloud.directory.string();
  return fmt::format("{}/{}, {}", cloud.bucket->endpoint, cloud.bucket->bucket, cloud.bucket->region);
}

std::vector<Row> rows_of(const SheetFacts& facts) {
  std::vector<Row> rows{
      {tr("Organization"), facts.settings.organization.name},
      {tr("Installation"), facts.made.installation_id},
      {tr("Made on"), facts.created},
      {tr("Local copy"), fmt::format("{} ({})", facts.settings.local.path.string(), facts.settings.local.location)},
      {tr("Cloud copy"), fmt::format("{} ({})", cloud_address(facts.settings.cloud), facts.settings.cloud.location)},
  };
  for (const OfflineKey& key : facts.made.offline_keys) {
    rows.push_back({fmt::format(fmt::runtime(tr("Key \"{}\"")), cli::role_text(key.role)),
                    fmt::format("{} ({})", key.recipient_id, key.file.filename().string())});
  }
  return rows;
}

std::vector<std::string> steps() {
  return {
      tr("Take any machine with Debian 12, install Coffre (deploy/install-deps, then build), and bring one of the two "
         "copies."),
      tr("Type the lines of the key below into a file, secours.key (or scan the code)."),
      tr("Look:     restore-cli show FILE.bak --identity secours.key"),
      tr("Get back: restore-cli extract FILE.bak --identity secours.key --to FOLDER-ON-AN-ENCRYPTED-VOLUME"),
      tr("The passphrase is kept by another person:  name ............................  telephone "
         "...................."),
      tr("Whom to call:                              name ............................  telephone "
         "...................."),
  };
}

// The lines that matter, without comments.
std::string key_lines(std::string_view file) {
  std::string lines;
  for (const std::string_view line : split(file, '\n')) {
    if (!trim(line).empty() && !line.starts_with('#')) lines += std::string(line) + "\n";
  }
  return lines;
}

std::string no_key_text() {
  return tr(
      "The recovery key was made without a passphrase: it is not printed here. Keep its file offline, on an "
      "encrypted support.");
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

std::string recovery_sheet_text(const SheetFacts& facts) {
  std::string page = fmt::format("{}\n{:=<78}\n\n", tr("RECOVERY SHEET - print, keep in two places"), "");
  for (const Row& row : rows_of(facts)) page += fmt::format("{:<20} {}\n", row.title, printable(row.value));
  page += "\n";
  int number = 1;
  for (const std::string& step : steps()) page += fmt::format("{}. {}\n", number++, step);
  page += "\n";
  if (!facts.made.locked) return page + no_key_text() + "\n";
  const std::string key = key_lines(facts.recovery_file);
  return page + key + "\n" + cli::qr_blocks(key);
}

std::string recovery_sheet_html(const SheetFacts& facts) {
  std::string rows;
  for (const Row& row : rows_of(facts)) {
    rows += fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", escape_html(row.title), escape_html(printable(row.value)));
  }
  std::string list;
  for (const std::string& step : steps()) list += fmt::format("<li>{}</li>\n", escape_html(step));
  std::string key;
  if (facts.made.locked) {
    const std::string lines = key_lines(facts.recovery_file);
    key = fmt::format("<pre>{}</pre>\n<div class=\"qr\">{}</div>\n", escape_html(lines),
                      cli::qr_svg(lines, tr("Recovery key")));
  } else {
    key = fmt::format("<p class=\"warning\">{}</p>\n", escape_html(no_key_text()));
  }
  const char* const language = current_language() == Language::french ? "fr" : "en";
  return fmt::format(R"(<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
@page {{ size: A4; margin: 15mm; }}
body {{ font: 11pt/1.45 "DejaVu Sans", Arial, sans-serif; max-width: 180mm; margin: 10mm auto; color: #111; }}
h1 {{ font-size: 18pt; border-bottom: 2pt solid #111; padding-bottom: 3mm; }}
table {{ border-collapse: collapse; width: 100%; margin: 5mm 0; }}
th, td {{ text-align: left; vertical-align: top; border: .5pt solid #999; padding: 1.5mm 2.5mm; overflow-wrap: anywhere; }}
th {{ width: 34%; background: #f0f0f0; font-weight: 600; }}
pre {{ font: 9pt/1.5 "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; border: .5pt solid #999; padding: 3mm; }}
.qr svg {{ width: 62mm; height: 62mm; }}
.warning {{ border: 1.5pt solid #a00; padding: 3mm; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{subtitle}</p>
<table>
{rows}</table>
<ol>
{steps}</ol>
{key}</body>
</html>
)",
                     fmt::arg("language", language), fmt::arg("title", escape_html(tr("Recovery sheet"))),
                     fmt::arg("subtitle", escape_html(tr("Print it, and keep it in two places."))),
                     fmt::arg("rows", rows), fmt::arg("steps", list), fmt::arg("key", key));
}

}  // namespace coffre
