#include "support/varied_backups.h"

#include <stdexcept>

namespace coffre::test {
namespace {

enum class Clock { stands, moves };

void make(InstallationFixture& fixture, std::string_view path, Kind kind, std::string ticket = {},
          Clock clock = Clock::moves) {
  const BackupOrder order{.device = InstallationFixture::key(path),
                          .device_id = fixture.device_id(path),
                          .kind = kind,
                          .slot = fixture.clock().now(),
                          .ticket = std::move(ticket),
                          .operator_id = kind == Kind::hebdo ? "" : "anne"};
  const BackupOutcome outcome = back_up(fixture.at(), order, [](CredentialAnswer) {});
  if (outcome.name.empty()) throw std::runtime_error(outcome.error ? outcome.error->what() : "no backup was made");
  if (clock == Clock::moves) fixture.clock().advance(std::chrono::minutes{1});
}

// While another recorder answers at its address.
void make_suspect(InstallationFixture& fixture, std::string_view path) {
  const FakeDevice good = fixture.device(path);
  fixture.device(path).identity.serial = "OTHER-1";
  make(fixture, path, Kind::hebdo);
  fixture.device(path) = good;
}

}  // namespace

void make_varied_backups(InstallationFixture& fixture) {
  constexpr std::size_t kManyBlocks = 300'000;
  for (const std::string_view path : {kHall, kQuai, kMusee}) {
    if (!fixture.at().inventory.devices.contains(InstallationFixture::key(path))) fixture.add_device(path);
  }
  fixture.device(kQuai).parts.front().content = fake_export(kManyBlocks);
  make(fixture, kHall, Kind::mensuel);
  make(fixture, kHall, Kind::pre, "INC-42");
  make(fixture, kHall, Kind::post, "INC-42");
  make_suspect(fixture, kHall);
  make(fixture, kHall, Kind::hebdo, {}, Clock::stands);
  make(fixture, kHall, Kind::hebdo);  // "-2" of the same minute
  make(fixture, kQuai, Kind::mensuel);
  make(fixture, kMusee, Kind::hebdo);
  make_suspect(fixture, kMusee);
}

}  // namespace coffre::test
