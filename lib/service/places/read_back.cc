#include "service/places/read_back.h"

#include <fmt/format.h>

#include "base/translate.h"
#include "bundle/bundle_reader.h"

namespace coffre {
namespace {

// Lets parts pass when no driver is known that could look at them.
class NoUnderstanding final : public Understanding {
 public:
  explicit NoUnderstanding(std::string reason) : reason_(std::move(reason)) {}
  void begin(std::string_view /*name*/, PartRole /*role*/) override {}
  void data(ByteView /*bytes*/) override {}
  void end() override {}
  Result result() override { return {.identity = {}, .understood_by = {}, .problems = {reason_}}; }

 private:
  std::string reason_;
};

// The driver's name stands in the metadata record, which is read before the payload.
std::unique_ptr<Understanding> understanding_for(const MetadataRecord& metadata, const DriverRegistry& drivers) {
  const std::string name = metadata.text("method").value_or("");
  const Driver* const driver = drivers.find(name);
  if (driver != nullptr) return driver->understand();
  return std::make_unique<NoUnderstanding>(fmt::format(fmt::runtime(tr("no driver \"{}\" here to look at it")), name));
}

void judge(ReadBack& result, const Understanding::Result& seen) {
  result.problems = seen.problems;
  for (const std::string& line : differences(result.manifest.before, result.manifest.after)) {
    result.problems.push_back(fmt::format(fmt::runtime(tr("the device changed while it was read: {}")), line));
  }
  for (const std::string& line : differences(result.manifest.after, seen.identity)) {
    result.problems.push_back(
        fmt::format(fmt::runtime(tr("the content says something else than the device: {}")), line));
  }
  result.understood = result.problems.empty();
  if (result.understood) result.understood_by = seen.understood_by;
}

}  // namespace

ReadBack read_back(const RandomReader& file, const OpenRequest& request, const DriverRegistry& drivers) {
  Opened opened = open_bak(file, request);
  return read_back(opened, drivers);
}

ReadBack read_back(Opened& opened, const DriverRegistry& drivers) {
  ReadBack result;
  result.digest = opened.digest();
  result.header = opened.header();
  result.metadata = opened.metadata();
  result.opened_with = opened.opened_with();
  opened.check_payload();
  const auto understanding = understanding_for(result.metadata, drivers);
  const auto data = opened.data();
  result.manifest = read_bundle(*data, *understanding);
  judge(result, understanding->result());
  return result;
}

}  // namespace coffre
