#include "catalog/credentials.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "support/print_instant.h"
#include "unit/catalog/sample_rows.h"

namespace coffre {
namespace {

using test::at;

CredentialRow credential(std::string_view name, std::string_view wrapped) {
  const ByteView bytes = as_bytes(wrapped);
  return {.name = std::string(name),
          .user = "admin",
          .wrapped = Bytes(bytes.begin(), bytes.end()),
          .set_at = at("2026-11-21T03:00:00Z")};
}

struct Fixture : test::SampleCatalog {
  void put(const CredentialRow& row) {
    database.write([&](Session& session) { put_credential(session, row); });
  }
  bool stop(std::string_view name, std::string_view device) {
    bool done = false;
    database.write([&](Session& session) {
      done = stop_credential(session, name, at("2026-11-21T04:00:00Z"), device, "refused: 401");
    });
    return done;
  }
  CredentialRow find(std::string_view name) {
    std::optional<CredentialRow> row;
    database.read([&](Session& session) { row = find_credential(session, name); });
    return row.value();
  }
};

TEST_CASE("a credential comes back with the bytes that were wrapped", "[catalog]") {
  Fixture f;
  f.put(credential("siege", std::string("\x00\xff secret", 9)));
  f.put(credential("lyon", ""));
  const CredentialRow row = f.find("siege");
  CHECK(row.user == "admin");
  CHECK(as_text(row.wrapped) == std::string("\x00\xff secret", 9));
  CHECK(row.set_at == at("2026-11-21T03:00:00Z"));
  CHECK_FALSE(row.stopped);
  f.database.read([](Session& session) {
    CHECK_FALSE(find_credential(session, "nobody"));
    const auto rows = list_credentials(session);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].name == "lyon");
    CHECK(rows[1].name == "siege");
  });
}

TEST_CASE("a stop names who caused it first, and a person's release ends it", "[catalog]") {
  Fixture f;
  f.put(credential("siege", "one"));
  CHECK(f.stop("siege", "A/S/NVR_ONE"));
  CHECK(f.stop("siege", "A/S/NVR_TWO"));
  CHECK_FALSE(f.stop("nobody", "A/S/NVR_ONE"));
  const CredentialRow stopped = f.find("siege");
  CHECK(stopped.stopped);
  CHECK(stopped.stopped_at == at("2026-11-21T04:00:00Z"));
  CHECK(stopped.stopped_by == "A/S/NVR_ONE");
  CHECK(stopped.stopped_reason == "refused: 401");
  f.database.write([](Session& session) {
    CHECK(release_credential(session, "siege"));
    CHECK_FALSE(release_credential(session, "nobody"));
  });
  const CredentialRow released = f.find("siege");
  CHECK_FALSE(released.stopped);
  CHECK_FALSE(released.stopped_at);
  CHECK(released.stopped_by == "");
  CHECK(released.stopped_reason == "");
}

TEST_CASE("a new password releases the stop; the same one does not", "[catalog]") {
  Fixture f;
  f.put(credential("siege", "one"));
  CHECK(f.stop("siege", "A/S/NVR_ONE"));
  CredentialRow again = f.find("siege");
  again.user = "other";
  again.stopped = false;
  f.put(again);
  CHECK(f.find("siege").stopped);
  CHECK(f.find("siege").user == "other");
  f.put(credential("siege", "two"));
  CHECK_FALSE(f.find("siege").stopped);
  CHECK(f.find("siege").stopped_by == "");
}

TEST_CASE("a replaced password is on no page of the database, even while it is open", "[catalog]") {
  Fixture f;
  const std::string canary = "CANARY-b7f1-once-a-password";
  const std::string canary_hex = to_hex(as_bytes(canary));
  const auto is_on_disk = [&] {
    for (const auto& file : std::filesystem::directory_iterator(f.folder.path())) {
      if (test::read_file(file.path()).find(canary_hex) != std::string::npos) return true;
    }
    return false;
  };
  f.put(credential("siege", canary));
  for (int i = 0; i < 50; ++i) f.put(credential(fmt::format("other-{}", i), fmt::format("password {}", i)));
  REQUIRE(is_on_disk());  // otherwise this test could not fail
  f.put(credential("siege", "the new one"));
  CHECK_FALSE(is_on_disk());
}

}  // namespace
}  // namespace coffre
