#!/usr/bin/env python3
"""Every lib/x/y.h has its tests in tests/unit/x/y_test.cc; exceptions with their reason are in mirror.txt."""

from pathlib import Path

from tree import ROOT, files, finish, rows


def main():
    elsewhere = {Path(header): Path(test) for header, test in rows("mirror.txt")}
    findings = []
    headers = files(("lib",), ".h")
    for header in headers:
        own = Path("tests/unit", *header.parts[1:-1], header.stem + "_test.cc")
        test = elsewhere.get(header, own)
        if not (ROOT / test).is_file():
            findings.append(f"{header}:1: {test} is missing")
        if header in elsewhere and (ROOT / own).is_file():
            findings.append(f"{header}:1: has {own} now: take its row out of tests/checks/mirror.txt")
    for header in elsewhere:
        if not (ROOT / header).is_file():
            findings.append(f"tests/checks/mirror.txt:1: {header} does not exist")
    finish("mirror", findings, len(headers))


if __name__ == "__main__":
    main()
