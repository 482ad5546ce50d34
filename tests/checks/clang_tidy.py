#!/usr/bin/env python3
"""clang-tidy-14 (.clang-tidy) over lib/: clang_tidy.py BUILD_DIR [FILE...]

A file is looked at again only when it, a header of ours that it includes, its command line, the list of checks or
clang-tidy itself has changed; that it was clean is remembered in $COFFRE_TIDY_CACHE (default: ~/.cache/coffre-tidy).
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tree import ROOT, finish

TOOL = "clang-tidy-14"
CACHE = Path(os.environ.get("COFFRE_TIDY_CACHE") or Path.home() / ".cache" / "coffre-tidy")
# The commands are g++'s; clang does not know all of its warnings, and the compilers' own warnings are their business.
EXTRA = ("--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-error", "--quiet")
_OWN_INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


def with_own_headers(path, seen):
    """The file and every header of lib/ that it reaches."""
    if path in seen or not path.is_file():
        return seen
    seen.add(path)
    for name in _OWN_INCLUDE.findall(path.read_text(encoding="utf-8")):
        with_own_headers(ROOT / "lib" / name, seen)
    return seen


def key_of(entry, tool_version):
    digest = hashlib.sha256()
    for text in (tool_version, (ROOT / ".clang-tidy").read_text(encoding="utf-8"), " ".join(EXTRA)):
        digest.update(text.encode())
    # Not the build folder's name: a second build of the same thing need not look again.
    digest.update(entry["command"].replace(entry["directory"], "").encode())
    for path in sorted(with_own_headers(Path(entry["file"]), set())):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def look_at(build, entry, tool_version):
    """Findings of one file; (lines, seconds). No lines: clean."""
    remembered = CACHE / key_of(entry, tool_version)
    if remembered.exists():
        return [], 0.0
    begun = time.monotonic()
    done = subprocess.run([TOOL, "-p", build, *EXTRA, entry["file"]], capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if re.search(r": (?:warning|error): ", line)]
    if done.returncode != 0 and not lines:
        lines = [f"{entry['file']}: {TOOL} failed: {done.stderr.strip()[-400:]}"]
    if not lines:
        remembered.touch()
    return lines, time.monotonic() - begun


def main():
    build, only = sys.argv[1], {str(Path(name).resolve()) for name in sys.argv[2:]}
    entries = json.loads(Path(build, "compile_commands.json").read_text(encoding="utf-8"))
    lib = str(ROOT / "lib") + "/"
    ours = [e for e in entries if e["file"].startswith(lib) and (not only or e["file"] in only) and "verify_interface" not in e["command"]]
    CACHE.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([TOOL, "--version"], capture_output=True, text=True, check=True).stdout
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        results = list(pool.map(lambda entry: look_at(build, entry, version), ours))
    slowest = sorted(((seconds, e["file"]) for e, (_, seconds) in zip(ours, results)), reverse=True)[:3]
    for seconds, name in slowest:
        if seconds > 0:
            print(f"slow: {seconds:.0f} s {Path(name).relative_to(ROOT)}")
    findings = sorted({line.replace(f"{ROOT}/", "") for lines, _ in results for line in lines})
    finish("clang-tidy", findings, len(ours))


if __name__ == "__main__":
    main()
