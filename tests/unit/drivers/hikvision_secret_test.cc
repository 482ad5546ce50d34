#include "drivers/hikvision_secret.h"

#include <catch2/catch.hpp>

#include "bundle_of.h"

using namespace coffre;

namespace {

const Bytes kIv = from_hex("00112233445566778899aabbccddeeff").value();
const HikvisionSalting kSalting{std::string(64, '0'), 100, true};

SecretString secret(std::string_view text) {
  return SecretString::copy_of(text);
}

}  // namespace

TEST_CASE("the published self-consistency vector of the sensitive-value encoding") {
  const SecretBytes key = hikvision_key("admin", secret("Passw0rd!"), kSalting);
  CHECK(to_hex(key.reveal_bytes()) == "ed0a41a9cad10b3781ceff0f95f350c8");
  CHECK(hikvision_encrypt(key, secret("Backup&Key1"), kIv) ==
        "59e7a2d58097df83a0bde2e7f2e6bb58a77a482b4ff1cf776a22dbf87130270c");
}

TEST_CASE("the key depends on user, password, salt, rounds and reversibility") {
  const auto key = [](std::string_view user, std::string_view password, const HikvisionSalting& salting) {
    return to_hex(hikvision_key(user, secret(password), salting).reveal_bytes());
  };
  const std::string base = key("admin", "Passw0rd!", kSalting);
  CHECK(key("admin2", "Passw0rd!", kSalting) != base);
  CHECK(key("admin", "Passw0rd?", kSalting) != base);
  CHECK(key("admin", "Passw0rd!", {std::string(64, '1'), 100, true}) != base);
  CHECK(key("admin", "Passw0rd!", {std::string(64, '0'), 101, true}) != base);
  CHECK(key("admin", "Passw0rd!", {std::string(64, '0'), 100, false}) != base);
  CHECK(key("other", "Passw0rd!", {"9", 100, false}) == key("admin", "Passw0rd!", {"0", 100, false}));
}

TEST_CASE("impossible parameters of a device are refused, not carried out") {
  CHECK(test::failure_of([] { hikvision_key("a", secret("b"), {"0", 0, true}); }).find("unsupported") == 0);
  CHECK(test::failure_of([] {
          hikvision_key("a", secret("b"), {"0", 4'000'000'000U, true});
        }).find("unsupported") == 0);
  const SecretBytes key = hikvision_key("admin", secret("x"), kSalting);
  CHECK(test::failure_of([&] { hikvision_encrypt(key, secret("y"), ByteView(kIv).first(8)); }).find("internal") == 0);
}
