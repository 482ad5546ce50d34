// A short, valid definition that tests bend in one line each.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace coffre::test {

inline constexpr std::string_view kSmallDefinition = R"(language: 1
name: small
version: "1"
vendor: Invented
title: A small definition
login: {scheme: digest}
requests:
  - id: info
    get: /info
    part: inspect/info.json
    expect: {format: json, present: [/model]}
    facts: {model: {at: /model}, counts: {users: {at: /users}}}
  - id: extra
    optional: true
    get: /extra
    unavailable: [403, 404]
    part: inspect/extra.txt
    expect: {format: text}
  - id: export
    get: /export
    part: restore/export.bin
    expect: {min_bytes: 4, not_prefix: ["<"]}
)";

inline std::string small_with(std::string_view from, std::string_view to) {
  std::string text(kSmallDefinition);
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("not in the small definition: " + std::string(from));
  return text.replace(at, from.size(), to);
}

}  // namespace coffre::test
