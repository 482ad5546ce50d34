#!/usr/bin/env bash
# Real LUKS: makes a volume with deploy/luks-volume, runs the replica contract on it with encryption required, closes it.
# Exit code 77 where this machine cannot: ctest counts it as skipped, with the reason shown, never as passed.
# Usage: luks_volume_test.sh PATH_OF_LUKS_VOLUME PATH_OF_CONTRACT_REPLICAS
set -euo pipefail
script=$1
contract=$2

unavailable() { echo "not available: $1"; exit 77; }
[ "$(id -u)" -eq 0 ] || unavailable "a LUKS volume needs root"
command -v cryptsetup >/dev/null || unavailable "cryptsetup is not installed (package cryptsetup-bin)"
# The kernel's own word: libdevmapper makes /dev/mapper/control also where no driver answers behind it.
grep -qw device-mapper /proc/misc || modprobe dm-crypt 2>/dev/null || true
grep -qw device-mapper /proc/misc || unavailable "this kernel has no device-mapper"
grep -q '^loop' /proc/devices || grep -q loop-control /proc/misc || unavailable "this kernel has no loop devices"

fail() { echo "FAILED: $1"; exit 1; }
dir=$(mktemp -d /var/tmp/coffre-test-XXXXXX)
trap '"$script" close "$dir/mnt" >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT
printf 'only for a test' >"$dir/key"
printf 'wrong' >"$dir/wrong"

"$script" create "$dir/volume" --size 64M --yes --key-file "$dir/key"
! "$script" open "$dir/volume" "$dir/mnt" --key-file "$dir/wrong" 2>/dev/null || fail "a wrong passphrase opened it"
"$script" open "$dir/volume" "$dir/mnt" --key-file "$dir/key"
"$script" status "$dir/mnt"
COFFRE_LUKS_MOUNT="$dir/mnt" "$contract" "[.luks]"
"$script" close "$dir/mnt"
! "$script" status "$dir/mnt" >/dev/null 2>&1 || fail "still on LUKS after closing"
! grep -q "CLI_SITE_NVR_A" "$dir/volume" || fail "a name is readable in the closed volume"
echo "all passed"
