// The Error that a call throws; fails the test when it throws none, or something else.
#pragma once

#include <catch2/catch.hpp>

#include "base/error.h"

namespace coffre::test {

template <typename Call>
Error error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no Error was thrown");
  return {ErrorCode::internal, "unreachable", ""};
}

}  // namespace coffre::test
