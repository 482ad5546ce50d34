#!/usr/bin/env python3
"""Every source and test file is in a build: built.py COMPILE_COMMANDS.json... (those that exist)"""

import json
import sys
from pathlib import Path

from tree import ROOT, files, finish


def main():
    compiled = set()
    for database in filter(Path.is_file, map(Path, sys.argv[1:])):
        for entry in json.loads(database.read_text(encoding="utf-8")):
            compiled.add(Path(entry["directory"], entry["file"]).resolve())
    paths = [path for path in files(("lib", "backupd", "restore-cli", "tests"), ".cc")]
    # Fuzz targets exist in the clang build only.
    if not any("fuzz" in path.parts for path in compiled):
        paths = [path for path in paths if path.parts[:2] != ("tests", "fuzz")]
    findings = [f"{path}:1: is in the tree but in no build" for path in paths if (ROOT / path) not in compiled]
    finish("built", findings, len(paths) if compiled else 0)


if __name__ == "__main__":
    main()
