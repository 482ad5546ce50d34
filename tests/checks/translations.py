#!/usr/bin/env python3
"""The French catalog lib/base/translations/fr.po against the texts marked by tr() and tr_noop().

translations.py            check: none missing, left over or fuzzy; the same {placeholders} on both sides; a word that
                           stands for a value (FILE, DIR) is in French wherever it occurs
translations.py --update   put new texts into fr.po (untranslated) and take gone ones out, in the order of the sources
"""

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tree import ROOT, SOURCE_FOLDERS, files, finish, read

CATALOG = "lib/base/translations/fr.po"
_WORD_FOR_A_VALUE = re.compile(r"[A-Z][A-Z0-9]*")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{[^{}]*\}")


def run(*command, **options):
    return subprocess.run(command, check=True, cwd=ROOT, text=True, capture_output=True, **options).stdout


def template(folder):
    """xgettext's template of all marked texts."""
    names = "\n".join(str(path) for path in files(SOURCE_FOLDERS, ".cc", ".h"))
    path = Path(folder) / "coffre.pot"
    run("xgettext", "--language=C++", "--keyword=tr", "--keyword=tr_noop", "--from-code=UTF-8", "--no-location",
        "--package-name=coffre", "--foreign-user", "--files-from=-", f"--output={path}", input=names)
    text = path.read_text(encoding="utf-8")
    # Ours are fmt's placeholders, not printf's: a "%" in a text is just that.
    path.write_text(text.replace("#, c-format\n", "").replace("CHARSET", "UTF-8"), encoding="utf-8")
    return path


def unquoted(lines):
    joined = "".join(line[line.index('"') + 1 : line.rindex('"')] for line in lines)
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m.group(1), m.group(1)), joined)


def entries(text):
    """(msgid, msgstr, flags) of each entry of a .po text but its header; obsolete entries have the flag "obsolete"."""
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.splitlines()
        flags = set(re.findall(r"[\w-]+", " ".join(line[2:] for line in lines if line.startswith("#,"))))
        if any(line.startswith("#~") for line in lines):
            flags.add("obsolete")
            lines = [line[2:].strip() for line in lines if line.startswith("#~")]
        lines = [line for line in lines if not line.startswith("#")]
        split = next((i for i, line in enumerate(lines) if line.startswith("msgstr")), None)
        if split is None:
            continue
        original, translation = unquoted(lines[:split]), unquoted(lines[split:])
        if original:
            yield original, translation, flags


def placeholders(text):
    return Counter(_PLACEHOLDER.findall(text))


def english_word_in(translation, words):
    """A word for a value that was left in English: help says DOSSIER, so nothing else may say DIR."""
    text = _PLACEHOLDER.sub("", translation)
    return next((word for word in words if re.search(rf"(?<![\w/]){word}(?![\w/])", text)), None)


def findings_of(wanted, catalog_text):
    seen = set()
    words = [o for o, french, _ in entries(catalog_text) if _WORD_FOR_A_VALUE.fullmatch(o) and french not in ("", o)]
    for original, translation, flags in entries(catalog_text):
        short = original if len(original) < 70 else original[:67] + "..."
        if "obsolete" in flags or original not in wanted:
            yield f'{CATALOG}:1: left over: "{short}"'
            continue
        seen.add(original)
        if "fuzzy" in flags:
            yield f'{CATALOG}:1: fuzzy: "{short}"'
        elif not translation:
            yield f'{CATALOG}:1: not translated: "{short}"'
        elif placeholders(original) != placeholders(translation):
            yield f'{CATALOG}:1: placeholders differ: "{short}"'
        elif original not in words and (left := english_word_in(translation, words)):
            yield f'{CATALOG}:1: {left} is left in English: "{short}"'
    for original in wanted:
        if original not in seen:
            yield f'{CATALOG}:1: missing: "{original}"'


def check():
    with tempfile.TemporaryDirectory() as folder:
        wanted = [original for original, _, _ in entries(template(folder).read_text(encoding="utf-8"))]
    run("msgfmt", "-c", "-o", os.devnull, CATALOG)  # syntax, header
    finish("translations", list(findings_of(wanted, read(CATALOG))), len(wanted))


def update():
    with tempfile.TemporaryDirectory() as folder:
        merged = run("msgmerge", "--quiet", "--no-fuzzy-matching", "--no-location", "--no-wrap", CATALOG, template(folder))
    kept = merged.split("\n#~ ")[0].rstrip() + "\n"
    kept = re.sub(r'"(POT-Creation-Date|PO-Revision-Date): [^"]*\\n"\n', "", kept)
    (ROOT / CATALOG).write_text(kept, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        update()
    else:
        check()
