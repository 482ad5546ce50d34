#!/usr/bin/env python3
"""Small things that people overlook. Each rule: where it looks, what it looks for, why. Exceptions: slips.txt."""

import re

from tree import ALL_FOLDERS, SOURCE_FOLDERS, code_only, files, finish, literals, read, rows, without_comments

CXX = (".cc", ".h")
SCRIPTS = (".sh", ".py", ".cmake", ".txt", "")

# Written so that this file does not contain them.
REGISTRIES = (
    "pypi[.]org", "files[.]pythonhosted[.]org", "registry[.]npmjs[.]org", "crates[.]io", "proxy[.]golang[.]org",
    "rubygems[.]org", "repo[.]maven", "(?:deb|ftp|security|snapshot)[.]debian[.]org", "archive[.]ubuntu[.]com",
    "docker[.]io", "ghcr[.]io", "quay[.]io",
)  # fmt: skip

# name: (folders, suffixes, view of the text, pattern, what is wrong)
RULES = {
    "reveal": (SOURCE_FOLDERS, CXX, code_only, r"\breveal_\w+\s*\(", "a secret is taken out of its container here"),
    "print": (SOURCE_FOLDERS, CXX, code_only, r"\bstd::c(?:out|err|log|in)\b|\b(?:f|d)?printf\s*\(|\b(?:f?puts|putchar)\s*\(",
              "writes to the process's streams: take a stream, or log()"),
    "sleep": (("tests",), CXX, code_only, r"(?m)^(?!\s*while \().*\b(?:sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(",
              "waits for time instead of a condition (`while (!condition) sleep` is fine)"),
    "sleep-script": (("tests", ".ci"), (".sh", ""), str, r"(?m)^\s*sleep\s|[;&|]\s*sleep\s",
                     "waits for time instead of a condition"),
    "marker": (ALL_FOLDERS, (*CXX, *SCRIPTS), str, r"\b(?:TO" "DO|FIX" "ME|XX" "X|HA" "CK)\\b", "unfinished: do it, or say it in an issue"),
    "registry": (ALL_FOLDERS, (*CXX, *SCRIPTS, ".yaml", ".json", ".md"), str, "|".join(REGISTRIES),
                 "names the host of a package registry: machines have their own sources"),
    "hidden-test": (("tests",), CXX, without_comments, r'TEST_CASE\([^;{]*"[^"]*\[(?:\.|!hide|!mayfail|!shouldfail)',
                    "a hidden test tests nothing"),
    "nolint": (SOURCE_FOLDERS, CXX, str, r"\bNOLINT\b(?!\([a-z0-9.,* -]+\): \w)", "NOLINT names its check and says why: NOLINT(check): reason"),
}  # fmt: skip
OK_WORD = re.compile(r"\bOK\b")


def pattern_findings(allowed, used):
    looked_at = 0
    for rule, (folders, suffixes, view, pattern, wrong) in RULES.items():
        expression = re.compile(pattern)
        for path in files(folders, *suffixes):
            looked_at += 1
            text = view(read(path)) if path.suffix in CXX else read(path)
            for match in expression.finditer(text):
                if (rule, str(path)) in allowed:
                    used.add((rule, str(path)))
                    continue
                yield looked_at, f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {rule}: {wrong}"
    yield looked_at, None


def status_word_findings(allowed, used):
    for path in files(SOURCE_FOLDERS, *CXX):
        for line, literal in literals(read(path)):
            if not OK_WORD.search(literal):
                continue
            if ("ok-word", str(path)) in allowed:
                used.add(("ok-word", str(path)))
            else:
                yield f'{path}:{line}: ok-word: "OK" says nothing: name the proof level and its date'


def main():
    allowed = {tuple(row) for row in rows("slips.txt")}
    used = set()
    findings = []
    looked_at = 0
    for looked_at, finding in pattern_findings(allowed, used):
        findings += [finding] if finding else []
    findings += status_word_findings(allowed, used)
    findings += [f"tests/checks/slips.txt:1: {rule} {path}: not needed (any more)" for rule, path in sorted(allowed - used)]
    finish("slips", findings, looked_at)


if __name__ == "__main__":
    main()
