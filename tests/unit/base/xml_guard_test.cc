#include "base/xml_guard.h"

#include <catch2/catch.hpp>
#include <string>

#include "base/error.h"

using namespace coffre;

namespace {

std::string refusal(std::string_view text, std::size_t max_depth = 3) {
  try {
    guard_xml(as_bytes(text), max_depth);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::implausible);
    return error.reason();
  }
  return "";
}

}  // namespace

TEST_CASE("Ordinary XML passes, however many elements stand side by side") {
  std::string wide = "<?xml version='1.0'?><!-- <a><b><c><d> --><list>";
  for (int i = 0; i < 5000; ++i) wide += "<item n='>'><![CDATA[<a><b><c><d>]]></item><empty/>";
  CHECK(refusal(wide + "</list>").empty());
  CHECK(refusal("<a><b><c/></b></a>").empty());
  CHECK(refusal("").empty());
  CHECK(refusal("no XML at all").empty());  // the parser's matter
}

TEST_CASE("Bombs are refused before anything is built") {
  CHECK(refusal("<a><b><c><d>") == "its XML is nested too deeply");
  CHECK(refusal("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>") == "its XML brings a document type of its own");
  CHECK(refusal(std::string_view("<a>\0</a>", 8)) == "its XML holds NUL bytes");
  std::string deep;
  for (int i = 0; i < 3'000'000; ++i) deep += "<a>";
  CHECK(refusal(deep, 64) == "its XML is nested too deeply");
}
