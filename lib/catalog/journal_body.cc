#include "catalog/journal_body.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/translate.h"

namespace coffre {

std::string to_journal_body(const JournalEntry& entry) {
  const nlohmann::json body{{"account", entry.account}, {"action", entry.action}, {"subject", entry.subject},
                            {"result", entry.result},   {"ticket", entry.ticket}, {"detail", entry.detail}};
  constexpr int kOneLine = -1;
  return body.dump(kOneLine, ' ', false, nlohmann::json::error_handler_t::replace);
}

JournalEntry from_journal_body(std::string_view body) {
  try {
    const auto json = nlohmann::json::parse(body);
    return {.account = json.at("account").get<std::string>(),
            .action = json.at("action").get<std::string>(),
            .subject = json.at("subject").get<std::string>(),
            .result = json.at("result").get<std::string>(),
            .ticket = json.at("ticket").get<std::string>(),
            .detail = json.at("detail").get<std::map<std::string, std::string>>()};
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::damaged, tr("reading the journal"), tr("a row's text is not one that Coffre wrote"),
                tr("See which: restore-cli journal --verify"));
  }
}

}  // namespace coffre
