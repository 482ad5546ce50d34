#include "config/suggest.h"

#include <catch2/catch.hpp>

namespace coffre {

TEST_CASE("the nearest candidate is proposed only when it can be meant") {
  const std::vector<std::string> keys = {"address", "pin", "driver", "credential", "collection", "suppléant"};
  CHECK(nearest("adress", keys) == "address");
  CHECK(nearest("Adresse", keys) == "address");
  CHECK(nearest("PIN", keys) == "pin");
  CHECK(nearest("credentials", keys) == "credential");
  CHECK(nearest("suppleant", keys) == "suppléant");
  CHECK(nearest("colection", keys) == "collection");
  CHECK(nearest("password", keys).empty());
  CHECK(nearest("x", keys).empty());
  CHECK(nearest("", keys).empty());
  CHECK(nearest(std::string(10'000, 'a'), keys).empty());
  CHECK(nearest("address", {}).empty());
  CHECK(nearest("key", {"data_key", "client_key"}).empty());
}

TEST_CASE("the end of one path alone names that path") {
  const std::vector<std::string> devices = {"CLIEXEMP/ENTREPOT/CAM_CAM-QUAI", "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL"};
  CHECK(nearest("NVR-HALL", devices) == "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL");
  CHECK(nearest("nvr_nvr-hall", devices) == "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL");
  CHECK(nearest("SIEGEPARIS/NVR_NVR-HALL", devices) == "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL");
  CHECK(nearest("HALL", {"A/B/NVR_NVR-HALL", "A/C/NVR_HALL", "A/D/NVR_HALL"}).empty());  // of two sites
  CHECK(nearest("ALL", devices).empty());                                                // not behind a separator
}

TEST_CASE("accents go, everything else stays") {
  CHECK(strip_accents("Élodie Noël, Œuvre, çà, Łódź, Straße") == "Elodie Noel, OEuvre, ca, Lodz, Strasse");
  CHECK(strip_accents("e\xCC\x81") == "e");
  CHECK(strip_accents("日本 × ÷") == "日本 × ÷");
  CHECK(strip_accents("\xC3") == "\xC3");
}

TEST_CASE("a code is proposed for a human name") {
  CHECK(suggested_code("Siège Paris") == "SIEGE-PARIS");
  CHECK(suggested_code("  NVR_Hall d'entrée (2) ") == "NVR-HALL-D-ENTREE-2");
  CHECK(suggested_code("日本").empty());
  CHECK(suggested_code(std::string(40, 'a')) == std::string(32, 'A'));
  CHECK(suggested_code("abcdefghijklmnopqrstuvwxyzabcde - x") == "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDE");
}

TEST_CASE("keys that name a secret are recognized, others are not") {
  for (const char* const key : {"password", "Password", "passwd", "mot de passe", "Mot-de-passe", "mdp", "pwd",
                                "secret", "client_secret", "admin_password", "token", "api-key", "passphrase"}) {
    INFO(key);
    CHECK(names_a_secret(key));
  }
  for (const char* const key : {"credential", "secretary", "pass_count", "tokens", "pin", "name", "keys"}) {
    INFO(key);
    CHECK_FALSE(names_a_secret(key));
  }
}

}  // namespace coffre
