#include "cli/scrub_view.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/translate.h"

namespace coffre::cli {
namespace {

template <typename... Values>
std::string line(const char* text, const Values&... values) {
  return fmt::format(fmt::runtime(text), values...);
}

// States and places are msgids of their own.
std::string copy_text(const char* place, const std::string& state) {
  return std::string(tr(place)) + tr(": ") + tr(state.c_str());
}

bool is_lost(const ScrubFinding& finding) {
  const auto bad = [](const std::string& state) { return state == "missing" || state == "damaged"; };
  return bad(finding.local) && bad(finding.cloud);
}

std::string finding_text(const ScrubFinding& finding) {
  const std::string states = copy_text("local", finding.local) + ", " + copy_text("cloud", finding.cloud);
  if (is_lost(finding)) {
    return line(tr("{}: lost in both places ({}). Look for a further copy, then: restore-cli scrub"), finding.name,
                states);
  }
  if (finding.error) return line(tr("{}: not repaired ({}): {}"), finding.name, states, finding.error->what());
  if (finding.local != "good" || finding.cloud != "good") {
    return line(tr("{}: not in both places ({}); the next pass tries again"), finding.name, states);
  }
  std::vector<std::string> places;
  for (const std::string& place : finding.repaired) places.emplace_back(tr(place.c_str()));
  std::string text = line(tr("{}: repaired ({})"), finding.name, join(places, ", "));
  if (!finding.kept_aside.empty()) text += line(tr("; what was damaged is kept: {}"), join(finding.kept_aside, ", "));
  return text;
}

Json finding_json(const ScrubFinding& finding) {
  Json json = Json::object();
  json.set("name", finding.name)
      .set("local", finding.local)
      .set("cloud", finding.cloud)
      .set("repaired", Json::array_of(finding.repaired))
      .set("kept_aside", Json::array_of(finding.kept_aside));
  if (!finding.error) return json.set("error", Json());
  return json.set("error", Json::object()
                               .set("code", to_string(finding.error->code()))
                               .set("category", finding.error->category())
                               .set("message", finding.error->what()));
}

}  // namespace

Json scrub_json(const ScrubReport& report) {
  Json findings = Json::array();
  for (const ScrubFinding& finding : report.findings) findings.add(finding_json(finding));
  Json foreign = Json::array();
  for (const ForeignObject& object : report.places.foreign) {
    foreign.add(
        Json::object().set("replica", object.replica).set("path", object.path).set("category", object.category));
  }
  return Json::object()
      .set("copies_read", report.copies_read)
      .set("bytes_read", report.bytes_read)
      .set("waiting", report.waiting)
      .set("overdue", report.overdue)
      .set("findings", std::move(findings))
      .set("adopted", Json::array_of(report.places.adopted))
      .set("foreign", std::move(foreign))
      .set("strays", Json::array_of(report.places.strays))
      .set("lost_sidecars", Json::array_of(report.places.lost_sidecars))
      .set("sequence_gaps", Json::array_of(report.sequence_gaps))
      .set("away", Json::array_of(report.away));
}

std::vector<std::string> scrub_lines(const ScrubReport& report) {
  std::vector<std::string> lines;
  for (const std::string& place : report.away) {
    lines.push_back(line(tr("{}: does not answer; nothing there was read. See: backupd check"), tr(place.c_str())));
  }
  for (const ScrubFinding& finding : report.findings) lines.push_back(finding_text(finding));
  for (const std::string& name : report.places.adopted) {
    lines.push_back(line(tr("{}: the catalog did not know it; it is on record now"), name));
  }
  for (const ForeignObject& object : report.places.foreign) {
    lines.push_back(line(tr("{}: {}: no backup of this installation ({}). Find out who put it there"),
                         tr(object.replica.c_str()), printable(object.path), object.category));
  }
  for (const std::string& name : report.places.lost_sidecars) {
    lines.push_back(line(tr("{0}: a file that gives further keys access (.rwk) is gone. At the restore station: "
                            "restore-cli rewrap {0} --identity FILE"),
                         name));
  }
  for (const std::string& gap : report.sequence_gaps) lines.push_back(gap);
  if (report.overdue > 0) {
    lines.push_back(line(tr("{} copies have not been read for longer than `scrub: days:` allows. Give it more "
                            "`bytes_per_run:`, or run: restore-cli scrub --all"),
                         report.overdue));
  }
  return lines;
}

}  // namespace coffre::cli
