#include "config/yaml_tree.h"

#include <catch2/catch.hpp>

namespace coffre {

TEST_CASE("a plain scalar resolves to one type of the core schema") {
  CHECK(std::holds_alternative<std::monostate>(resolve_plain("").value()));
  CHECK(std::holds_alternative<std::monostate>(resolve_plain("~").value()));
  CHECK(std::get<bool>(resolve_plain("TRUE").value()));
  CHECK(std::get<std::int64_t>(resolve_plain("-9223372036854775808").value()) == INT64_MIN);
  CHECK(std::get<std::int64_t>(resolve_plain("0xfF").value()) == 255);
  CHECK(std::get<double>(resolve_plain("6.02e23").value()) == 6.02e23);
  CHECK(std::get<std::string>(resolve_plain("0o8").value()) == "0o8");
  CHECK(std::get<std::string>(resolve_plain("-").value()) == "-");
  CHECK(std::get<std::string>(resolve_plain("+").value()) == "+");
  CHECK(std::get<std::string>(resolve_plain("+-1").value()) == "+-1");
  CHECK(std::get<std::string>(resolve_plain("-0x1").value()) == "-0x1");
  CHECK_FALSE(resolve_plain("+.INF"));
  CHECK_FALSE(resolve_plain(".nan"));
}

TEST_CASE("positions count characters, not bytes") {
  std::vector<Finding> findings;
  const auto tree = parse_yaml("é: x\nab: ç\n", "f", findings);
  REQUIRE(tree != nullptr);
  CHECK(tree->position_of(0) == Position{1, 1});
  CHECK(tree->position_of(4) == Position{1, 4});
  CHECK(tree->position_of(6) == Position{2, 1});
  CHECK(tree->position_of(tree->text.size()) == Position{3, 1});
}

}  // namespace coffre
