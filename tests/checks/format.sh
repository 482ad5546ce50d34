#!/usr/bin/env bash
# Every C++ file is as clang-format-14 writes it. To mend: format.sh --fix
set -euo pipefail
cd "$(dirname "$0")/../.."
mode=(--dry-run -Werror)
[ "${1:-}" != --fix ] || mode=(-i)
find lib backupd restore-cli tests \( -name '*.cc' -o -name '*.h' \) -type f -print0 |
  xargs -0 -r -n 32 -P 2 clang-format-14 --style=file "${mode[@]}"
