#!/usr/bin/env python3
"""A type of namespace coffre has one definition: two headers that never meet in one file would still share its symbols.

The linker keeps one destructor of the two, without a word; what happens then depends on the optimizer.
"""

import re

from tree import SOURCE_FOLDERS, code_only, files, finish, read

_NAMESPACE = re.compile(r"(?m)^namespace ([\w:]+) \{")
_TYPE = re.compile(r"(?m)^(?:template <[^\n]*>\s*)?(?:struct|class|union|enum(?: class)?) (\w+)(?: final)?(?: :[^\n{;]*)?\s*\{")


def main():
    found = {}
    paths = files(SOURCE_FOLDERS, ".h")
    for path in paths:
        code = code_only(read(path))
        spaces = [(match.start(), match.group(1)) for match in _NAMESPACE.finditer(code)]
        for match in _TYPE.finditer(code):
            space = next((name for at, name in reversed(spaces) if at < match.start()), "")
            line = code.count("\n", 0, match.start()) + 1
            found.setdefault(f"{space}::{match.group(1)}", []).append(f"{path}:{line}")
    findings = [f"{places[1]}: {name} is defined in {places[0]} too" for name, places in found.items() if len(places) > 1]
    finish("one_definition", sorted(findings), len(paths))


if __name__ == "__main__":
    main()
