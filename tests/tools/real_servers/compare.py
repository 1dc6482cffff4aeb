"""Compares the numbers of two runs: every data/*.json but for where its numbers come from.

usage: compare.py EXPECTED_RUN_DIR FOUND_RUN_DIR
"""

import json
import pathlib
import sys


def numbers(folder):
    found = {}
    for path in sorted((pathlib.Path(folder) / "data").glob("*.json")):
        data = json.loads(path.read_text())
        data.pop("provenance")
        found[path.name] = data
    return found


def main(expected, found):
    expected, found = numbers(expected), numbers(found)
    wrong = [name for name in sorted(expected | found) if expected.get(name) != found.get(name)]
    for name in wrong:
        print(f"{name} differs:\n  expected {json.dumps(expected.get(name))[:2000]}\n  found    {json.dumps(found.get(name))[:2000]}")
    if wrong or not expected:
        sys.exit(f"{len(wrong)} of {len(expected)} sections differ")
    print(f"{len(expected)} sections, equal")


if __name__ == "__main__":
    main(*sys.argv[1:])
