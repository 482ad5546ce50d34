"""What the checks share: the tree's files, C++ text without comments and literals, and how a check reports.

A check collects findings ("path:line: what is wrong") and ends with `finish`: exit code 1 when there are any.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("backupd", "restore-cli")
SOURCE_FOLDERS = ("lib", *PROGRAMS)
ALL_FOLDERS = (*SOURCE_FOLDERS, "tests", "deploy", "schemas", ".ci")


def files(folders, *suffixes):
    """Paths relative to the root, sorted; hidden and build folders inside are passed over."""
    found = []
    for folder in folders:
        for path in (ROOT / folder).rglob("*"):
            relative = path.relative_to(ROOT)
            inside = relative.parts[1:]
            if not path.is_file() or path.is_symlink() or any(part.startswith((".", "__", "build")) for part in inside):
                continue
            if not suffixes or path.suffix in suffixes:
                found.append(relative)
    return sorted(found)


def read(relative):
    return (ROOT / relative).read_text(encoding="utf-8", errors="replace")


_TOKEN = re.compile(
    r'(?P<raw>\b(?:u8|[uUL])?R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)")'
    r"|(?P<text>\"(?:[^\"\\\n]|\\.)*\")"
    r"|(?P<char>(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+')"
    r"|(?P<block>/\*.*?\*/)"
    r"|(?P<line>//[^\n]*)",
    re.DOTALL,
)


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def without_comments(text):
    """Comments become blanks; lines and columns stay."""
    return _TOKEN.sub(lambda m: _blank(m) if m.lastgroup in ("block", "line") else m.group(), text)


def code_only(text):
    """Comments and the insides of literals become blanks; quotes, lines and columns stay."""

    def replace(match):
        if match.lastgroup in ("block", "line"):
            return _blank(match)
        literal = match.group()
        return literal[0] + re.sub(r"[^\n]", " ", literal[1:-1]) + literal[-1]

    return _TOKEN.sub(replace, text)


def literals(text):
    """(line number, content) of each string literal."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup in ("text", "raw", "mark"):
            yield text.count("\n", 0, match.start()) + 1, match.group()


def rows(name):
    """Lines of a data file beside the checks, split at blanks; what follows '#' is the reason and must be there."""
    for number, line in enumerate(read(f"tests/checks/{name}").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields, mark, reason = line.partition("#")
        if not mark or not reason.strip():
            sys.exit(f"tests/checks/{name}:{number}: a row needs a reason after '#'")
        yield fields.split()


def finish(check, findings, looked_at):
    for finding in findings:
        print(finding)
    if looked_at == 0:
        print(f"{check}: nothing was looked at: the check itself is broken")
        sys.exit(1)
    print(f"{check}: {len(findings)} finding(s) in {looked_at}")
    sys.exit(1 if findings else 0)
