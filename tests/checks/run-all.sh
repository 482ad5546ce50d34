#!/usr/bin/env bash
# Every check of the tree, quick and slow ones: tests/checks/run-all.sh [BUILD_DIR]     (default: build/gcc)
# The list of checks is tests/checks/CMakeLists.txt. `tests/run` runs them too, and everything else.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/gcc}
[ -f "$build/build.ninja" ] || cmake --preset gcc -B "$build"
cmake --build "$build"
exec ctest --test-dir "$build" --label-regex '^(checks|headers|tidy)$' --output-on-failure
