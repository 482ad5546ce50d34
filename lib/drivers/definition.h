// A driver definition as values: what a YAML file of schemas/driver-definitions.md says, checked (definition_loader.h).
//
// Threads: plain values; a Definition that exists has been checked and does not change.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bundle/manifest.h"
#include "net/https_client.h"

namespace coffre {

enum class Format { binary, text, xml, json };

// Where in an answer something stands: an XPath of XML (without name space prefixes), a JSON pointer, a key of
// "key=value" lines; or a constant that needs no answer.
struct Extractor {
  enum class From { path, constant };
  From from = From::path;
  std::string path;        // or the constant
  bool as_number = false;  // for counts: read the number there instead of counting nodes
  bool optional = false;   // absent is allowed
};

enum class Container { none, hikvision_config, sqlite, json_envelope };

// What is expected of the answer to a request; whatever does not fit makes it implausible.
struct ExpectedAnswer {
  std::vector<int> status{200};
  std::vector<std::string> content_types;  // beginnings, lower case; empty: any
  Format format = Format::binary;
  std::string root;                  // local name of the XML root
  std::vector<std::string> present;  // paths that must be there
  std::vector<std::string> absent;   // paths that must not be there
  std::map<std::string, std::string> equals;
  std::vector<std::string> fresh_without;  // a path that only a device in use has
  std::map<std::string, std::string>
      fresh_equals;  // path and the text there of a device that waits for its first setup
  std::uint64_t min_bytes = 1;
  std::vector<std::string> prefix;      // one of them, when there are any
  std::vector<std::string> not_prefix;  // none of them, blanks in front not counted, ASCII case ignored
  std::string suffix;                   // blanks at the end not counted
  std::vector<std::string> fails_when;  // in the first 64 KiB: "HTTP 200 but it failed"; ASCII case ignored
  Container container = Container::none;
  bool container_required = true;  // false: checked only when the beginning looks like it
};

// Computed just before a request is sent; see schemas/driver-definitions.md, "Computed values".
struct Computation {
  enum class Kind { random_password, random_hex, hikvision_sensitive };
  Kind kind = Kind::random_hex;
  std::string name;
  std::size_t size = 0;                     // characters / bytes
  std::map<std::string, std::string> from;  // names of the values it is made of
};

struct Condition {
  std::string setting;  // one of both
  std::string value;
  std::vector<std::string> is;  // one of them
  std::vector<std::string> is_not;
  std::optional<bool> present;
  std::vector<Condition> any;  // non-empty: holds when one of them does, and nothing else is said
};

struct Paging {
  std::int64_t first = 1;
  std::string more;  // path of a boolean: another page follows
  std::int64_t at_most = 1000;
};

struct RequestBody {
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> form;
  // Values are JSON texts already; texts still hold their {placeholders}.
  struct Field {
    std::string name;
    std::string value;
    bool is_text = true;
  };
  std::vector<Field> json;
  std::string text;
};

struct RequestSpec {
  std::string method = "GET";
  std::string path;  // with {placeholders}
  std::vector<std::pair<std::string, std::string>> headers;
  RequestBody body;
  bool anonymous = false;
  bool fresh_login = false;
  std::vector<Condition> when;                // all of them
  std::vector<int> unavailable{404};          // statuses that mean "this device does not have it"
  std::vector<std::string> unavailable_when;  // texts that mean the same, whatever the status
  std::string part;                           // with {page} when paged; "" = not stored
  PartRole role = PartRole::inspect;
  std::string media_type;
  ExpectedAnswer expect;
  std::vector<Computation> compute;
  std::map<std::string, Extractor> values;
  std::map<std::string, Extractor> facts;  // vendor, model, serial, firmware
  std::map<std::string, Extractor> counts;
  std::optional<Paging> pages;
  std::vector<std::string> volatile_paths;  // for the later diff
  std::vector<std::string> secret_paths;    // for the later diff

  [[nodiscard]] bool has_facts() const { return !facts.empty() || !counts.empty(); }
};

// One request, or several of which the first that the device has is taken.
struct RequestGroup {
  std::string id;
  bool optional = false;
  std::vector<RequestSpec> alternatives;
};

enum class LoginScheme { none, basic, digest, bearer, token_in_query };

struct Login {
  LoginScheme scheme = LoginScheme::none;
  std::optional<RequestSpec> request;  // bearer, token_in_query
  std::string token;                   // path of the token in its answer
  std::string parameter;               // token_in_query
  bool open_when_null = false;         // no token: the service asks for no login
  std::string logout_method;
  std::string logout_path;  // "" = there is no logout
};

// What an answer of any status means when its first 64 KiB hold one of the texts.
struct AnswerRule {
  enum class Means { locked_out, not_activated, wrong_password, no_right, unavailable, busy, failed };
  std::vector<int> status;  // empty: any
  std::vector<std::string> contains;
  Means means = Means::failed;
};

struct SettingSpec {
  std::string default_value;
  std::vector<std::string> values;  // allowed ones; empty: any of its form
  bool is_path = false;             // "/" stays "/" in a path
};

struct Definition {
  std::string file;
  std::string name;
  std::string version;
  std::string vendor;
  std::string title;
  std::vector<std::string> models;
  std::vector<std::string> tested;
  std::vector<std::string> confidence;
  std::vector<std::string> notes;
  std::map<std::string, SettingSpec> settings;
  Limits limits;
  Login login;
  std::vector<AnswerRule> answers;
  std::vector<RequestGroup> requests;
};

}  // namespace coffre
