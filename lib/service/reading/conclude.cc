#include "service/reading/conclude.h"

#include <fmt/format.h>

#include <optional>

#include "base/error.h"
#include "base/translate.h"
#include "catalog/anomalies.h"
#include "catalog/installation.h"
#include "catalog/journal.h"

namespace coffre {
namespace {

std::string fact_key(AnomalyCode code, std::string_view subject) {
  return fmt::format("concluded/{}/{}", to_string(code), subject);
}

std::optional<Anomaly> find_open(Session& session, std::int64_t number) {
  for (Anomaly& anomaly : open_anomalies(session)) {
    if (anomaly.number == number) return std::move(anomaly);
  }
  return std::nullopt;
}

void require_concludable(const Anomaly& anomaly) {
  const AnomalyRule& rule = rule_of(anomaly.code);
  if (is_concluded(rule)) return;
  const std::string why = fmt::format(fmt::runtime(tr("{} is closed by: {}")), rule.french, tr(rule.closed_by));
  std::string hint = tr(rule.remedy);
  if (!rule.release.empty()) hint = fmt::format(fmt::runtime(tr("The command for it: {}")), rule.release);
  throw Error(ErrorCode::rule, tr("concluding an anomaly"), why, hint).on(anomaly.subject);
}

void require_text(const std::string& text, const char* why) {
  if (text.find_first_not_of(" \t\n") != std::string::npos) return;
  throw Error(ErrorCode::usage, tr("concluding an anomaly"), why);
}

}  // namespace

Anomaly review_anomaly(const Installation& at, std::int64_t number) {
  std::optional<Anomaly> found;
  at.catalog.read([&](Session& session) { found = find_open(session, number); });
  if (!found) {
    throw Error(ErrorCode::not_found, tr("concluding an anomaly"),
                fmt::format(fmt::runtime(tr("no anomaly is open under number {}")), number),
                tr("List them with: restore-cli list --anomalies"));
  }
  require_concludable(*found);
  return *found;
}

void conclude_anomaly(Installation& at, const Anomaly& shown, const std::string& ticket, const std::string& reason) {
  require_text(ticket, tr("the ticket is empty"));
  require_text(reason, tr("the reason is empty"));
  require_concludable(shown);
  const Instant now = at.clock.now();
  at.catalog.write([&](Session& session) {
    const auto found = find_open(session, shown.number);
    if (!found || found->detail != shown.detail) {
      throw Error(ErrorCode::conflict, tr("concluding an anomaly"), tr("it is no longer what was shown"),
                  tr("Look at it again with: restore-cli list --anomalies"))
          .on(shown.subject);
    }
    close_anomaly(session, shown.code, shown.subject, fmt::format("{}: {} ({})", at.account, reason, ticket), now);
    put_fact(session, fact_key(shown.code, shown.subject), shown.detail);
    append_journal(session,
                   {.account = at.account,
                    .action = "conclude",
                    .subject = shown.subject,
                    .result = "done",
                    .ticket = ticket,
                    .detail = {{"anomaly", std::to_string(shown.number)},
                               {"code", std::string(to_string(shown.code))},
                               {"findings", shown.detail},
                               {"reason", reason}}},
                   now);
  });
}

void open_unless_concluded(Session& session, AnomalyCode code, std::string_view subject, std::string_view findings,
                           Instant now) {
  if (get_fact(session, fact_key(code, subject)) == findings) return;
  open_anomaly(session, code, subject, findings, now);
}

void forget_conclusion(Session& session, AnomalyCode code, std::string_view subject) {
  const std::string key = fact_key(code, subject);
  if (!get_fact(session, key).value_or("").empty()) put_fact(session, key, "");
}

}  // namespace coffre
