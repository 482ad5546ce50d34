// data/sigv4/suite.json: its requests are HTTP texts with unencoded paths and queries.
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/hash.h"
#include "base/text.h"
#include "support/source_tree.h"
#include "support/temp_dir.h"
#include "vector_files.h"

namespace coffre::test {
namespace {

using Json = nlohmann::json;

std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      result += text[at];
      continue;
    }
    result += as_text(from_hex(to_lower_ascii(text.substr(at + 1, 2))).value())[0];
    at += 2;
  }
  return result;
}

void read_target(std::string_view target, SignatureCase& into) {
  const std::size_t mark = target.find('?');
  into.path = target.substr(0, mark);
  if (mark == std::string_view::npos) return;
  for (const std::string_view part : split(target.substr(mark + 1), '&')) {
    const std::size_t equals = part.find('=');
    into.query.emplace_back(decoded(part.substr(0, equals)), decoded(part.substr(equals + 1)));
  }
}

void read_request(const std::string& text, SignatureCase& into) {
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  const std::size_t end = line.rfind(" HTTP/1.1");
  const std::size_t blank = line.find(' ');
  into.method = line.substr(0, blank);
  read_target(std::string_view(line).substr(blank + 1, end - blank - 1), into);
  while (std::getline(lines, line) && !line.empty()) {
    if (line.front() == ' ') {
      into.headers.back().second += "\n" + line;
      continue;
    }
    const std::size_t colon = line.find(':');
    into.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  std::ostringstream body;
  if (lines.peek() != std::istringstream::traits_type::eof()) body << lines.rdbuf();
  into.payload_sha256 = to_hex(sha256(as_bytes(body.str())));
}

SignatureCase case_of(const Json& row) {
  SignatureCase result;
  const Json& context = row.at("context");
  const Json& credentials = context.at("credentials");
  result.name = row.at("name");
  result.access_key = credentials.at("access_key_id");
  result.secret_key = credentials.at("secret_access_key");
  result.region = context.at("region");
  result.service = context.at("service");
  result.at = context.at("timestamp");
  read_request(row.at("request"), result);
  result.headers.emplace_back("X-Amz-Date", "20150830T123600Z");  // the time of all cases
  if (context.at("sign_body").get<bool>()) result.headers.emplace_back("x-amz-content-sha256", result.payload_sha256);
  if (credentials.contains("token") && !context.value("omit_session_token", false)) {
    result.headers.emplace_back("X-Amz-Security-Token", credentials.at("token"));
  }
  result.canonical_request = row.at("canonical_request");
  result.string_to_sign = row.at("string_to_sign");
  result.signature = row.at("signature");
  result.signed_request = row.at("signed_request");
  return result;
}

}  // namespace

std::vector<SignatureCase> signature_cases() {
  std::vector<SignatureCase> cases;
  const std::string file = test::source_dir() + "/tests/vectors/data/sigv4/suite.json";
  for (const Json& row : Json::parse(read_file(file))) cases.push_back(case_of(row));
  return cases;
}

}  // namespace coffre::test
