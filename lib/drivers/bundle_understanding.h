// Understanding by definition: the same checks and facts as when the device answered, from the stored parts.
// Contract: driver.h. Threads: one. Memory: one parsed part at a time.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "drivers/answer_body.h"
#include "drivers/definition.h"
#include "drivers/driver.h"

namespace coffre {

class BundleUnderstanding final : public Understanding {
 public:
  explicit BundleUnderstanding(const Definition& definition);

  void begin(std::string_view name, PartRole role) override;
  void data(ByteView bytes) override;
  void end() override;
  Result result() override;

 private:
  [[nodiscard]] const RequestSpec* request_of(std::string_view part) const;
  void examine(const RequestSpec& request, const AnswerBody& body);
  void find_missing();

  const Definition& definition_;
  std::string part_;
  const RequestSpec* request_ = nullptr;
  std::unique_ptr<AnswerBody> body_;
  CountingSink counting_;
  std::set<const RequestSpec*> seen_;
  bool restore_seen_ = false;
  bool opaque_seen_ = false;
  DeviceIdentity identity_;
  std::vector<std::string> problems_;
};

}  // namespace coffre
