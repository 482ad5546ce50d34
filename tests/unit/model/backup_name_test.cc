#include "model/backup_name.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/paris_zone.h"
#include "support/print_instant.h"

namespace coffre {
namespace {

using test::paris_zone;
using test::utc;

constexpr std::string_view kCodeCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
constexpr int kRandomNames = 5000;

class Generator {
 public:
  explicit Generator(unsigned seed) : engine_(seed) {}

  unsigned between(unsigned low, unsigned high) { return std::uniform_int_distribution<unsigned>(low, high)(engine_); }

  Code code() {
    std::string text;
    const unsigned length = between(1, 32);
    for (unsigned i = 0; i < length; ++i) text += kCodeCharacters[between(0, kCodeCharacters.size() - 1)];
    return Code::create(text).value();
  }

  DeviceKey device() { return DeviceKey{code(), code(), code(), code()}; }

  LocalMinute minute() {
    for (;;) {
      const LocalMinute at{static_cast<int>(between(0, 9999)), between(1, 12), between(1, 31), between(0, 23),
                           between(0, 59)};
      const std::chrono::year_month_day date{std::chrono::year{at.year}, std::chrono::month{at.month},
                                             std::chrono::day{at.day}};
      if (date.ok()) return at;
    }
  }

  unsigned ordinal() { return between(0, 1) == 0 ? 1 : between(2, 9999); }

  BackupName backup_name() { return BackupName{device(), minute(), static_cast<Kind>(between(1, 4)), ordinal()}; }

  InstallationObjectName installation_name() {
    return InstallationObjectName{static_cast<Kind>(between(5, 7)), minute(), ordinal()};
  }

  // One edit: a character changed, added, taken out or doubled, the text cut, or two characters swapped.
  std::string mutated(std::string text) {
    static constexpr std::string_view kInteresting = "_-./0123456789ABKHZabk \t\n\\%";
    const char c = between(0, 7) == 0 ? static_cast<char>(between(0, 255)) : kInteresting[between(0, 27)];
    const unsigned at = between(0, static_cast<unsigned>(text.size()) - 1);
    switch (between(0, 5)) {
      case 0:
        text[at] = c;
        break;
      case 1:
        text.insert(text.begin() + at, c);
        break;
      case 2:
        text.erase(at, 1);
        break;
      case 3:
        text.insert(at, text.substr(at, between(1, 8)));
        break;
      case 4:
        text.resize(at);
        break;
      default:
        std::swap(text[at], text[between(0, static_cast<unsigned>(text.size()) - 1)]);
    }
    return text;
  }

 private:
  std::mt19937 engine_;
};

DeviceKey example_device() {
  return DeviceKey::from_path("CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL").value();
}

BackupName taken_at(std::string_view rfc3339, Kind kind) {
  return BackupName{example_device(), paris_zone().to_local(utc(rfc3339)).minute, kind, 1};
}

TEST_CASE("the procedure's example is read and written") {
  const std::string text = "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20250510_0300_HEBDO.bak";
  const auto name = BackupName::parse(text);
  REQUIRE(name);
  CHECK(name->device == example_device());
  CHECK(name->at == LocalMinute{2025, 5, 10, 3, 0});
  CHECK(name->kind == Kind::hebdo);
  CHECK(name->ordinal == 1);
  CHECK(name->text() == text);
  CHECK(name->path() == "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL/" + text);
  CHECK(name->suspect_path() == "CLIEXEMP/SIEGEPARIS/NVR_NVR-HALL/_suspect/" + text);
}

TEST_CASE("a later backup of the same minute carries its number after the kind") {
  const auto name = BackupName::parse("C_S_NVR_N_20250510_0300_MENSUEL-12.bak");
  REQUIRE(name);
  CHECK(name->kind == Kind::mensuel);
  CHECK(name->ordinal == 12);
}

TEST_CASE("every valid backup name is read back as it was written") {
  Generator random(20261121);
  for (int i = 0; i < kRandomNames; ++i) {
    const BackupName name = random.backup_name();
    const auto parsed = BackupName::parse(name.text());
    INFO(name.text());
    REQUIRE(parsed);
    REQUIRE(*parsed == name);
    REQUIRE_FALSE(InstallationObjectName::parse(name.text()));
    const auto device = DeviceKey::from_path(name.device.path());
    REQUIRE(device);
    REQUIRE(*device == name.device);
  }
}

TEST_CASE("every valid name of the installation's objects is read back as it was written") {
  Generator random(11);
  for (int i = 0; i < kRandomNames; ++i) {
    const InstallationObjectName name = random.installation_name();
    const auto parsed = InstallationObjectName::parse(name.text());
    INFO(name.text());
    REQUIRE(parsed);
    REQUIRE(*parsed == name);
    REQUIRE_FALSE(BackupName::parse(name.text()));
  }
}

TEST_CASE("a damaged backup name is refused, or is the name of something else") {
  Generator random(7);
  int refused = 0;
  int accepted = 0;
  for (int i = 0; i < 10 * kRandomNames; ++i) {
    const std::string text = random.mutated(random.backup_name().text());
    const auto parsed = BackupName::parse(text);
    (parsed ? accepted : refused) += 1;
    if (!parsed) continue;
    INFO(text);
    REQUIRE(parsed->text() == text);
  }
  // Both outcomes must occur, or the test tests nothing.
  CHECK(refused > 1000);
  CHECK(accepted > 1000);
}

TEST_CASE("a damaged name of an installation object is refused, or is the name of something else") {
  Generator random(8);
  int accepted = 0;
  for (int i = 0; i < 10 * kRandomNames; ++i) {
    const std::string text = random.mutated(random.installation_name().text());
    const auto parsed = InstallationObjectName::parse(text);
    if (!parsed) continue;
    ++accepted;
    INFO(text);
    REQUIRE(parsed->text() == text);
  }
  CHECK(accepted > 1000);
}

TEST_CASE("texts that are no backup name are refused") {
  struct Row {
    std::string name;
    std::string text;
  };
  const std::string long_code(33, 'A');
  const std::vector<Row> rows = {
      {"empty", ""},
      {"only the suffix", ".bak"},
      {"no suffix", "C_S_NVR_N_20250510_0300_HEBDO"},
      {"upper-case suffix", "C_S_NVR_N_20250510_0300_HEBDO.BAK"},
      {"something after the suffix", "C_S_NVR_N_20250510_0300_HEBDO.bak "},
      {"the pattern's month without a day", "C_S_NVR_N_202505_0300_HEBDO.bak"},
      {"lower-case code", "c_S_NVR_N_20250510_0300_HEBDO.bak"},
      {"empty field", "C__NVR_N_20250510_0300_HEBDO.bak"},
      {"code of 33 characters", long_code + "_S_NVR_N_20250510_0300_HEBDO.bak"},
      {"a field too many", "C_S_NVR_N_X_20250510_0300_HEBDO.bak"},
      {"a field too few", "C_S_NVR_20250510_0300_HEBDO.bak"},
      {"a folder", "C/S_NVR_N_20250510_0300_HEBDO.bak"},
      {"way up", ".._S_NVR_N_20250510_0300_HEBDO.bak"},
      {"accent", "\xC3\x89_S_NVR_N_20250510_0300_HEBDO.bak"},
      {"NUL", std::string("C_S_NVR_N\0_20250510_0300_HEBDO.bak", 34)},
      {"month 13", "C_S_NVR_N_20251310_0300_HEBDO.bak"},
      {"month 0", "C_S_NVR_N_20250010_0300_HEBDO.bak"},
      {"31 April", "C_S_NVR_N_20250431_0300_HEBDO.bak"},
      {"29 February of a common year", "C_S_NVR_N_20250229_0300_HEBDO.bak"},
      {"29 February of 1900", "C_S_NVR_N_19000229_0300_HEBDO.bak"},
      {"hour 24", "C_S_NVR_N_20250510_2400_HEBDO.bak"},
      {"minute 60", "C_S_NVR_N_20250510_0360_HEBDO.bak"},
      {"sign in the date", "C_S_NVR_N_+0250510_0300_HEBDO.bak"},
      {"year of five digits", "C_S_NVR_N_120250510_0300_HEBDO.bak"},
      {"unknown kind", "C_S_NVR_N_20250510_0300_DAILY.bak"},
      {"kind of the installation", "C_S_NVR_N_20250510_0300_CATALOG.bak"},
      {"written ordinal 1", "C_S_NVR_N_20250510_0300_HEBDO-1.bak"},
      {"ordinal 0", "C_S_NVR_N_20250510_0300_HEBDO-0.bak"},
      {"ordinal with a leading zero", "C_S_NVR_N_20250510_0300_HEBDO-02.bak"},
      {"ordinal 10000", "C_S_NVR_N_20250510_0300_HEBDO-10000.bak"},
      {"empty ordinal", "C_S_NVR_N_20250510_0300_HEBDO-.bak"},
      {"two ordinals", "C_S_NVR_N_20250510_0300_HEBDO-2-2.bak"},
  };
  for (const Row& row : rows) {
    DYNAMIC_SECTION(row.name) {
      CHECK_FALSE(BackupName::parse(row.text));
    }
  }
}

TEST_CASE("29 February of a leap year is a day") {
  CHECK(BackupName::parse("C_S_NVR_N_20280229_0300_HEBDO.bak"));
  CHECK(BackupName::parse("C_S_NVR_N_20000229_0300_HEBDO.bak"));
}

TEST_CASE("the installation's own objects have a name and a folder of their own") {
  const InstallationObjectName name{Kind::anchor, LocalMinute{2026, 11, 21, 2, 0}, 1};
  CHECK(name.text() == "ANCHOR_20261121_0200.bak");
  CHECK(name.path() == "_coffre/ANCHOR_20261121_0200.bak");
  CHECK(InstallationObjectName{Kind::catalog, {2026, 11, 21, 2, 0}, 3}.text() == "CATALOG_20261121_0200-3.bak");
  for (const std::string text : {"HEBDO_20261121_0200.bak", "ANCHOR_20261121_0200", "ANCHOR_20261121_0200-1.bak",
                                 "ANCHOR-2_20261121_0200.bak", "ANCHOR_20261131_0200.bak", "ANCHOR__0200.bak"}) {
    CAPTURE(text);
    CHECK_FALSE(InstallationObjectName::parse(text));
  }
}

TEST_CASE("texts that are no device path are refused") {
  for (const std::string text : {"", "C", "C/S", "C/S/N", "C/S/T_N/", "/C/S/T_N", "C/S/T_N_X", "C/S/T_", "C/S/_N",
                                 "C/../T_N", "C//T_N", "c/S/T_N", "C/S_X/T_N", "_coffre/S/T_N"}) {
    CAPTURE(text);
    CHECK_FALSE(DeviceKey::from_path(text));
  }
}

TEST_CASE("a code holds 1 to 32 capitals, digits and dashes") {
  CHECK(Code::create("A"));
  CHECK(Code::create(std::string(32, '9')));
  CHECK(Code::create("NVR-HALL"));
  for (const std::string& text : {std::string(), std::string(33, 'A'), std::string("A_B"), std::string("a"),
                                  std::string("A B"), std::string("A.B"), std::string("A\n"), std::string(1, '\0')}) {
    CAPTURE(text);
    CHECK_FALSE(Code::create(text));
  }
}

TEST_CASE("devices are ordered by client, site, type, name") {
  const auto key = [](const char* path) { return DeviceKey::from_path(path).value(); };
  const std::set<DeviceKey> sorted = {key("B/A/A_A"), key("A/B/A_A"), key("A/A/B_A"), key("A/A/A_B"), key("A/A/A_A")};
  std::vector<std::string> paths;
  for (const DeviceKey& device : sorted) paths.push_back(device.display());
  CHECK(paths == std::vector<std::string>{"A/A/A_A", "A/A/A_B", "A/A/B_A", "A/B/A_A", "B/A/A_A"});
}

TEST_CASE("in spring the names jump over the missing hour of Paris") {
  CHECK(taken_at("2026-03-29T00:59:59Z", Kind::hebdo).text() ==
        "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20260329_0159_HEBDO.bak");
  CHECK(taken_at("2026-03-29T01:00:00Z", Kind::hebdo).text() ==
        "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20260329_0300_HEBDO.bak");
}

TEST_CASE("in the repeated hour of October two backups ask for one name, and the ordinal keeps them apart") {
  const BackupName summer = taken_at("2026-10-25T00:30:00Z", Kind::pre);
  BackupName winter = taken_at("2026-10-25T01:30:00Z", Kind::pre);
  CHECK(summer.text() == "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261025_0230_PRE.bak");
  CHECK(winter == summer);
  winter.ordinal = 2;
  CHECK(winter.text() == "CLIEXEMP_SIEGEPARIS_NVR_NVR-HALL_20261025_0230_PRE-2.bak");
  CHECK(BackupName::parse(winter.text()) == winter);
}

}  // namespace
}  // namespace coffre
