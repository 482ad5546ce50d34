#!/usr/bin/env python3
"""Each check finds what is planted for it in a small tree, and nothing in that tree without it."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLEAN = {
    "lib/base/thing.h": "#pragma once\n#include <string>\nnamespace coffre {\nint thing();\nclass Thing final {\n};\n}\n",
    "lib/base/thing.cc": '#include "base/thing.h"\nint thing() { return 1; }\n',
    "lib/model/other.h": '#pragma once\n#include "base/thing.h"\n',
    "lib/model/CMakeLists.txt": "coffre_room(model DEPENDS base)\n",
    "tests/unit/base/thing_test.cc": 'TEST_CASE("a thing is one") {}\n',
    "tests/unit/model/other_test.cc": 'TEST_CASE("another") {}\n',
    "tests/checks/third_party.txt": "confined soci/ lib/catalog/session.cc  # one file\n",
    "tests/checks/slips.txt": "",
    "tests/checks/mirror.txt": "",
    "lib/base/translations/fr.po": 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "one {}"\nmsgstr "un {}"\n',
    "lib/base/words.cc": 'auto w = tr("one {}");\n',
}
LONG = "int f() {\n" + "  g();\n" * 60 + "}\n"
# check: (file, content, a part of the finding)
PLANTED = [
    ("sizes", "lib/base/long.cc", "int x;\n" * 400, "400 lines"),
    ("sizes", "lib/base/long.cc", "namespace n {\n" + LONG + "}\n", "62 lines"),
    ("sizes", "lib/base/long.cc", "class C {\n C() : a_{1}\n" + LONG[8:] + "};\n", "lines, at most 59"),
    ("layers", "lib/base/up.cc", '#include "model/other.h"\n', "the arrow goes the other way"),
    ("layers", "lib/os/side.cc", '#include "net/https_client.h"\n', "the arrow goes the other way"),
    ("layers", "lib/os/nowhere.cc", '#include "elsewhere/x.h"\n', "is in no room"),
    ("layers", "lib/os/sql.cc", "#include <soci/soci.h>\n", "belongs to lib/catalog/session.cc"),
    ("layers", "lib/base/curl.h", "#pragma once\n#include <curl/curl.h>\n", "in a header"),
    ("layers", "lib/model/CMakeLists.txt", "coffre_room(model DEPENDS base os)\n", "may not depend on os"),
    ("mirror", "lib/base/untested.h", "#pragma once\n", "untested_test.cc is missing"),
    ("mirror", "tests/checks/mirror.txt", "lib/base/thing.h tests/unit/base/thing_test.cc # why\n", "take its row out"),
    ("one_definition", "lib/os/twin.h", "namespace coffre {\nstruct Thing : Base {\n};\n}\n", "is defined in lib/base/thing.h:5 too"),
    ("slips", "lib/base/a.cc", "auto v = key.reveal_bytes();\n", "reveal"),
    ("slips", "lib/base/a.cc", 'void f() { std::cout << "x"; }\n', "print"),
    ("slips", "lib/base/a.cc", 'void f() { printf("x"); }\n', "print"),
    ("slips", "tests/unit/base/a_test.cc", "void f() { std::this_thread::sleep_for(1s); }\n", "sleep"),
    ("slips", "tests/unit/base/a_test.cc", 'TEST_CASE("x", "[.]") {}\n', "hidden-test"),
    ("slips", "tests/wait.sh", "while ! ready; do\n  sleep 1\ndone\n", "sleep-script"),
    ("slips", "lib/base/a.cc", "// TO" "DO: later\n", "marker"),
    ("slips", "deploy/get.sh", "curl https://pypi." "org/simple\n", "registry"),
    ("slips", "lib/base/a.cc", 'auto s = "backup OK";\n', "ok-word"),
    ("slips", "lib/base/a.cc", "int x;  // NOLINT\n", "nolint"),
    ("slips", "tests/checks/slips.txt", "print lib/base/thing.cc  # was needed once\n", "not needed"),
    ("rules", "lib/base/a.cc", 'throw Error(ErrorCode::rule, "a", f(b, c));\n', "without a hint"),
    ("translations", "lib/base/words.cc", 'auto w = tr("two");\n', 'missing: "two"'),
    ("translations", "lib/base/words.cc", 'auto w = tr("two");\n', "left over"),
    ("translations", "lib/base/translations/fr.po", 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "one {}"\nmsgstr "un"\n', "placeholders differ"),
    ("translations", "lib/base/translations/fr.po", 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "one {}"\nmsgstr ""\n', "not translated"),
    ("translations", "lib/base/translations/fr.po", 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "one {}"\nmsgstr "un {} DIR"\n\nmsgid "DIR"\nmsgstr "DOSSIER"\n', "DIR is left in English"),
]  # fmt: skip
CHECKS = ("sizes", "layers", "mirror", "one_definition", "slips", "rules", "translations")


def findings_in(check, plant):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {**CLEAN, **plant}.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        for script in HERE.glob("*.py"):
            shutil.copy(script, Path(folder, "tests/checks", script.name))
        script = Path(folder, "tests/checks", check + ".py")
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, check=False)
        return done.returncode, done.stdout + done.stderr


def main():
    wrong = 0
    for check in CHECKS:
        code, said = findings_in(check, {})
        if code != 0:
            print(f"{check}: complains about a clean tree:\n{said}")
            wrong += 1
    for check, name, content, part in PLANTED:
        code, said = findings_in(check, {name: content})
        if code != 1 or part not in said:
            print(f"{check}: does not find '{part}' in {name}; it said:\n{said}")
            wrong += 1
    print(f"selftest: {wrong} wrong in {len(CHECKS) + len(PLANTED)}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
