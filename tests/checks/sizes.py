#!/usr/bin/env python3
"""Files below 400 lines, functions below 60. Functions of *_test.cc are not measured: their tables are data."""

import re

from tree import ALL_FOLDERS, code_only, files, finish, read

MOST_FILE_LINES = 399
MOST_FUNCTION_LINES = 59

_TYPE_OR_NAMESPACE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b[^;(){}]*$")
_FUNCTION = re.compile(r"\)[^;{}=]*$|\)\s*(?:noexcept|const|override|final|->[^;{}]*|:[^;]*)*$")

_MEMBER_VALUE = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:)[^;]*\w\Z")  # "Name() : first_" before "{1}": the body is yet to come


def functions(text):
    """(first line, last line, head) of each outermost function body, by counting braces."""
    code = code_only(text)
    code = re.sub(r"^[ \t]*#[^\n]*(?:\\\n[^\n]*)*", lambda m: re.sub(r"[^\n]", " ", m.group()), code, flags=re.M)
    stack = []  # what each open brace is: "scope", "function" or "other"
    start = 0  # where the current declaration begins
    begun = []
    for at, letter in enumerate(code):
        inside = "function" in stack
        if letter in ";" and not inside and code.count("(", start, at) == code.count(")", start, at):
            start = at + 1
        elif letter == "{":
            head = re.sub(r"\{[^{}]*\}", "", code[start:at])
            if inside:
                stack.append("other")
            elif _MEMBER_VALUE.search(head):
                stack.append("value")
            elif _TYPE_OR_NAMESPACE.search(head) and not head.rstrip().endswith(")"):
                stack.append("scope")
                start = at + 1
            elif _FUNCTION.search(head.rstrip()):
                stack.append("function")
                begun.append((start + len(head) - len(head.lstrip()), head))
            else:
                stack.append("other")
        elif letter == "}" and stack:
            what = stack.pop()
            if what == "function":
                first, head = begun.pop()
                yield code.count("\n", 0, first) + 1, code.count("\n", 0, at) + 1, " ".join(head.split())
            if what in ("function", "scope") or what == "other" and not stack:
                start = at + 1


def main():
    findings = []
    paths = files(ALL_FOLDERS, ".cc", ".h", ".py", ".sh", ".cmake")
    measured = 0
    for path in paths:
        text = read(path)
        lines = text.count("\n")
        if lines > MOST_FILE_LINES:
            findings.append(f"{path}:1: {lines} lines, at most {MOST_FILE_LINES}: split it by subject")
        if path.suffix not in (".cc", ".h") or path.name.endswith("_test.cc"):
            continue
        for first, last, head in functions(text):
            measured += 1
            length = last - first + 1
            if length > MOST_FUNCTION_LINES:
                findings.append(f"{path}:{first}: {length} lines, at most {MOST_FUNCTION_LINES}: {head[-60:]}")
    finish("sizes", findings, measured and len(paths))


if __name__ == "__main__":
    main()
