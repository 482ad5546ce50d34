#!/usr/bin/env python3
"""Design rule 10, in the texts: whatever says no to a person also says what to do next.

An Error whose code stops something until a person has looked (refused, locked_out, rule) carries a hint, its fourth
argument. That the anomalies' remedies name commands that exist is shown by rules_test.cc.
"""

import re

from tree import SOURCE_FOLDERS, code_only, files, finish, read

STOPPING = ("refused", "locked_out", "rule")
_ERROR = re.compile(r"\bError(?:\s+\w+)?\s*[({]\s*ErrorCode::(" + "|".join(STOPPING) + r")\b")


def arguments_from(code, at):
    """How many arguments the call has whose text goes on at `at`, inside its parenthesis."""
    depth, count = 1, 1
    while depth > 0 and at < len(code):
        letter = code[at]
        if letter in "({[":
            depth += 1
        elif letter in ")}]":
            depth -= 1
        elif letter == "," and depth == 1:
            count += 1
        at += 1
    return count


def main():
    findings = []
    looked_at = 0
    for path in files(SOURCE_FOLDERS, ".cc"):
        looked_at += 1
        code = code_only(read(path))
        for match in _ERROR.finditer(code):
            if arguments_from(code, match.end()) < 4:
                line = code.count("\n", 0, match.start()) + 1
                findings.append(f"{path}:{line}: Error({match.group(1)}) without a hint: what releases it?")
    finish("rules", findings, looked_at)


if __name__ == "__main__":
    main()
