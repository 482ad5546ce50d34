#include "support/fake_driver.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"

namespace coffre::test {
namespace {

constexpr std::string_view kTrailer = "END\n";
constexpr std::size_t kTypicalExportSize = 4096;

std::string facts_text(const DeviceIdentity& identity) {
  std::string text = fmt::format("vendor={}\nmodel={}\nserial={}\nfirmware={}\n", identity.vendor, identity.model,
                                 identity.serial, identity.firmware);
  for (const auto& entry : identity.counts) text += fmt::format("count.{}={}\n", entry.first, entry.second);
  return text;
}

void read_fact(std::string_view line, DeviceIdentity& identity) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view key = line.substr(0, equals);
  const std::string_view value = line.substr(equals + 1);
  if (key == "vendor") identity.vendor = value;
  if (key == "model") identity.model = value;
  if (key == "serial") identity.serial = value;
  if (key == "firmware") identity.firmware = value;
  if (!key.starts_with("count.")) return;
  std::int64_t count = 0;
  std::from_chars(value.data(), value.data() + value.size(), count);
  identity.counts[std::string(key.substr(std::string_view("count.").size()))] = count;
}

class FakeUnderstanding final : public Understanding {
 public:
  FakeUnderstanding(std::vector<std::string> problems, std::string understood_by)
      : problems_(std::move(problems)), understood_by_(std::move(understood_by)) {}

  void begin(std::string_view name, PartRole /*role*/) override {
    part_ = name;
    content_.clear();
  }
  void data(ByteView bytes) override { content_ += as_text(bytes); }
  void end() override {
    if (part_ == kFakeExport && !content_.ends_with(kTrailer)) problems_.push_back(part_ + ": trailer missing");
    if (part_ != kFakeFacts) return;
    facts_seen_ = true;
    for (const std::string_view line : split(content_, '\n')) read_fact(line, identity_);
  }
  Result result() override {
    if (!facts_seen_) problems_.push_back(std::string(kFakeFacts) + ": missing");
    return {.identity = identity_, .understood_by = understood_by_, .problems = problems_};
  }

 private:
  std::vector<std::string> problems_;
  std::string understood_by_;
  std::string part_;
  std::string content_;
  bool facts_seen_ = false;
  DeviceIdentity identity_;
};

}  // namespace

class FakeSession final : public DeviceSession {
 public:
  FakeSession(const FakeDriver& driver, FakeDevice device, DeviceAccess access, StepObserver observer)
      : driver_(driver), device_(std::move(device)), access_(std::move(access)), observer_(std::move(observer)) {}

  DeviceIdentity identify() override {
    log_in();
    step(identified_ ? "identify_again" : "identify");
    if (!identified_) {
      identified_ = true;
      return device_.identity;
    }
    return device_.identity_after.value_or(device_.identity);
  }

  CollectionResult collect(BundleWriter& bundle) override {
    log_in();
    step("collect");
    CollectionResult result;
    std::vector<FakePart> parts = device_.parts;
    if (device_.tells_facts) {
      parts.push_back({.role = PartRole::inspect,
                       .name = std::string(kFakeFacts),
                       .content = facts_text(device_.identity),
                       .media_type = "text/plain"});
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      ByteSink& sink = bundle.begin_part(parts[i].role, parts[i].name, parts[i].media_type, Compression::store);
      sink.write(as_bytes(parts[i].content));
      if (parts[i].role == PartRole::restore) result.restore_bytes += parts[i].content.size();
      if (i + 1 == parts.size()) step("collect_end");
      bundle.end_part();
    }
    result.export_password = SecretString::copy_of(device_.export_password);
    return result;
  }

  void close() noexcept override {}

 private:
  void step(std::string_view name) {
    if (device_.on_step) device_.on_step(name);
    if (const auto error = device_.errors.find(name); error != device_.errors.end()) throw error->second;
    if (!observer_) return;
    StepReport report;
    report.step = name;
    report.status = 200;
    report.verdict = "as expected";
    report.credentials_accepted = true;
    observer_(report);
  }

  void log_in() {
    if (logged_in_) return;
    logged_in_ = true;
    if (device_.on_step) device_.on_step("login");
    if (const auto error = device_.errors.find("login"); error != device_.errors.end()) throw error->second;
    const bool right = access_.user == device_.user && access_.password.equals(SecretString::copy_of(device_.password));
    driver_.count_login(access_.address, !right);
    if (right) return;
    Error error(ErrorCode::refused, "logging in", "the device does not accept user and password");
    error.with_category("WRONG_PASSWORD");
    throw error;
  }

  const FakeDriver& driver_;
  FakeDevice device_;
  DeviceAccess access_;
  StepObserver observer_;
  bool logged_in_ = false;
  bool identified_ = false;
};

std::string fake_export(std::size_t size) {
  std::string content = fmt::format("{}\n", kFakeCanary);
  while (content.size() + kTrailer.size() < size) content += static_cast<char>('a' + content.size() % 26);
  return content.append(kTrailer);
}

FakeDevice FakeDevice::typical(std::string_view address) {
  FakeDevice device;
  device.identity = {.vendor = "Fake",
                     .model = "FR-100",
                     .serial = fmt::format("FR100-{}", to_hex(sha256(as_bytes(address))).substr(0, 8)),
                     .firmware = "1.2.3",
                     .counts = {{"channels", 4}, {"users", 2}}};
  device.parts = {{.role = PartRole::restore,
                   .name = std::string(kFakeExport),
                   .content = fake_export(kTypicalExportSize),
                   .media_type = "application/octet-stream"}};
  return device;
}

FakeDriver::FakeDriver() {
  description_.name = kFakeDriver;
  description_.version = "1";
  description_.vendor = "Fake";
  description_.title = "a recorder in memory";
}

FakeDevice& FakeDriver::device(std::string_view address) {
  const std::lock_guard lock(mutex_);
  const auto found = devices_.find(address);
  if (found != devices_.end()) return found->second;
  return devices_.emplace(address, FakeDevice::typical(address)).first->second;
}

FakeCounts FakeDriver::counts(std::string_view address) const {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(address);
  return found == counts_.end() ? FakeCounts{} : found->second;
}

void FakeDriver::count_login(const std::string& address, bool refused) const {
  const std::lock_guard lock(mutex_);
  FakeCounts& counts = counts_[address];
  ++counts.logins;
  if (refused) ++counts.refused;
}

std::unique_ptr<DeviceSession> FakeDriver::open(DeviceAccess access, Random& /*random*/, StepObserver observer) const {
  const std::lock_guard lock(mutex_);
  ++counts_[access.address].sessions;
  const auto found = devices_.find(access.address);
  FakeDevice device = found == devices_.end() ? FakeDevice::typical(access.address) : found->second;
  return std::make_unique<FakeSession>(*this, std::move(device), std::move(access), std::move(observer));
}

std::unique_ptr<Understanding> FakeDriver::understand() const {
  return std::make_unique<FakeUnderstanding>(problems, understood_by);
}

}  // namespace coffre::test
