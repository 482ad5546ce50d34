#include "drivers/driver_registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "base/translate.h"
#include "drivers/declarative_driver.h"
#include "drivers/definition_loader.h"

namespace coffre {
namespace {

namespace fs = std::filesystem;

class Drivers final : public DriverRegistry {
 public:
  void add(std::unique_ptr<Driver> driver) {
    const std::string name = driver->description().name;
    drivers_.insert_or_assign(name, std::move(driver));
  }
  [[nodiscard]] const Driver* find(std::string_view name) const override {
    const auto found = drivers_.find(name);
    return found == drivers_.end() ? nullptr : found->second.get();
  }
  [[nodiscard]] std::vector<const Driver*> all() const override {
    std::vector<const Driver*> all;
    for (const auto& [name, driver] : drivers_) all.push_back(driver.get());
    return all;
  }

 private:
  std::map<std::string, std::unique_ptr<Driver>, std::less<>> drivers_;
};

std::vector<fs::path> yaml_files(const fs::path& folder, std::vector<Finding>& findings) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".yaml") files.push_back(entry->path());
  }
  if (error) findings.push_back({folder.string(), {}, "", error.message()});
  std::sort(files.begin(), files.end());
  return files;
}

std::optional<Definition> named_like_its_file(const fs::path& file, std::vector<Finding>& findings) {
  auto definition = read_definition(file, findings);
  if (!definition || definition->name == file.stem()) return definition;
  findings.push_back({file.string(),
                      {},
                      "/name",
                      fmt::format(fmt::runtime(tr("the file has to be named {}.yaml")), definition->name)});
  return std::nullopt;
}

}  // namespace

std::unique_ptr<DriverRegistry> load_drivers(const fs::path& shipped, const fs::path& site,
                                             std::vector<Finding>& findings, const TransportFactory& transport) {
  auto drivers = std::make_unique<Drivers>();
  for (const fs::path& file : yaml_files(shipped, findings)) {
    auto definition = named_like_its_file(file, findings);
    if (definition) drivers->add(std::make_unique<DeclarativeDriver>(std::move(*definition), transport));
  }
  std::error_code ignored;
  if (site.empty() || !fs::exists(site, ignored)) return drivers;
  for (const fs::path& file : yaml_files(site, findings)) {
    auto definition = named_like_its_file(file, findings);
    if (!definition) continue;
    std::string note = fmt::format(fmt::runtime(tr("This installation's own definition: {}")), file.string());
    if (drivers->find(definition->name) != nullptr) {
      note = fmt::format(fmt::runtime(tr("{} replaces the shipped definition")), file.string());
      log(LogLevel::warning, definition->name, note);
    }
    drivers->add(std::make_unique<DeclarativeDriver>(std::move(*definition), transport, note));
  }
  return drivers;
}

std::unique_ptr<Driver> load_driver(const fs::path& file, std::vector<Finding>& findings,
                                    const TransportFactory& transport) {
  auto definition = read_definition(file, findings);
  if (!definition) return nullptr;
  return std::make_unique<DeclarativeDriver>(std::move(*definition), transport);
}

fs::path shipped_drivers_directory() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "share" / "coffre" / "drivers";
}

}  // namespace coffre
