// The one file of this room that parses JSON.
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/translate.h"
#include "drivers/content.h"

namespace coffre {
namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const char* why) {
  throw Error(ErrorCode::implausible, tr("reading an answer"), why);
}

class JsonContent final : public Content {
 public:
  explicit JsonContent(Json json) : json_(std::move(json)) {}

  [[nodiscard]] std::string root() const override { return {}; }
  [[nodiscard]] bool present(const std::string& path) const override { return find(path) != nullptr; }

  [[nodiscard]] std::optional<std::string> text_at(const std::string& path) const override {
    const Json* found = find(path);
    if (found == nullptr || found->is_null() || found->is_structured()) return std::nullopt;
    if (found->is_string()) return found->get<std::string>();
    return found->dump();
  }

  [[nodiscard]] std::optional<std::int64_t> count_at(const std::string& path) const override {
    const Json* found = find(path);
    if (found == nullptr || !found->is_structured()) return std::nullopt;
    return static_cast<std::int64_t>(found->size());
  }

 private:
  [[nodiscard]] const Json* find(const std::string& path) const {
    const Json::json_pointer pointer(path);
    try {
      return json_.contains(pointer) ? &json_.at(pointer) : nullptr;
    } catch (const Json::exception&) {
      return nullptr;  // "-" and the like where an array stands
    }
  }

  Json json_;
};

}  // namespace

std::unique_ptr<Content> parse_json(ByteView bytes) {
  const auto shallow = [](int depth, Json::parse_event_t /*event*/, Json& /*parsed*/) {
    if (depth > static_cast<int>(kMaxContentDepth)) refuse(tr("its JSON is nested too deeply"));
    return true;
  };
  try {
    return std::make_unique<JsonContent>(Json::parse(bytes.begin(), bytes.end(), shallow));
  } catch (const Json::exception&) {
    refuse(tr("it is not JSON"));
  }
}

std::string json_pointer_problem(const std::string& path) {
  try {
    (void)Json::json_pointer(path);
    return {};
  } catch (const Json::exception&) {
    return tr("not a JSON pointer (RFC 6901)");
  }
}

}  // namespace coffre
