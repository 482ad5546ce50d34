#!/usr/bin/env python3
"""The arrows between rooms (lib/README.md), in includes and in CMake; third-party headers only where they belong."""

import re

from tree import SOURCE_FOLDERS, files, finish, read, rows, without_comments

# A room may include rooms of lower levels only; rooms of one level do not know each other.
LEVELS = (
    ("base",),
    ("model",),
    ("os", "net", "vault", "bundle", "config"),
    ("drivers", "replicas", "catalog"),
    ("service",),
    ("cli",),
    ("backupd", "restore-cli"),
)
LEVEL_OF = {room: level for level, rooms_there in enumerate(LEVELS) for room in rooms_there}

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
_STANDARD = re.compile(r"^[a-z_]+[0-9]*$")  # <vector>, <string_view>: no dot, no slash
_ROOM_CALL = re.compile(r"coffre_room\(\s*(\w+)(.*?)\)", re.S)


def room_of(path):
    return path.parts[1] if path.parts[0] == "lib" else path.parts[0]


def includes(path):
    text = without_comments(read(path))
    for match in _INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match.group(1), match.group(2)


def arrow_findings(path):
    own = room_of(path)
    for line, quote, name in includes(path):
        if quote != '"':
            continue
        other = name.split("/")[0] if "/" in name else own
        if own in ("backupd", "restore-cli") and other not in LEVEL_OF:
            continue  # a file of the program's own sub-folder
        if other not in LEVEL_OF:
            yield f'{path}:{line}: "{name}" is in no room'
        elif other != own and LEVEL_OF[other] >= LEVEL_OF[own]:
            yield f'{path}:{line}: {own} may not include "{name}": the arrow goes the other way'


def cmake_findings(path):
    for match in _ROOM_CALL.finditer(re.sub(r"#[^\n]*", "", read(path))):
        own, rest = match.groups()
        depends = re.search(r"\bDEPENDS\b(.*?)(?:\bLIBRARIES\b|\bPRIVATE\b|$)", rest, re.S)
        for other in depends.group(1).split() if depends else []:
            if LEVEL_OF.get(other, len(LEVELS)) >= LEVEL_OF[own]:
                yield f"{path}:1: {own} may not depend on {other}"


def third_party_findings(path, confined, header_exceptions):
    is_header = path.suffix == ".h"
    for line, quote, name in includes(path):
        if quote != "<" or _STANDARD.match(name):
            continue
        if is_header and path.parts[0] == "lib" and (name, str(path)) not in header_exceptions:
            yield f"{path}:{line}: <{name}> in a header: third-party and system types stay in .cc files"
        for prefix, allowed in confined.items():
            if name.startswith(prefix) and str(path) not in allowed:
                yield f"{path}:{line}: <{name}> belongs to {', '.join(sorted(allowed))} (tests/checks/third_party.txt)"


def main():
    confined = {}
    header_exceptions = set()
    for kind, name, path in rows("third_party.txt"):
        if kind == "header":
            header_exceptions.add((name, path))
        else:
            confined.setdefault(name, set()).add(path)
    findings = []
    paths = files(SOURCE_FOLDERS, ".cc", ".h")
    for path in paths:
        findings += arrow_findings(path)
        findings += third_party_findings(path, confined, header_exceptions)
    for path in files(("lib",), ".txt"):
        if path.name == "CMakeLists.txt":
            findings += cmake_findings(path)
    finish("layers", findings, len(paths))


if __name__ == "__main__":
    main()
