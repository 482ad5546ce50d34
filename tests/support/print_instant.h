// Makes Catch2 print instants as RFC 3339 in a failing check. Include it in every test file that compares instants.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "base/clock.h"

template <>
struct Catch::StringMaker<coffre::Instant> {
  static std::string convert(const coffre::Instant& instant) { return coffre::to_rfc3339(instant); }
};
