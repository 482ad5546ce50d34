#include "config/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "base/translate.h"

namespace coffre {

std::string Finding::line() const {
  std::string out = file;
  if (at.line != 0) out += fmt::format(":{}:{}", at.line, at.column);
  out += ": ";
  if (!pointer.empty()) out += pointer + ": ";
  return printable(out + text);
}

void sort_by_place(std::vector<Finding>& findings) {
  std::map<std::string, std::size_t> order;
  for (const Finding& finding : findings) order.emplace(finding.file, order.size());
  std::stable_sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) {
    return std::tuple(order.at(a.file), a.at) < std::tuple(order.at(b.file), b.at);
  });
}

Error error_of(std::string_view step, const std::vector<Finding>& findings) {
  if (findings.empty()) return {ErrorCode::internal, std::string(step), "an error without a finding"};
  std::string why = findings.front().line();
  const std::size_t more = findings.size() - 1;
  if (more == 0) return {ErrorCode::usage, std::string(step), std::move(why)};
  why += " " + fmt::format(fmt::runtime(tr("(and {} more)")), more);
  return {ErrorCode::usage, std::string(step), std::move(why), tr("`backupd check` lists them all")};
}

std::string pointer_step(std::string_view key) {
  std::string out = "/";
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace coffre
