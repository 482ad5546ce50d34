#include "cli/man_page.h"

#include <catch2/catch.hpp>

#include "sample_program.h"

namespace coffre::cli {
namespace {

TEST_CASE("the manual page has the usual sections and every command") {
  const std::string page = man_page(test::sample_program());
  CHECK(page.starts_with(".TH SAMPLE 1 \"\" \"coffre 1.2.3\" \"Coffre\"\n.SH NAME\nsample \\- a program for tests\n"));
  for (const char* const part :
       {".SH USAGE\n", ".SH DESCRIPTION\n", ".SH TECHNICIAN\n", ".SH OPERATION\n", ".SH DISASTER\n", ".SH EXIT CODES\n",
        ".SH EXAMPLES\n", ".SS show\n", ".SS secret set\n", ".SS secret list\n", ".SS fail\n",
        ".TP\n\\fB\\-\\-site SITE\\fR\nonly this site\n", ".TP\n\\fB130\\fR\ninterrupted\n"}) {
    CAPTURE(part, page);
    CHECK(page.find(part) != std::string::npos);
  }
}

TEST_CASE("a text cannot become a roff request") {
  Program program = test::sample_program();
  program.description = ".so /etc/passwd";
  program.summary = "back\\slash";
  const std::string page = man_page(program);
  CHECK(page.find("\n\\&.so /etc/passwd\n") != std::string::npos);
  CHECK(page.find("back\\eslash") != std::string::npos);
}

TEST_CASE("the same table gives the same page") {
  CHECK(man_page(test::sample_program()) == man_page(test::sample_program()));
}

}  // namespace
}  // namespace coffre::cli
