#!/usr/bin/env bash
# deploy/luks-volume without a volume: help, usage, and that it touches nothing that it should not.
# Usage: luks_volume_cli_test.sh PATH_OF_LUKS_VOLUME
set -uo pipefail
script=$1
dir=$(mktemp -d /var/tmp/coffre-test-XXXXXX)
trap 'rm -rf "$dir"' EXIT
failures=0

# expect NAME EXIT_CODE TEXT ARGUMENTS...
expect() {
  local name=$1 code=$2 text=$3; shift 3
  local output status=0
  output=$("$script" "$@" 2>&1 </dev/null) || status=$?
  if [ "$status" -ne "$code" ] || [[ "$output" != *"$text"* ]]; then
    echo "FAILED: $name: exit $status (expected $code), said: $output"
    failures=$((failures + 1))
  fi
}

echo precious >"$dir/existing"
echo passphrase >"$dir/key"
expect "help" 0 "Usage: luks-volume" --help
expect "help of a command" 0 "Usage: luks-volume" create --help
expect "nothing" 2 "Usage: luks-volume"
expect "unknown command" 2 "unknown command 'format'" format x
expect "unknown option" 2 "unknown option --force" create x --force
expect "create without target" 2 "create takes one TARGET" create
expect "option without value" 2 "--size needs a value" create x --size
expect "unreadable key file" 2 "cannot read the key file" create "$dir/new" --size 32M --key-file "$dir/absent"
expect "unknown owner" 2 "there is no account" open x y --owner no-such-account
expect "target like an option" 2 "write ./-x" create -- -x
expect "existing file" 4 "nothing was changed" create "$dir/existing" --size 32M --yes --key-file "$dir/key"
expect "folder as target" 4 "nothing was changed" create "$dir" --yes --key-file "$dir/key"
expect "open what is absent" 2 "does not exist" open "$dir/absent" "$dir/mnt"
expect "status of what is absent" 1 "absent is no folder" status "$dir/absent"
expect "status of an ordinary file" 1 "existing is no folder" status "$dir/existing"
expect "status of no disk" 1 "/proc lies on proc, which is no block device; open the volume first" status /proc
expect "status without a folder" 2 "status takes one FOLDER" status
expect "close where nothing is" 4 "nothing is mounted at $dir; nothing was changed" close "$dir"
expect "open without folder" 2 "open takes TARGET and FOLDER" open "$dir/existing"

[ "$(cat "$dir/existing")" = precious ] || { echo "FAILED: the existing file was changed"; failures=$((failures + 1)); }
[ ! -e "$dir/new" ] || { echo "FAILED: a refused create left a file"; failures=$((failures + 1)); }
[ "$failures" -eq 0 ] && echo "all passed"
exit "$((failures > 0))"
