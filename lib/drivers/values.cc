#include "drivers/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "base/translate.h"
#include "drivers/hikvision_secret.h"
#include "net/https_client.h"

namespace coffre {
namespace {

void add(ClearBytes& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

void add_percent(ClearBytes& out, std::string_view text) {
  std::string encoded = percent_encode(text);
  add(out, encoded);
  wipe(encoded);
}

void add_path(ClearBytes& out, std::string_view text) {
  for (const std::string_view segment : split(text, '/')) {
    if (segment.data() != text.data()) add(out, "/");
    add_percent(out, segment);
  }
}

// The inside of a JSON string. Bytes above 0x7f pass: passwords are UTF-8.
void add_json(ClearBytes& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      add(out, fmt::format("\\u{:04x}", byte));
      continue;
    }
    if (c == '"' || c == '\\') add(out, "\\");
    out.push_back(byte);
  }
}

// Without the characters that people confuse, because somebody may have to type it from paper.
SecretString random_password(std::size_t length) {
  constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
  constexpr std::size_t kFair = 256 - 256 % kLetters.size();  // beyond: some letters would come more often
  ClearBytes password;
  while (password.size() < length) {
    const SecretBytes raw = SecretBytes::random(64);
    for (const std::uint8_t byte : raw.reveal_bytes()) {
      if (byte >= kFair || password.size() == length) continue;
      password.push_back(static_cast<std::uint8_t>(kLetters[byte % kLetters.size()]));
    }
  }
  return SecretString::copy_of(as_text(password));
}

std::uint32_t number_of(const SecretString& value) {
  const std::string_view text = value.reveal_text();
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

}  // namespace

Values::Values(const Definition& definition, const std::map<std::string, std::string>& settings)
    : definition_(definition) {
  const auto refuse = [](std::string why) {
    throw Error(ErrorCode::usage, tr("reading the device's settings"), std::move(why), tr("Correct the inventory."));
  };
  for (const auto& [name, setting] : definition.settings) set(name, setting.default_value);
  for (const auto& [name, value] : settings) {
    const auto known = definition.settings.find(name);
    if (known == definition.settings.end()) {
      refuse(fmt::format(fmt::runtime(tr("the driver {} has no setting \"{}\"")), definition.name, name));
    }
    const auto& allowed = known->second.values;
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      refuse(fmt::format(fmt::runtime(tr("\"{}\" has to be one of: {}")), name, join(allowed, ", ")));
    }
    if (known->second.is_path && !value.empty() && value.front() != '/') {
      refuse(fmt::format(fmt::runtime(tr("\"{}\" has to start with /")), name));
    }
    set(name, value);
  }
}

void Values::set(const std::string& name, std::string_view text) {
  values_[name] = SecretString::copy_of(text);
}
void Values::set(const std::string& name, SecretString secret) {
  values_[name] = std::move(secret);
}
void Values::erase(const std::string& name) {
  values_.erase(name);
}

const SecretString* Values::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

const SecretString& Values::get(std::string_view name) const {
  const SecretString* found = find(name);
  if (found != nullptr) return *found;
  throw Error(ErrorCode::unsupported, tr("preparing a request"),
              fmt::format(fmt::runtime(tr("the device has not said its \"{}\"")), name));
}

bool Values::holds_one(const Condition& condition) const {
  if (!condition.any.empty()) {
    return std::any_of(condition.any.begin(), condition.any.end(), [this](const Condition& c) { return holds_one(c); });
  }
  const SecretString* value = find(condition.setting.empty() ? condition.value : condition.setting);
  if (condition.present && *condition.present != (value != nullptr)) return false;
  const std::string_view text = value == nullptr ? std::string_view() : value->reveal_text();
  const auto among = [text](const std::vector<std::string>& list) {
    return std::find(list.begin(), list.end(), text) != list.end();
  };
  if (!condition.is.empty() && !among(condition.is)) return false;
  return condition.is_not.empty() || !among(condition.is_not);
}

bool Values::holds(const std::vector<Condition>& conditions) const {
  return std::all_of(conditions.begin(), conditions.end(), [this](const Condition& c) { return holds_one(c); });
}

void Values::append_expanded(ClearBytes& out, std::string_view text,
                             void (*append_value)(ClearBytes&, std::string_view)) const {
  while (!text.empty()) {
    const auto open = text.find('{');
    add(out, text.substr(0, open));
    if (open == std::string_view::npos) return;
    const auto close = text.find('}', open);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto setting = definition_.settings.find(std::string(name));
    const bool keeps_slash = setting != definition_.settings.end() && setting->second.is_path;
    (keeps_slash ? add_path : append_value)(out, get(name).reveal_text());
    text.remove_prefix(close + 1);
  }
}

std::string Values::path(std::string_view text) const {
  ClearBytes out;
  append_expanded(out, text, add_percent);
  return std::string(as_text(out));
}

std::string Values::shown_path(std::string_view text) const {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = text.find('}', open);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const bool setting = definition_.settings.contains(std::string(name));
    out += setting ? get(name).reveal_text() : text.substr(open, close + 1 - open);
    text.remove_prefix(close + 1);
  }
  return out;
}

ClearBytes Values::body(const RequestBody& body) const {
  ClearBytes out;
  for (const auto& [name, value] : body.form) {
    if (!out.empty()) add(out, "&");
    add_percent(out, name);
    add(out, "=");
    append_expanded(out, value, add_percent);
  }
  for (const RequestBody::Field& field : body.json) {
    add(out, out.empty() ? "{\"" : ",\"");
    add_json(out, field.name);
    add(out, field.is_text ? "\":\"" : "\":");
    if (field.is_text) {
      append_expanded(out, field.value, add_json);
      add(out, "\"");
    } else {
      add(out, field.value);
    }
  }
  if (!body.json.empty()) add(out, "}");
  add(out, body.text);
  return out;
}

void compute(const std::vector<Computation>& computations, std::string_view user, const SecretString& login_password,
             Random& random, Values& values) {
  for (const Computation& computation : computations) {
    switch (computation.kind) {
      case Computation::Kind::random_password:
        values.set(computation.name, random_password(computation.size));
        break;
      case Computation::Kind::random_hex: {
        Bytes bytes(computation.size);
        random.fill(bytes);
        values.set(computation.name, to_hex(bytes));
        break;
      }
      case Computation::Kind::hikvision_sensitive: {
        const auto input = [&](const char* role) -> const SecretString& {
          return values.get(computation.from.at(role));
        };
        const HikvisionSalting salting{std::string(input("salt").reveal_text()), number_of(input("iterations")),
                                       input("irreversible").reveal_text() == "true"};
        const Bytes iv = from_hex(input("iv").reveal_text()).value_or(Bytes());
        const SecretBytes key = hikvision_key(user, login_password, salting);
        values.set(computation.name, hikvision_encrypt(key, input("secret"), iv));
        break;
      }
    }
  }
}

}  // namespace coffre
