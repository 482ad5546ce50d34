#include "catalog/sidecars.h"

#include <catch2/catch.hpp>

#include "base/text.h"
#include "support/error_of.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using Lines = std::vector<std::string>;

Lines described(const std::vector<SidecarRow>& rows) {
  Lines lines;
  for (const SidecarRow& row : rows) {
    lines.push_back(
        fmt::format("{} {} {} {}", row.replica, row.epoch, join(row.full_recipients, ","), to_rfc3339(row.seen_at)));
  }
  return lines;
}

TEST_CASE("a sidecar is there once a copy and epoch, as it was last seen", "[catalog]") {
  test::SampleCatalog f;
  const BackupRow first = test::backup(1, 1);
  const BackupRow second = test::backup(1, 2);
  const Instant seen = test::at("2026-11-21T03:00:00Z");
  f.database.write([&](Session& session) {
    insert_device(session, test::device(1, "CLIEXEMP/SIEGEPARIS/NVR_NVR-1"));
    insert_backup(session, first);
    insert_backup(session, second);
    put_sidecar(session, first.digest, {"local", 3, {"0011223344556677"}, seen});
    put_sidecar(session, first.digest, {"cloud", 3, {"0011223344556677"}, seen});
    put_sidecar(session, first.digest, {"local", 2, {"8899aabbccddeeff"}, seen});
    put_sidecar(session, first.digest, {"local", 3, {"0011223344556677", "8899aabbccddeeff"}, seen + Seconds{5}});
    put_sidecar(session, second.digest, {"local", 3, {"8899aabbccddeeff"}, seen});
  });
  f.database.read([&](Session& session) {
    const Lines of_first{"cloud 3 0011223344556677 2026-11-21T03:00:00Z",
                         "local 2 8899aabbccddeeff 2026-11-21T03:00:00Z",
                         "local 3 0011223344556677,8899aabbccddeeff 2026-11-21T03:00:05Z"};
    CHECK(described(sidecars_of(session, first.digest)) == of_first);
    const auto all = all_sidecars(session);
    CHECK(all.size() == 2);
    CHECK(described(all.at(first.digest)) == of_first);
    CHECK(described(all.at(second.digest)) == Lines{"local 3 8899aabbccddeeff 2026-11-21T03:00:00Z"});
    CHECK(sidecars_of(session, test::digest_of("nothing")).empty());
  });
}

TEST_CASE("a sidecar belongs to a backup that is there", "[catalog]") {
  test::SampleCatalog f;
  const auto put = [&] {
    f.database.write([&](Session& session) {
      put_sidecar(session, test::digest_of("nothing"), {"local", 2, {"0011223344556677"}, from_unix(0)});
    });
  };
  CHECK(test::error_of(put).code() == ErrorCode::not_found);
}

}  // namespace
}  // namespace coffre
